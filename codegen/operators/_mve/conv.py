"""CONV_2D of int8 for MVE, by cg_matmul_x16_s8."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ...arithmetic import convolution_multipliers
from .._weighted import constant_data, native_kind
from .._window import Window, whole_band, window_of
from ..family import Address, Kernel, Rows, Scratch, native_call, struct
from .products import (
    Products,
    care,
    factors_table,
    matmul_cost,
    matmul_params,
    matmul_scratch,
    packed_bytes,
    products,
    weights_table,
)

if TYPE_CHECKING:
    from ...graph import Operator
    from ...target import Target
    from ..family import Band, Call

GROWTH, SMALL = 1.15, 1024
"""Packed weights may be this much larger than the given ones, and by this many bytes in any case."""


def _window(op: Operator) -> Window:
    _, height, width, _ = op.input(1).shape
    return window_of(op, (height, width))


@lru_cache(maxsize=64)
def _products(op: Operator) -> Products:
    weights = constant_data(op.input(1))
    factors = convolution_multipliers(op.input(), op.input(1), op.output, len(weights))
    return products(op, weights.reshape(len(weights), -1), factors)


def worth_its_flash(made: Products, target: Target) -> bool:
    """Whether the packed weights are small enough: not for `speed`, which takes any."""
    given, packed = made.weights.size, packed_bytes(made)
    return target.optimize == "speed" or packed <= GROWTH * given or packed <= given + SMALL


def _takes(op: Operator, target: Target) -> bool:
    if not (target.isa.mve and native_kind(op) == "s8" and op.input(1).shape[3] == op.input().shape[3]):
        return False
    made = _products(op)
    return care(made) is not None and worth_its_flash(made, target)


class PixelsS8(Kernel):
    """cg_conv_2d_pixels_x16_s8: filters of one pixel, any stride."""

    provider = "native"
    name = "cg_conv_2d_pixels_x16_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        return op.input(1).shape[1:3] == (1, 1) and _takes(op, target)

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return _window(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return matmul_scratch(op.output.shape[3])

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        window = _window(op)
        return matmul_cost(_products(op), window.batches * window.pixels)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        window, made = _window(op), _products(op)
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
