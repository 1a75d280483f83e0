"""DEPTHWISE_CONV_2D of int8 for MVE, by patches of 16 pixels (cg_depthwise_conv_2d_x16_s8)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import convolution_multipliers
from .._weighted import constant_data, native_kind
from .._window import Window, whole_band, window_of
from ..access import Access, read_again, windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .products import GROUP, VECTOR, Products, care, factors_table, products

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from ..family import Band, Call

MOST_ROWS = 16
"""CG_DEPTHWISE_X16_ROWS."""
NONE = 255
"""The place of an output that there is not."""

Place = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Four outputs from one or two patches. `origins`: where each patch begins, in outputs; `places`: of the outputs of
    one patch, from there on. `size` and `window`: (height, width) of all in outputs and of the input that they need;
    `grid`: of the input of one patch."""

    origins: tuple[Place, ...]
    places: tuple[Place, ...]
    size: Place
    window: Place
    grid: Place

    @property
    def shift(self) -> int:
        """The most places by which weights move."""
        return max(self.moves)

    moves: tuple[int, ...] = ()
    """By how many places the weights move for each of `places`."""


def _tile(window: Window, origins: tuple[Place, ...], places: tuple[Place, ...]) -> Tile:
    height, width = window.height, window.width

    def extent(outputs: Place) -> Place:
        return (outputs[0] - 1) * height.stride + height.kernel, (outputs[1] - 1) * width.stride + width.kernel

    patch = 1 + max(row for row, _ in places), 1 + max(column for _, column in places)
    size = patch[0] + max(row for row, _ in origins), patch[1] + max(column for _, column in origins)
    grid = extent(patch)
    moves = tuple(row * height.stride * grid[1] + column * width.stride for row, column in places)
    return Tile(origins, places, size, extent(size), grid, moves)


_ONE = ((0, 0),)
_SHAPES: tuple[tuple[tuple[Place, ...], tuple[Place, ...]], ...] = (
    (_ONE, ((0, 0), (0, 1), (1, 0), (1, 1))),
    (_ONE, ((0, 0), (0, 1), (0, 2), (0, 3))),
    (_ONE, ((0, 0), (1, 0), (2, 0), (3, 0))),
    (((0, 0), (0, 2)), ((0, 0), (0, 1))),
    (((0, 0), (1, 0)), ((0, 0), (0, 1))),
    (((0, 0), (0, 1)), ((0, 0), (1, 0))),
    (((0, 0), (2, 0)), ((0, 0), (1, 0))),
    (((0, 0), (0, 1)), _ONE),
    (((0, 0), (1, 0)), _ONE),
    (_ONE, _ONE),
)
"""(origins of patches, places of outputs in one): the forms that the kernel can take."""


def _candidates(window: Window) -> Iterator[Tile]:
    for origins, places in _SHAPES:
        tile = _tile(window, origins, places)
        if tile.grid[0] * tile.grid[1] <= VECTOR and tile.window[0] <= MOST_ROWS:
            yield tile


