"""DEPTHWISE_CONV_2D of 3 x 3 with a multiplier of 1, row by row, four channels at a time: narrow images, few rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._weighted import native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .depthwise import PRESCALE, SIZE, depthwise_window
from .pairs import QUAD, depthwise_channels, steps_table, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._window import Axis, Window
    from ..access import Access
    from ..family import Band, Call
    from .pairs import Channels

COLUMN = 6
"""Words of a column of four channels."""


def _columns(window: Window) -> int:
    """That the outputs of a row need."""
    return window.width.stride * (window.width.output - 1) + SIZE


def _is_little_padded(axis: Axis) -> bool:
    return axis.kernel == SIZE and axis.dilation == 1 and axis.before <= 1 and axis.after <= 1


def _stream(channels: Channels) -> Array:
    """Blocks of four channels as cg_depthwise_conv_2d_columns_s8.h says."""
    blocks = len(channels.weights) // QUAD
    weights = channels.weights.astype(np.int8).reshape(blocks, QUAD // 2, 2, SIZE, SIZE)
    upper = weights[:, :, :, :2].transpose(0, 4, 1, 3, 2).reshape(blocks, SIZE, 2 * QUAD)  # [blocks, columns, bytes]
    lower = weights[:, :, :, 2].transpose(0, 3, 1, 2).reshape(blocks, SIZE, QUAD)
    packed = np.ascontiguousarray(np.concatenate([upper, lower], axis=2))
    parts = [
        wrapped(channels.bias << PRESCALE).reshape(blocks, -1),
        packed.reshape(blocks, -1).view("<i4"),
        wrapped(steps_table(channels.requantization, blocks * QUAD)).reshape(blocks, -1),
    ]
    return np.concatenate(parts, axis=1).reshape(-1)


class DspDepthwiseColumnsS8(Kernel):
    """cg_depthwise_conv_2d_columns_s8: a multiple of four channels, one image, where the requantization is proven."""

    provider = "native"
    name = "cg_depthwise_conv_2d_columns_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or native_kind(op) != "s8":
            return False
        window, channels = depthwise_window(op), op.input().shape[3]
        fits = channels == op.output.shape[3] and channels % QUAD == 0 and window.batches == 1
        axes = window.height, window.width
        if not fits or not all(_is_little_padded(axis) and axis.stride <= SIZE for axis in axes):
            return False
        return window.height.input > 1 and depthwise_channels(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The columns of a row."""
        return 4 * COLUMN * _columns(depthwise_window(op))

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        window = depthwise_window(op)
        pixels, groups = window.width.output, window.input_channels
        return windowed(op.output, op.input(), window, band, pixels=pixels, block=QUAD, groups=groups)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window, channels = depthwise_window(op), depthwise_channels(op)
        rows = whole_band(window, band).rows
        blocks = rows * window.output_channels // QUAD
        is_linear = channels is not None and channels.requantization.linear
        return {
            "calls": 1.0,
            "filled": float(_columns(window)),
            "rows": float(rows),
            "blocks": float(blocks),
            "columns": float(blocks * min(_columns(window) - window.width.before, window.width.input)),
            "outputs": float(blocks * window.width.output),
            "linear": float(blocks * window.width.output * is_linear),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        each = {"calls": 120, "filled": 30, "rows": 120, "blocks": 55, "columns": 15, "outputs": 70, "linear": 8}
        return round(sum(weight * work[name] for name, weight in each.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, channels = depthwise_window(op), depthwise_channels(op)
        assert channels is not None, op.name
        rows = whole_band(window, band)
        clamp = channels.requantization.clamp or (-128, 127)
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_columns_s8_params",
                channels=window.output_channels,
                input_width=window.width.input,
                output_width=window.width.output,
                stride_height=window.height.stride,
                stride_width=window.width.stride,
                pad_top=window.height.before,
                pad_left=window.width.before,
                columns=_columns(window),
                linear=int(channels.requantization.linear),
                input_zero_point=op.input().zero_point,
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=Rows(op.input()),
            stream=Table("stream", _stream(channels)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
