"""DEPTHWISE_CONV_2D by tiles of five pixels, from a strip of one channel that is widened in scratch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import fused_clamp
from .._dsp.pairs import channel_factors
from .._weighted import constant_data, native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .channels import TILE, Channels, operator_channels
from .conv import is_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Operator
    from ...target import Target
    from .._window import Window
    from ..access import Access
    from ..family import Band, Call

STRIP_WORDS = 768
"""Of a strip, where what one output row reads has no more."""


@lru_cache(maxsize=256)
def _channels(op: Operator) -> Channels | None:
    weights = constant_data(op.input(1))
    by_channel = np.moveaxis(weights[0], 2, 0).reshape(weights.shape[3], -1)
    return operator_channels(op, by_channel, channel_factors(op))


@dataclass(frozen=True, slots=True)
class Strip:
    """How the kernel goes through a map: tiles along columns where rows are shorter than a tile."""

    columns: bool
    block_rows: int
    part_words: int
    words: int


def _strip(window: Window, block_rows: int) -> Strip:
    height, width = window.height, window.width
    columns = width.output < TILE and width.output < height.output
    along, across = (height, width) if columns else (width, height)
    outputs_along, outputs_across = (block_rows, width.output) if columns else (width.output, block_rows)
    part = -(-outputs_along // TILE) * TILE + (along.span - 1) // along.stride
    lines = (outputs_across - 1) * across.stride + across.span
    return Strip(columns, block_rows, part, lines * along.stride * part)


@lru_cache(maxsize=256)
def strip_of(window: Window) -> Strip:
    """The strip of as many output rows as fit STRIP_WORDS, at least one (a tile, along columns)."""
    strip = _strip(window, 1)
    step = TILE if strip.columns else 1
    strip = _strip(window, min(step, window.height.output))
    while strip.block_rows < window.height.output:
        longer = _strip(window, min(strip.block_rows + step, window.height.output))
        if longer.words > STRIP_WORDS:
            break
        strip = longer
    return strip


class TileS8(Kernel):
    """cg_depthwise_conv_2d_tile_s8: any window whose requantization is proven."""

    provider = "native"
    name = "cg_depthwise_conv_2d_tile_s8"

    def __init__(self, window_of: Callable[[Operator], Window]) -> None:
        self.window_of = window_of

    def takes(self, op: Operator, target: Target) -> bool:
        return is_for(target) and native_kind(op) == "s8" and _channels(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.window_of(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        window = self.window_of(op)
        taps = -(-window.taps // 3) * 3
        return 4 * (2 * taps + strip_of(window).words)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        # A block of rows, channel after channel.
        window = self.window_of(op)
        pixels = strip_of(window).block_rows * window.width.output
        return windowed(op.output, op.input(), window, band, pixels=pixels, groups=window.input_channels)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        """Words of the strip, weights of its blocks, lines, and tiles with their taps."""
        window = self.window_of(op)
        strip, rows = strip_of(window), whole_band(window, band).rows
        blocks = window.batches * -(-rows // strip.block_rows)
        outputs = window.output_channels
        lines = blocks * window.width.output if strip.columns else window.batches * rows
        along = min(rows, strip.block_rows) if strip.columns else window.width.output
        tiles = outputs * lines * -(-along // TILE)
        return {
            "calls": 1.0,
            "strips": float(blocks * window.input_channels),
            "strip_words": float(blocks * window.input_channels * strip.words),
            "strip_weights": float(blocks * outputs * window.taps),
            "lines": float(outputs * lines),
            "tiles": float(tiles),
            "tile_macs": float(tiles * TILE * (-(-window.taps // 3) * 3)),
        }

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, channels = self.window_of(op), _channels(op)
        assert channels is not None, op.name
        height, width = window.height, window.width
        rows = whole_band(window, band)
        low, high = fused_clamp(op)
        strip = strip_of(window)
        weights = channels.weights.reshape(-1, height.kernel, width.kernel)
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_tile_s8_params",
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                depth_multiplier=window.output_channels // window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                **window.places,
                input_zero_point=op.input().zero_point,
                block_rows=strip.block_rows,
                part_words=strip.part_words,
                columns=int(strip.columns),
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            weights=Table("weights", (weights.swapaxes(1, 2) if strip.columns else weights).astype(np.int8)),
            steps=Table("steps", channels.steps),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