def _tile_cost(tile: Tile, window: Window, rows: int) -> int:
    """Instructions for `rows` output rows, counted in the assembly."""
    down, across = -(-rows // tile.size[0]), -(-window.width.output // tile.size[1])
    anew = min(down, 3)  # rows of tiles; the others go on from the one above
    group = 87 if len(tile.origins) == 1 else 105
    borders = min(across, 3) * (anew * (120 + 70 * len(tile.origins)) + (down - anew) * (75 + 25 * len(tile.origins)))
    return down * across * (window.input_channels // GROUP * group + 10 + 22 * len(tile.origins)) + borders


def _window(op: Operator) -> Window:
    _, height, width, _ = op.input(1).shape
    return window_of(op, (height, width))


def best_tile(window: Window, rows: int) -> Tile | None:
    """The tile that takes the fewest instructions for bands of `rows` output rows, None where no patch has 16 pixels
    or less."""
    return min(_candidates(window), key=lambda tile: _tile_cost(tile, window, rows), default=None)


@lru_cache(maxsize=64)
def _products(op: Operator) -> Products:
    weights = constant_data(op.input(1))
    channels = weights.shape[3]
    factors = convolution_multipliers(op.input(), op.input(1), op.output, channels)
    return products(op, weights.reshape(-1, channels).T, factors)


class DepthwiseS8(Kernel):
    """cg_depthwise_conv_2d_x16_s8: one output channel an input channel, filters of at most 16 taps, no dilation."""

    provider = "native"
    name = "cg_depthwise_conv_2d_x16_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        channels = op.input().shape[3]
        is_plain = native_kind(op) == "s8" and op.input(1).dtype == "int8" and op.output.shape[3] == channels
        if not (target.isa.mve and is_plain and channels % GROUP == 0 and target.optimize != "size"):
            return False
        window = _window(op)
        if window.is_dilated or best_tile(window, window.height.output) is None:
            return False
        return care(_products(op)) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return _window(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """A pixel of zero points, and one for outputs that there are not."""
        return 2 * op.input().shape[3]

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """Rows of tiles, each read again for every four channels."""
        window = _window(op)
        tile = best_tile(window, window.height.output)
        assert tile is not None
        pixels = tile.size[0] * window.width.output
        return read_again(windowed(op.output, op.input(), window, band, pixels=pixels, block=0))

    def cost(self, op: Operator, target: Target) -> int:
        return int(self.work(op, target, None)["counted"])

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        """Instructions for tiles, and what begins anew with rows of tiles."""
        window = _window(op)
        tile = best_tile(window, window.height.output)
        assert tile is not None
        rows = whole_band(window, band).rows
        return {
            "calls": 1.0,
            "rows": float(window.batches * -(-rows // tile.size[0])),
            "counted": float(window.batches * _tile_cost(tile, window, rows)),
        }

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, made = _window(op), _products(op)
        height, width = window.height, window.width
        rows = whole_band(window, band)
        # For all bands alike: they share tables, and a segment one call.
        tile = best_tile(window, height.output)
        careful = care(made)
        assert tile is not None
        assert careful is not None
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_x16_s8_params",
                batches=window.batches,
                channels=window.input_channels,
                input_width=width.input,
                output_width=width.output,
                stride_height=height.stride,
                stride_width=width.stride,
                pad_top=height.before,
                pad_left=width.before,
                input_zero_point=op.input().zero_point,
                output_offset=made.zero_point,
                activation_min=made.bounds[0],
                activation_max=made.bounds[1],
                careful=careful,
                patches=len(tile.origins),
                shift=tile.shift,
                tile_height=tile.size[0],
                tile_width=tile.size[1],
                window_height=tile.window[0],
                window_width=tile.window[1],
            ),
            input=Rows(op.input()),
            weights=_weights(made, tile, (height.kernel, width.kernel)),
            factors=factors_table(made),
            positions=_positions(tile, (height.stride, width.stride)),
            outputs=_outputs(tile),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )


def _weights(made: Products, tile: Tile, kernel: Place) -> Table:
    """The taps of each channel where the patch has their pixels, 16 bytes a channel."""
    table = np.zeros(tile.shift + VECTOR * made.outputs, np.int8)
    channels = table[tile.shift :].reshape(made.outputs, VECTOR)
    taps = made.weights.reshape(made.outputs, *kernel)
    for row in range(kernel[0]):
        first = row * tile.grid[1]
        channels[:, first : first + kernel[1]] = taps[:, row]
    return Table("weights", table)


def _positions(tile: Tile, strides: Place) -> Table:
    """[patches][16][2]: places behind the grid are those of its first pixel, with weights of zero."""
    grid = [(row, column) for row in range(tile.grid[0]) for column in range(tile.grid[1])]
    grid += grid[:1] * (VECTOR - len(grid))
    places = [
        [(origin[0] * strides[0] + row, origin[1] * strides[1] + column) for row, column in grid]
        for origin in tile.origins
    ]
    return Table("positions", _bytes(places))


def _outputs(tile: Tile) -> Table:
    """[4][3]: row and column in the tile, places by which the weights move."""
    each = 4 // len(tile.origins)
    rows = []
    for origin in tile.origins:
        there = [
            (origin[0] + row, origin[1] + column, move)
            for (row, column), move in zip(tile.places, tile.moves, strict=True)
        ]
        rows += there + [(NONE, NONE, 0)] * (each - len(there))
    return Table("outputs", _bytes(rows))


def _bytes(values: object) -> Array:
    return np.array(values, np.uint8)
