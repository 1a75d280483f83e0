"""CONV_2D by tiles of five pixels, whose windows are gathered and widened in scratch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import fused_clamp
from .._dsp.pairs import channel_factors
from .._weighted import native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .channels import TILE, WEIGHT_OFFSET, Channels, operator_channels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._convolution import Convolution
    from ..access import Access
    from ..family import Band, Call

MOST_VALUES = 160
"""Of a chunk, where a row of the filter has no more."""


def is_for(target: Target) -> bool:
    """Cores that multiply 32 bits and have no vectors of any kind."""
    return not target.isa.dsp and not target.isa.mve and target.isa.int_bits >= 32


@lru_cache(maxsize=256)
def _channels(conv_of: Callable[[Operator], Convolution], op: Operator) -> Channels | None:
    conv = conv_of(op)
    outputs = conv.window.output_channels
    if conv.groups != 1:
        return None
    return operator_channels(op, conv.filters.reshape(outputs, conv.depth), channel_factors(op))


def _chunk_rows(conv: Convolution) -> int:
    row = conv.window.width.kernel * conv.window.input_channels
    return min(max(MOST_VALUES // row, 1), conv.window.height.kernel)


def _chunked(channels: Channels, conv: Convolution) -> Array:
    """[chunks][channels][values of a chunk, rounded up to 4], unsigned."""
    height, row = conv.window.height.kernel, conv.window.width.kernel * conv.window.input_channels
    rows = channels.weights.reshape(-1, height, row)
    parts = []
    for first in range(0, height, _chunk_rows(conv)):
        part = rows[:, first : first + _chunk_rows(conv)].reshape(len(rows), -1)
        parts.append(np.pad(part, ((0, 0), (0, -part.shape[1] % 4))).reshape(-1))
    return np.asarray((np.concatenate(parts) + WEIGHT_OFFSET).astype(np.uint8))


class TileS8(Kernel):
    """cg_conv_2d_tile_s8: any window without groups whose requantization is proven."""

    provider = "native"
    name = "cg_conv_2d_tile_s8"

    def __init__(self, conv_of: Callable[[Operator], Convolution]) -> None:
        self.conv_of = conv_of

    def takes(self, op: Operator, target: Target) -> bool:
        return is_for(target) and native_kind(op) == "s8" and _channels(self.conv_of, op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.conv_of(op).window.batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        conv = self.conv_of(op)
        rows = _chunk_rows(conv)
        values = -(-rows * conv.window.width.kernel * conv.window.input_channels // 4) * 4
        sums = conv.window.output_channels if rows < conv.window.height.kernel else 1
        return 4 * TILE * (values + sums)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return windowed(op.output, op.input(), self.conv_of(op).window, band, pixels=TILE, block=0)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        """Tiles, values gathered for them, and what each channel of a tile takes: per chunk, and per product."""
        conv = self.conv_of(op)
        window = conv.window
        rows = whole_band(window, band).rows
        tiles = window.batches * -(-rows * window.width.output // TILE)
        chunks = -(-window.height.kernel // _chunk_rows(conv))
        channels = tiles * window.output_channels
        return {
            "calls": 1.0,
            "tiles": float(tiles),
            "gathered_rows": float(tiles * TILE * window.height.kernel),
            "gathered": float(tiles * TILE * conv.depth),
            "tile_channels": float(channels),
            "tile_chunks": float(channels * (chunks - 1)),
            "tile_macs": float(channels * TILE * (-(-conv.depth // 4) * 4)),
        }

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        conv, channels = self.conv_of(op), _channels(self.conv_of, op)
        assert channels is not None, op.name
        window = conv.window
        height, width = window.height, window.width
        rows = whole_band(window, band)
        low, high = fused_clamp(op)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_tile_s8_params",
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                output_channels=window.output_channels,
                **window.places,
                input_zero_point=op.input().zero_point,
                chunk_rows=_chunk_rows(conv),
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            weights=Table("weights", _chunked(channels, conv)),
            steps=Table("steps", channels.steps),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
