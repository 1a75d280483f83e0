"""CONV_2D of int8 for MVE, by cg_matmul_x16_s8."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import convolution_multipliers
from .._convolution import Convolution
from .._weighted import native_kind
from .._window import Window, whole_band
from ..access import UNKNOWN, Access, read_again, windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .products import (
    Products,
    care,
    factors_table,
    grows,
    matmul_cost,
    matmul_params,
    matmul_scratch,
    products,
    weights_table,
)

if TYPE_CHECKING:
    from ...graph import Operator
    from ...target import Target
    from ..family import Band, Call


ConvolutionOf = Callable[["Operator"], Convolution]
"""An operator as a convolution."""


@lru_cache(maxsize=64)
def _products(conv_of: ConvolutionOf, op: Operator) -> Products:
    """Of pixels, and of windows in the order [column][row][channel]."""
    conv = conv_of(op)
    weights = conv.filters
    factors = convolution_multipliers(op.input(), op.input(1), op.output, len(weights))
    return products(op, weights.transpose(0, 2, 1, 3).reshape(len(weights), -1), factors)


class ConvolutionS8(Kernel):
    """What the kernels share: they differ in their windows. `conv_of` says what is computed."""

    provider = "native"

    def __init__(self, conv_of: ConvolutionOf) -> None:
        self.conv_of = conv_of

    @abstractmethod
    def fits(self, window: Window) -> bool:
        """Whether the kernel has such windows."""

    def takes(self, op: Operator, target: Target) -> bool:
        if not (target.isa.mve and native_kind(op) == "s8" and op.input(1).dtype == "int8"):
            return False
        conv = self.conv_of(op)
        return conv.groups == 1 and self.fits(conv.window) and care(self.products(op)) is not None

    def grows(self, op: Operator) -> bool:
        return grows(self.products(op))

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.window(op).batches == 1

    @abstractmethod
    def counted(self, op: Operator, rows: int) -> int:
        """Instructions for so many output rows of one image, counted in the assembly."""

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        window = self.window(op)
        return window.batches * self.counted(op, window.height.output)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window = self.window(op)
        rows = whole_band(window, band).rows
        return {"calls": 1.0, "rows": float(rows), "counted": float(window.batches * self.counted(op, rows))}

    def window(self, op: Operator) -> Window:
        return self.conv_of(op).window

    def products(self, op: Operator) -> Products:
        return _products(self.conv_of, op)


class PixelsS8(ConvolutionS8):
    """cg_conv_2d_pixels_x16_s8: filters of one pixel, any stride."""

    name = "cg_conv_2d_pixels_x16_s8"

    def fits(self, window: Window) -> bool:
        return window.taps == 1

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """Four pixels at a time, which are read again for every few channels. Where pixels are left out, fours begin
        anew in each row."""
        window = self.window(op)
        skips = max(window.height.stride, window.width.stride) > 1
        if skips and window.width.output % 4:
            return UNKNOWN
        return read_again(windowed(op.output, op.input(), window, band, pixels=4, block=0))

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return matmul_scratch(op.output.shape[3])

    def counted(self, op: Operator, rows: int) -> int:
        window = self.window(op)
        width, made = window.width, self.products(op)
        if width.stride == window.height.stride == 1:
            return matmul_cost(made, rows * width.output)
        return rows * matmul_cost(made, width.output)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        window, made = self.window(op), self.products(op)
        rows = whole_band(window, band)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_pixels_x16_s8_params",
                matmul=matmul_params(made),
                batches=window.batches,
                input_width=window.width.input,
                output_width=window.width.output,
                stride_height=window.height.stride,
                stride_width=window.width.stride,
            ),
            input=Rows(op.input()),
            weights=weights_table(made),
            factors=factors_table(made),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch() if self.scratch_bytes(op, target, band) else None,
            output=Address(op.output, writable=True, row=rows.first),
        )


SCATTERED = 8
"""Up to so many channels less one, bytes of eight columns are scattered; else vectors of channels are copied."""
MOST_COLUMNS = 2048
"""Scratch bytes for columns; wider rows are computed in parts."""


class ColumnsS8(ConvolutionS8):
    """cg_conv_2d_columns_x16_s8: any window without groups or horizontal dilation."""

    name = "cg_conv_2d_columns_x16_s8"

    def fits(self, window: Window) -> bool:
        return window.width.dilation == 1 and 8 * window.height.kernel * window.input_channels < 1 << 16

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """All windows of a block are gathered before its first output is written."""
        window = self.window(op)
        block = self.block(window)
        if window.width.output % block:
            return UNKNOWN
        return windowed(op.output, op.input(), window, band, pixels=block, block=0)

    @staticmethod
    def block(window: Window) -> int:
        """Pixels of a row that are computed together: all, or as many fours as `MOST_COLUMNS` bytes hold."""
        width, column = window.width, window.height.kernel * window.input_channels
        fit = (MOST_COLUMNS // column - width.kernel) // width.stride + 1
        return width.output if fit >= width.output else max(fit // 4 * 4, min(4, width.output))

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        window = self.window(op)
        width = window.width
        columns = (self.block(window) - 1) * width.stride + width.kernel
        return matmul_scratch(window.output_channels) + columns * window.height.kernel * window.input_channels

    def counted(self, op: Operator, rows: int) -> int:
        window = self.window(op)
        width, channels, block = window.width, window.input_channels, self.block(window)
        columns = (block - 1) * width.stride + width.kernel
        row = 6 * -(-columns * channels // 8) if channels < SCATTERED else 7 * columns * -(-channels // 16)
        blocks = rows * -(-width.output // block)
        return blocks * (window.height.kernel * (row + 60) + 80 + matmul_cost(self.products(op), block))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, made = self.window(op), self.products(op)
        height, width, channels = window.height, window.width, window.input_channels
        rows = whole_band(window, band)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_columns_x16_s8_params",
                matmul=matmul_params(made),
                batches=window.batches,
                input_width=width.input,
                input_channels=channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                stride_height=height.stride,
                stride_width=width.stride,
                dilation_height=height.dilation,
                pad_top=height.before,
                pad_left=width.before,
                input_zero_point=op.input().zero_point,
                block=self.block(window),
                matmul_scratch=matmul_scratch(window.output_channels),
            ),
            input=Rows(op.input()),
            weights=weights_table(made),
            factors=factors_table(made),
            offsets=_offsets(channels, height.kernel * channels) if channels < SCATTERED else None,
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )


def _offsets(channels: int, column: int) -> Table:
    """Where byte k of eight neighbouring pixels goes, in columns of `column` bytes."""
    k = np.arange(8 * channels)
    return Table("offsets", (k // channels * column + k % channels).astype(np.uint16))
