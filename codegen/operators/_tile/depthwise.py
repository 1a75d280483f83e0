"""DEPTHWISE_CONV_2D by tiles of five pixels, from a strip of one channel that is widened in scratch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import convolution_multipliers, fused_clamp
from .._weighted import constant_data, native_kind
from .._window import whole_band
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .channels import TILE, Channels, channels_of
from .conv import is_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...graph import Operator
    from ...target import Target
    from .._window import Window
    from ..family import Band, Call

STRIP_WORDS = 384
"""Of a strip, where the input rows of one output row have no more."""


@lru_cache(maxsize=256)
def _channels(op: Operator) -> Channels | None:
    weights, bias = constant_data(op.input(1)), op.optional_input(2)
    outputs = weights.shape[3]
    return channels_of(
        np.moveaxis(weights[0], 2, 0).reshape(outputs, -1),
        None if bias is None else constant_data(bias),
        convolution_multipliers(op.input(), op.input(1), op.output, outputs),
        (op.input().zero_point, op.output.zero_point),
        fused_clamp(op),
    )


def row_words(window: Window) -> int:
    """Words of a row of the strip."""
    width = window.width
    tiles = -(-width.output // TILE) * TILE
    return width.stride * (tiles - 1 + (width.span - 1) // width.stride + 1)


def _strip_rows(window: Window, block_rows: int) -> int:
    return (block_rows - 1) * window.height.stride + window.height.span


def block_rows(window: Window) -> int:
    """Output rows of a block: as many as have their input in the strip."""
    rows = 1
    while rows < window.height.output and _strip_rows(window, rows + 1) * row_words(window) <= STRIP_WORDS:
        rows += 1
    return rows


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
        return 4 * (2 * taps + _strip_rows(window, block_rows(window)) * row_words(window))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, channels = self.window_of(op), _channels(op)
        assert channels is not None, op.name
        height, width = window.height, window.width
        rows = whole_band(window, band)
        low, high = fused_clamp(op)
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
                stride_height=height.stride,
                stride_width=width.stride,
                dilation_height=height.dilation,
                dilation_width=width.dilation,
                pad_top=height.before,
                pad_left=width.before,
                input_zero_point=op.input().zero_point,
                block_rows=block_rows(window),
                row_words=row_words(window),
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            weights=Table("weights", channels.weights.astype(np.int8)),
            steps=Table("steps", channels.steps),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
