"""DEPTHWISE_CONV_2D with a multiplier of 1: channels taken apart four at a time, then two products an instruction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .._weighted import native_kind
from .._window import whole_band, window_of
from ..access import NEVER, Access, Steps
from ..family import Address, Kernel, Rows, Scratch, Struct, Table, native_call, struct
from .pairs import QUAD, depthwise_channels, steps_table, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._window import Axis, Window
    from ..family import Band, Call
    from .pairs import Channels

PRESCALE = 8
SIZE = 3
MOST_STRIDE = 2
"""Of a window."""
SMALL = 448
"""Bytes of scratch that are too little to save."""


def depthwise_window(op: Operator) -> Window:
    _, height, width, _ = op.input(1).shape
    return window_of(op, (height, width))


@dataclass(frozen=True, slots=True)
class Lines:
    """How outputs are computed line by line: the axes along a line and across lines; `upright`: lines are columns.
    `part` outputs of each line are computed at a time, of all lines."""

    along: Axis
    across: Axis
    upright: bool
    part: int
    linear: bool

    def groups(self) -> int:
        """Pairs of columns of a line that `part` outputs need."""
        return -(-(self.along.stride * (self.part - 1) + SIZE) // 2)

    def work(self, first: int, last: int) -> dict[str, float]:
        """What one channel takes for the lines [first, last), in the counts of a cost table."""
        outputs, lines = self.along.output, last - first
        fours = 0 if self.linear else outputs // 4
        parts = -(-outputs // self.part)
        read = parts * (min(SIZE, self.across.stride) * (lines - 1) + SIZE)
        return {
            "channels": parts / QUAD,
            "taken": read / QUAD,
            "groups": read * self.groups() / QUAD,
            "lines": float(parts * lines),
            "fours": float(lines * fours),
            "tails": float(lines * (3 * (outputs // 2 - 2 * fours) + 2 * (outputs % 2))),
        }

    def cost(self, first: int, last: int) -> float:
        """Instructions for one channel of the lines [first, last)."""
        work = self.work(first, last)
        estimate = {"channels": 200, "taken": 75, "groups": 14, "lines": 38, "fours": 50, "tails": 11}
        return sum(weight * work[name] for name, weight in estimate.items())


def _lines(op: Operator, target: Target, band: Band | None) -> Lines:
    """Rows, or where the whole output is computed at once the cheaper one of rows and columns.

    Where RAM is what the user wants least of, rows of a band that need more than SMALL bytes of scratch are computed
    in parts. A whole output is not: it lies over its input, of which no part may be needed again.
    """
    window, channels = depthwise_window(op), depthwise_channels(op)
    linear = channels is not None and channels.requantization.linear
    rows = Lines(window.width, window.height, upright=False, part=window.width.output, linear=linear)
    if band is None or band == window.spatial.whole:
        columns = Lines(window.height, window.width, upright=True, part=window.height.output, linear=linear)
        return min(rows, columns, key=lambda lines: lines.cost(0, lines.across.output))
    if target.optimize == "ram":
        while _scratch(rows) > SMALL:
            rows = replace(rows, part=-(-rows.part // (2 * QUAD)) * QUAD)
    return rows


def _scratch(lines: Lines) -> int:
    """The input lines of a window of four channels."""
    return 4 * QUAD * lines.groups() * SIZE


def _table(channels: Channels, window: Window, lines: Lines) -> Array:
    """[channels, words]: bias, weights and requantization as cg_depthwise_conv_2d_pairs_s8.h says."""
    count = len(channels.weights)
    weights = channels.weights.reshape(count, window.height.kernel, window.width.kernel)
    if lines.upright:
        weights = weights.transpose(0, 2, 1)
    packed = np.ascontiguousarray(weights[:, :, (0, 1, 1, 2)].astype(np.int8)).view("<i4").reshape(count, -1)
    bias = wrapped(channels.bias[:, None] << PRESCALE)
    return np.concatenate([bias, packed, wrapped(steps_table(channels.requantization, count))], axis=1)


def _first_windows(axis: Axis, first: int, last: int) -> Array:
    """For each input line the first of the output lines [first, last) that reads it, counted from `first`."""
    found = np.full(axis.input, NEVER, np.int64)
    for output in reversed(range(first, last)):
        begin = output * axis.stride - axis.before
        found[max(begin, 0) : max(begin + axis.kernel, 0)] = output - first
    return found


def _by_pixels(steps: Array, parts: Array, *, upright: bool) -> Array:
    """[images, lines, channels] for each pixel of a line, later by the steps of `parts`, in the order of the tensor."""
    each = np.where(steps[:, :, None, :] == NEVER, NEVER, steps[:, :, None, :] + parts[:, None])
    return (each.transpose(0, 2, 1, 3) if upright else each).reshape(-1)


def _axis(axis: Axis) -> Struct:
    return struct(
        "cg_depthwise_axis",
        size=axis.input,
        outputs=axis.output,
        stride=axis.stride,
        pad=axis.before,
    )


class DspDepthwiseS8(Kernel):
    """cg_depthwise_conv_2d_pairs_s8: 3 x 3 windows with strides of 1 and 2 where the requantization is proven."""

    provider = "native"
    name = "cg_depthwise_conv_2d_pairs_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or native_kind(op) != "s8":
            return False
        window = depthwise_window(op)
        is_3x3 = all(axis.kernel == SIZE and axis.stride <= MOST_STRIDE for axis in (window.height, window.width))
        same_channels = op.output.shape[3] == op.input().shape[3]
        fits = same_channels and window.fits_int16 and not window.is_dilated
        return fits and is_3x3 and depthwise_channels(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return depthwise_window(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:
        return _scratch(_lines(op, target, band))

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        """For each part of the lines, for four channels, line by line; of a part each input line is read once, before
        the first outputs that need it."""
        window, lines = depthwise_window(op), _lines(op, target, band)
        rows, along = whole_band(window, band), lines.along
        first, last = (0, lines.across.output) if lines.upright else (rows.first, rows.last)
        images, channels = window.batches, window.output_channels
        blocks = np.arange(channels, dtype=np.int64) // QUAD
        block = (np.arange(images)[:, None] * (blocks[-1] + 1) + blocks[None, :])[:, None, :] * (last - first)
        taken = _first_windows(lines.across, first, last)[None, :, None]
        reads = np.where(taken == NEVER, NEVER, block + taken)
        writes = block + np.arange(last - first)[None, :, None]
        in_part = int(writes.max()) + 1
        written = np.arange(rows.rows if lines.upright else along.output) // lines.part
        read = np.minimum((np.arange(along.input) + along.before) // (lines.part * along.stride), written[-1])
        return Access(
            in_part * int(written[-1] + 1),
            {op.input(): Steps(_by_pixels(reads, read * in_part, upright=lines.upright))},
            {
                op.output: Steps(
                    _by_pixels(writes, written * in_part, upright=lines.upright),
                    rows.first * window.width.output * channels,
                )
            },
        )

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:
        window, lines = depthwise_window(op), _lines(op, target, band)
        rows = whole_band(window, band)
        first, last = (0, lines.across.output) if lines.upright else (rows.first, rows.last)
        channels = window.batches * window.output_channels
        each = lines.work(first, last)
        return {"calls": 1.0, **{name: channels * count for name, count in each.items()}}

    def cost(self, op: Operator, target: Target) -> int:
        lines = _lines(op, target, None)
        return round(op.output.shape[0] * op.output.shape[3] * lines.cost(0, lines.across.output))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        window, lines, channels = depthwise_window(op), _lines(op, target, band), depthwise_channels(op)
        assert channels is not None, op.name
        table = _table(channels, window, lines)
        rows = whole_band(window, band)
        clamp = channels.requantization.clamp or (-128, 127)
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_pairs_s8_params",
                batches=window.batches,
                channels=window.output_channels,
                height=_axis(window.height),
                width=_axis(window.width),
                upright=int(lines.upright),
                part=lines.part,
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
