"""DEPTHWISE_CONV_2D with a multiplier of 1, pixel by pixel, two taps an instruction: any window, next to no scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._weighted import native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .depthwise import PRESCALE, depthwise_window
from .pairs import QUAD, depthwise_channels, steps_table, words, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._window import Window
    from ..access import Access
    from ..family import Band, Call
    from .pairs import Channels


def _taps(window: Window) -> int:
    """Of a window; a single tap is taken twice, with weights of 0."""
    return max(window.taps, 2)


def _zeros(window: Window) -> int:
    is_padded = window.height.is_padded or window.width.is_padded
    return -(-window.output_channels // QUAD) * QUAD if is_padded else 0


def _found(window: Window, rows: Band) -> int:
    """Pixels of an image whose taps are sought: those of others lie as far from each other as those of the last one."""
    inside = [
        np.array(
            [o * axis.stride >= axis.before and o * axis.stride - axis.before + axis.span <= axis.input for o in at]
        )
        for axis, at in ((window.height, range(rows.first, rows.last)), (window.width, range(window.width.output)))
    ]
    both = np.outer(*inside)
    moved = both & np.roll(both.reshape(-1), 1).reshape(both.shape)
    moved[: 1 if rows == window.spatial.whole else len(moved), 0] = False  # rows of a ring may lie anywhere
    return int(moved.size - moved.sum())


def _blocks(table: Array) -> Array:
    """[channels, n] as [blocks, 4, n], the last block of the last four channels without those of the block before."""
    whole, rest = divmod(len(table), QUAD)
    blocks = table[: whole * QUAD].reshape(whole, QUAD, -1)
    if not rest:
        return blocks
    last = np.concatenate([np.zeros_like(table[: QUAD - rest]), table[-rest:]])
    return np.concatenate([blocks, last[None]])


def _stream(channels: Channels, taps: int) -> Array:
    """Blocks of four channels as cg_depthwise_conv_2d_taps_s8.h says."""
    weights = channels.weights << PRESCALE
    weights = np.pad(weights, ((0, 0), (0, taps - weights.shape[1])))
    paired = _blocks(words(weights[:, : taps // 2 * 2])).transpose(0, 2, 1)  # [blocks, pairs, 4]
    count = len(paired)
    steps = _blocks(steps_table(channels.requantization, len(weights)))
    last = _blocks(weights[:, -1:])[:, :, 0][:, (0, 2, 1, 3)]
    parts = [
        wrapped(_blocks(channels.bias[:, None] << PRESCALE)).reshape(count, -1),
        paired.reshape(count, -1),
        *([words(last)] if taps % 2 else []),
        wrapped(steps[:, :, 2] @ (1 << 8 * np.arange(QUAD)))[:, None],
        wrapped(steps[:, :, :2]).reshape(count, -1),
    ]
    return np.concatenate(parts, axis=1).reshape(-1)


class DspDepthwiseTapsS8(Kernel):
    """cg_depthwise_conv_2d_taps_s8: from four channels on, where the requantization is proven."""

    provider = "native"
    name = "cg_depthwise_conv_2d_taps_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or native_kind(op) != "s8":
            return False
        channels = op.input().shape[3]
        return channels == op.output.shape[3] >= QUAD and depthwise_channels(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return depthwise_window(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Where each tap is, and a pixel of padding."""
        window = depthwise_window(op)
        return 4 * _taps(window) + _zeros(window)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        window = depthwise_window(op)
        return windowed(op.output, op.input(), window, band, block=QUAD, groups=window.input_channels)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window = depthwise_window(op)
        taps, rows = _taps(window), whole_band(window, band)
        pixels = window.batches * rows.rows * window.width.output
        found = window.batches * _found(window, rows)
        blocks = pixels * -(-window.output_channels // QUAD)
        return {
            "calls": 1.0,
            "pixels": float(pixels),
            "moved_taps": float((pixels - found) * taps),
            "found_rows": float(found * window.height.kernel),
            "found_taps": float(found * taps),
            "blocks": float(blocks),
            "pairs": float(blocks * (taps // 2)),
            "singles": float(blocks * (taps % 2)),
            "rests": float(pixels if window.output_channels % QUAD else 0),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        each = {"calls": 250, "pixels": 60, "moved_taps": 5, "found_rows": 25, "found_taps": 10, "blocks": 40}
        each |= {"pairs": 17, "singles": 9, "rests": 60}
        return round(sum(weight * work[name] for name, weight in each.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, channels = depthwise_window(op), depthwise_channels(op)
        assert channels is not None, op.name
        height, width, is_single = window.height, window.width, window.taps == 1
        rows = whole_band(window, band)
        clamp = channels.requantization.clamp or (-128, 127)
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_taps_s8_params",
                batches=window.batches,
                channels=window.output_channels,
                input_width=width.input,
                output_width=width.output,
                filter_height=height.kernel,
                filter_width=2 if is_single else width.kernel,
                stride_height=height.stride,
                stride_width=width.stride,
                dilation_height=height.dilation,
                dilation_width=0 if is_single else width.dilation,
                pad_top=height.before,
                pad_left=width.before,
                zeros=_zeros(window),
                input_zero_point=op.input().zero_point,
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=Rows(op.input()),
            stream=Table("stream", _stream(channels, _taps(window))),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
