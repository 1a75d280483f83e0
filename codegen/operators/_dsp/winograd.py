"""CONV_2D of 3 x 3 with strides of 1 by Winograd's F(2x2, 3x3), exact in integers.

With G, B and A of the minimal filtering, the four outputs of a tile are A^T [(G g G^T) * (B^T d B)] A. G has halves:
U = (2G) g (2G)^T is integer, and A^T [U * V] A is four times the sums. Nothing is rounded, and all is exact mod 2^32,
so that only the last value has to fit: |4 x| < 2^31, which `requantization` proves with a prescale of 2. The operands
fit int16: |U| <= 9 * 128, |V| <= 4 * 128, and two of their products int32.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .._weighted import native_kind
from .._window import Axis, whole_band
from ..access import NEVER, Access, Steps, last_window
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .pairs import EVEN_THEN_ODD, QUAD, channel_factors, convolution_channels, steps_table, words, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._convolution import Convolution
    from .._window import Window
    from ..family import Band, Call

TILES = 3
"""Tiles of 2 x 2 outputs that are multiplied together."""
POSITIONS = 16
PRESCALE = 2
TWICE_G = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]], np.int64)
LEAST_CHANNELS = 8
"""Of less the products are few, and what is done beside them takes longer."""


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """The stream of a convolution, and how its sums become outputs."""

    stream: Array
    linear: bool
    clamp: tuple[int, int]


def transformed(filters: Array) -> Array:
    """U of [channels, 3, 3, inputs], as [channels, positions, inputs].

    >>> transformed(np.ones((1, 3, 3, 1), np.int64)).reshape(4, 4).tolist()[1]
    [6, 9, 3, 6]
    """
    u = np.einsum("ia,nabc,jb->nijc", TWICE_G, filters.astype(np.int64), TWICE_G)
    return np.asarray(u.reshape(len(filters), POSITIONS, -1))


def _fits(window: Window) -> bool:
    axes = window.height, window.width
    plain = all((axis.kernel, axis.stride, axis.dilation) == (3, 1, 1) for axis in axes)
    channels = window.input_channels
    return plain and channels >= LEAST_CHANNELS and channels % QUAD == 0 and window.output_channels % 2 == 0


@lru_cache(maxsize=256)
def packed(conv_of: Callable[[Operator], Convolution], op: Operator) -> Packed | None:
    """The stream of `op`, None where it cannot be made or would not be exact."""
    conv = conv_of(op)
    channels = conv.window.output_channels
    if conv.groups != 1 or not _fits(conv.window):
        return None
    made = convolution_channels(conv_of, channel_factors, op, PRESCALE)
    if made is None:
        return None
    u = transformed(made.weights.reshape(channels, 3, 3, -1))
    quads = u.reshape(channels // 2, 2, POSITIONS, -1, QUAD)[..., EVEN_THEN_ODD]
    weights = words(quads).transpose(0, 2, 3, 1, 4).reshape(channels // 2, -1)
    steps = steps_table(made.requantization, channels).reshape(-1, 6)
    biases = wrapped(made.bias << PRESCALE).reshape(-1, 2)
    stream = np.concatenate([weights, wrapped(steps), biases], axis=1).reshape(-1)
    return Packed(stream, made.requantization.linear, made.requantization.clamp or (-128, 127))


class DspWinogradS8(Kernel):
    """cg_conv_2d_winograd_s8: filters of 3 x 3 with strides of 1 over many channels; 16 values of int16 in place of
    9 weights."""

    provider = "native"
    name = "cg_conv_2d_winograd_s8"

    def __init__(self, conv_of: Callable[[Operator], Convolution]) -> None:
        self.conv_of = conv_of

    def takes(self, op: Operator, target: Target) -> bool:
        is_dsp = target.isa.dsp and not target.isa.mve
        return is_dsp and native_kind(op) == "s8" and packed(self.conv_of, op) is not None

    def grows(self, op: Operator) -> bool:  # noqa: ARG002
        return True

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.conv_of(op).window.batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Values of three tiles and their products, four transformed columns, two columns with padding."""
        return 136 * self.conv_of(op).window.input_channels + 4 * 2 * TILES * POSITIONS

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """The windows of three tiles are read before any of their outputs is written."""
        window = self.conv_of(op).window
        rows = whole_band(window, band)
        down, across = (-(-count // 2) for count in (rows.rows, window.width.output))
        image = np.arange(window.batches, dtype=np.int64)[:, None, None] * (down * across)
        last_row = _last_tile(window.height, rows.first, down)[:, None]
        last_column = _last_tile(window.width, 0, across)[None, :]
        used = (last_row >= 0) & (last_column >= 0)
        reads = np.where(used, (image + last_row * across + last_column) // TILES, NEVER)
        row, column = np.arange(rows.rows)[:, None] // 2, np.arange(window.width.output)[None, :] // 2
        writes = (image + row * across + column) // TILES
        x, y = op.input(), op.output
        begin = rows.first * window.width.output * window.output_channels
        return Access(
            -(-window.batches * down * across // TILES),
            {x: Steps(np.repeat(reads.reshape(-1), window.input_channels))},
            {y: Steps(np.repeat(writes.reshape(-1), window.output_channels), begin)},
        )

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window, made = self.conv_of(op).window, self._packed(op)
        rows = -(-whole_band(window, band).rows // 2)
        tiles = window.batches * rows * -(-window.width.output // 2)
        quads, pairs = window.input_channels // QUAD, -(-tiles // TILES) * window.output_channels // 2
        return {
            "calls": 1.0,
            "rows": float(window.batches * rows),
            "tiles": float(tiles),
            "values": float(tiles * quads),
            "pairs": float(pairs),
            "linear_pairs": float(pairs * made.linear),
            "quads": float(pairs * quads * POSITIONS),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate = {"rows": 1000, "tiles": 130, "values": 118, "pairs": 460, "linear_pairs": 48, "quads": 16}
        return round(sum(weight * work[name] for name, weight in estimate.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, made = self.conv_of(op).window, self._packed(op)
        rows = whole_band(window, band)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_winograd_s8_params",
                batches=window.batches,
                input_width=window.width.input,
                input_channels=window.input_channels,
                output_width=window.width.output,
                output_channels=window.output_channels,
                pad_top=window.height.before,
                pad_left=window.width.before,
                input_zero_point=op.input().zero_point,
                linear=int(made.linear),
                activation_min=made.clamp[0],
                activation_max=made.clamp[1],
            ),
            input=Rows(op.input()),
            stream=Table("stream", np.asarray(made.stream)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )

    def _packed(self, op: Operator) -> Packed:
        made = packed(self.conv_of, op)
        assert made is not None, op.name
        return made


def _last_tile(axis: Axis, first: int, tiles: int) -> Array:
    """For each position of the input the last of the tiles, from output `first` on, whose window has it."""
    return last_window(Axis(axis.input, tiles, 4, 2, 1, axis.before - first), 0, tiles)
