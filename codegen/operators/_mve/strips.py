"""CONV_2D of int8 for MVE in narrow maps of few channels, down the columns, by cg_conv_2d_strips_x16_s8."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ...arithmetic import convolution_multipliers
from .._window import whole_band
from ..family import Address, Rows, Scratch, native_call, struct
from .conv import ColumnsS8, ConvolutionOf, ConvolutionS8
from .products import Products, factors_table, matmul_cost, matmul_params, matmul_scratch, products, weights_table

if TYPE_CHECKING:
    from ...graph import Operator
    from ...target import Target
    from .._window import Window
    from ..family import Band, Call

MOST_BYTES = 64
"""Of an input row that a strip takes: wider ones are better gathered once for all columns."""


@lru_cache(maxsize=64)
def _products(conv_of: ConvolutionOf, op: Operator) -> Products:
    """Of windows in the order [row][column][channel]."""
    weights = conv_of(op).filters
    factors = convolution_multipliers(op.input(), op.input(1), op.output, len(weights))
    return products(op, weights.reshape(len(weights), -1), factors)


class StripsS8(ConvolutionS8):
    """cg_conv_2d_strips_x16_s8: windows wider or higher than a pixel, without groups or dilation."""

    name = "cg_conv_2d_strips_x16_s8"

    def fits(self, window: Window) -> bool:
        """Where rows of outputs are fours, columns take no longer, and their outputs may lie over the input."""
        row = window.width.kernel * window.input_channels
        return not window.is_dilated and window.taps > 1 and row <= MOST_BYTES and window.width.output % 4 != 0

    def products(self, op: Operator) -> Products:
        return _products(self.conv_of, op)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        window = self.window(op)
        rows = _strip_rows(window, whole_band(window, band).rows)
        return matmul_scratch(window.output_channels) + rows * window.width.kernel * window.input_channels

    def counted(self, op: Operator, rows: int) -> int:
        window = self.window(op)
        vectors = -(-window.width.kernel * window.input_channels // 16)
        gather = _strip_rows(window, rows) * (2 + 9 * vectors) + 150
        return window.width.output * (matmul_cost(self.products(op), rows) + gather)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, made = self.window(op), self.products(op)
        height, width = window.height, window.width
        rows = whole_band(window, band)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_strips_x16_s8_params",
                matmul=matmul_params(made, width.output),
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                stride_height=height.stride,
                stride_width=width.stride,
                pad_top=height.before,
                pad_left=width.before,
                input_zero_point=op.input().zero_point,
                matmul_scratch=matmul_scratch(window.output_channels),
            ),
            input=Rows(op.input()),
            weights=weights_table(made),
            factors=factors_table(made),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )


def _strip_rows(window: Window, rows: int) -> int:
    """Input rows that `rows` output rows need, padding among them."""
    return (rows - 1) * window.height.stride + window.height.kernel


def window_kernels(conv_of: ConvolutionOf) -> tuple[ConvolutionS8, ...]:
    """The kernels for filters of more than a pixel."""
    return ColumnsS8(conv_of), StripsS8(conv_of)
