"""DEPTHWISE_CONV_2D with a multiplier of 1: channels taken apart four at a time, then two products an instruction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import convolution_multipliers, fused_clamp
from .._weighted import constant_data, native_kind
from .._window import whole_band, window_of
from ..access import NEVER, Access, Steps
from ..family import Address, Kernel, Rows, Scratch, Struct, Table, native_call, struct
from .pairs import QUAD, channels_of, steps_table, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._window import Axis, Window
    from ..family import Band, Call
    from .pairs import Channels

PRESCALE = 8


def _window(op: Operator) -> Window:
    _, height, width, _ = op.input(1).shape
    return window_of(op, (height, width))


def _is_3x3(window: Window) -> bool:
    return Lines(window.width, window.height, upright=False).is_3x3


@dataclass(frozen=True, slots=True)
class Lines:
    """How outputs are computed line by line: the axes along a line and across lines; `upright`: lines are columns."""

    along: Axis
    across: Axis
    upright: bool

    @property
    def is_3x3(self) -> bool:
        """Whether the kernel's own code for such windows computes it."""
        return self.along.kernel == self.across.kernel == 3 and self.along.stride <= 2 and self.across.stride <= 2

    def groups(self) -> int:
        """Pairs of columns of a line that its outputs need, for windows other than 3 x 3 counted to 4 outputs."""
        outputs, stride = self.along.output, self.along.stride
        if self.is_3x3:
            return -(-(stride * (outputs - 1) + 3) // 2)
        return -(-(stride * (-(-outputs // 4) * 4 - 1) + _in_quads(self.along.kernel) * QUAD) // 2)

    def work(self, first: int, last: int) -> dict[str, float]:
        """What one channel takes for the lines [first, last), in the counts of a cost table."""
        outputs, lines = self.along.output, last - first
        read = min(self.across.kernel, self.across.stride) * (lines - 1) + self.across.kernel
        quads = 0 if self.is_3x3 else _in_quads(self.along.kernel) * self.across.kernel
        fours = outputs // 4 if self.is_3x3 else -(-outputs // 4)
        return {
            "taken": read / 4,
            "groups": read * self.groups() / 4,
            "lines": float(lines),
            "fours": float(lines * fours),
            "tails": float(lines * (3 * (outputs % 4 // 2) + 2 * (outputs % 2) if self.is_3x3 else 0)),
            "quads": float(lines * fours * quads),
        }

    def cost(self, first: int, last: int) -> float:
        """Instructions for one channel of the lines [first, last)."""
        work = self.work(first, last)
        estimate = {"taken": 75, "groups": 14, "lines": 38, "fours": 52, "tails": 11, "quads": 23}
        return sum(weight * work[name] for name, weight in estimate.items())


def _in_quads(size: int) -> int:
    return -(-size // QUAD)


def _lines(op: Operator, band: Band | None) -> Lines:
    """Rows, or where the whole output is computed at once the cheaper one of rows and columns."""
    window = _window(op)
    rows = Lines(window.width, window.height, upright=False)
    if band is not None and band != window.spatial.whole:
        return rows
    columns = Lines(window.height, window.width, upright=True)
    return min(rows, columns, key=lambda lines: lines.cost(0, lines.across.output))


@lru_cache(maxsize=256)
def _channels(op: Operator) -> Channels | None:
    """Weights as [channels, height * width]; None where the short requantization would not be exact."""
    channels = op.output.shape[3]
    bias = op.optional_input(2)
    return channels_of(
        constant_data(op.input(1)).reshape(-1, channels).T,
        None if bias is None else constant_data(bias),
        convolution_multipliers(op.input(), op.input(1), op.output, channels),
        (op.input().zero_point, op.output.zero_point),
        fused_clamp(op),
    )


def _table(channels: Channels, window: Window, lines: Lines) -> Array:
    """[channels, words]: bias, weights and requantization as cg_depthwise_conv_2d_pairs_s8.h says."""
    count = len(channels.weights)
    weights = channels.weights.reshape(count, window.height.kernel, window.width.kernel)
    if lines.upright:
        weights = weights.transpose(0, 2, 1)
    if lines.is_3x3:
        quads = weights[:, :, (0, 1, 1, 2)].reshape(count, -1, QUAD)
    else:
        size = lines.along.kernel
        filled = np.pad(weights, ((0, 0), (0, 0), (0, -size % QUAD)))
        quads = filled.reshape(count, -1, QUAD)[:, :, (0, 2, 1, 3)]
    packed = np.ascontiguousarray(quads.astype(np.int8)).view("<i4").reshape(count, -1)
    bias = wrapped(channels.bias[:, None] << PRESCALE)
    return np.concatenate([bias, packed, wrapped(steps_table(channels.requantization, count))], axis=1)


def _first_windows(axis: Axis, first: int, last: int) -> Array:
    """For each input line the first of the output lines [first, last) that reads it, counted from `first`."""
    found = np.full(axis.input, NEVER, np.int64)
    for output in reversed(range(first, last)):
        begin = output * axis.stride - axis.before
        found[max(begin, 0) : max(begin + axis.kernel, 0)] = output - first
    return found


def _by_pixels(steps: Array, along: int, *, upright: bool) -> Array:
    """[images, lines, channels] for each of `along` pixels of a line, in the order of the tensor."""
    images, lines, channels = steps.shape
    each = np.broadcast_to(steps[:, :, None, :], (images, lines, along, channels))
    return (each.transpose(0, 2, 1, 3) if upright else each).reshape(-1)


def _axis(axis: Axis) -> Struct:
    return struct(
        "cg_depthwise_axis",
        size=axis.input,
        outputs=axis.output,
        filter=axis.kernel,
        stride=axis.stride,
        pad=axis.before,
    )


class DspDepthwiseS8(Kernel):
    """cg_depthwise_conv_2d_pairs_s8 for 3 x 3 windows, cg_depthwise_conv_2d_any_s8 for others without dilation, where
    the requantization is proven."""

    provider = "native"

    def __init__(self, *, is_3x3: bool) -> None:
        self.is_3x3 = is_3x3
        self.name = f"cg_depthwise_conv_2d_{'pairs' if is_3x3 else 'any'}_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or native_kind(op) != "s8":
            return False
        same_channels = op.output.shape[3] == op.input().shape[3]
        if not same_channels or _window(op).is_dilated or _is_3x3(_window(op)) != self.is_3x3:
            return False
        return _channels(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return _window(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The input lines of a window of four channels."""
        lines = _lines(op, band)
        return 4 * QUAD * lines.groups() * lines.across.kernel

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """For four channels line by line; each input line is read once, before the first outputs that need it."""
        window, lines = _window(op), _lines(op, band)
        rows = whole_band(window, band)
        first, last = (0, lines.across.output) if lines.upright else (rows.first, rows.last)
        images, channels = window.batches, window.output_channels
        blocks = np.arange(channels, dtype=np.int64) // QUAD
        part = (np.arange(images)[:, None] * (blocks[-1] + 1) + blocks[None, :])[:, None, :] * (last - first)
        taken = _first_windows(lines.across, first, last)[None, :, None]
        reads = np.where(taken == NEVER, NEVER, part + taken)
        writes = part + np.arange(last - first)[None, :, None]
        along = rows.rows if lines.upright else lines.along.output
        return Access(
            int(writes.max()) + 1,
            {op.input(): Steps(_by_pixels(reads, lines.along.input, upright=lines.upright))},
            {
                op.output: Steps(
                    _by_pixels(writes, along, upright=lines.upright), rows.first * window.width.output * channels
                )
            },
        )

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window, lines = _window(op), _lines(op, band)
        rows = whole_band(window, band)
        first, last = (0, lines.across.output) if lines.upright else (rows.first, rows.last)
        channels = window.batches * window.output_channels
        each = lines.work(first, last)
        return {"calls": 1.0, "channels": channels / 4, **{name: channels * count for name, count in each.items()}}

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        lines = _lines(op, None)
        return round(op.output.shape[0] * op.output.shape[3] * lines.cost(0, lines.across.output))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, lines, channels = _window(op), _lines(op, band), _channels(op)
        assert channels is not None, op.name
        table = _table(channels, window, lines)
        rows = whole_band(window, band)
        clamp = channels.requantization.clamp or (-128, 127)
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_lines_params",
                batches=window.batches,
                channels=window.output_channels,
                height=_axis(window.height),
                width=_axis(window.width),
                upright=int(lines.upright),
                entry=table.shape[1],
                groups=lines.groups(),
                input_zero_point=op.input().zero_point,
                linear=int(channels.requantization.linear),
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=Rows(op.input()),
            table=Table("upright" if lines.upright else "lines", table.reshape(-1)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
