"""SOFTMAX over the innermost dimension: int8 to int8 of scale 1/256.

Arithmetic: reference_ops::Softmax of TFLite Micro (fixed point, gemmlowp). Differs from TFLite, which uses a table of
float exponentials for 8 bits. Where a row's sum of exponentials, relative to its largest, is 512 or more, TFLite Micro
aborts; here such a row's outputs, all under half a step, are 0.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import quantize_multiplier
from ._rules import after, operands, quantized, same_shape, types
from ._whole import WholeKernel
from .family import Address, Call, Family, cmsis_nn_call, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

SCALED_DIFF_INTEGER_BITS = 5
"""Differences to the maximum are Q5.26."""

SUM_BOUND = 4095
"""Elements of a row whose sum of exponentials always fits Q12.19."""

_operands = operands(1)
_types = types("Input and output are int8.", frozenset({"int8/int8"}), _operands)
_quantized = quantized(_types)


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """The output has scale 1/256 and zero point -128."""
    y = op.output
    return None if (y.scale, y.zero_point) == (1 / 256, -128) else f"scale {y.scale:g}, zero point {y.zero_point}"


@after(_operands)
def row_size(op: Operator) -> str | None:
    """Rows (the innermost dimension) have 1 to 4095 elements, so that their sum fits the fixed point."""
    shape = op.input().shape
    return None if shape and 1 <= shape[-1] <= SUM_BOUND else f"shape {list(shape)}"


@after(_types, _quantized)
def slope(op: Operator) -> str | None:
    """beta * input scale is more than 2^-26."""
    beta = op.option("beta", 1.0)
    product = beta * op.input().scale
    return None if math.isfinite(product) and product * 2.0**26 > 1.0 else f"beta {beta:g}, scale {op.input().scale:g}"


class Parameters(NamedTuple):
    """Of SoftmaxParams: the factor of a difference to the maximum, and the difference from which on it counts as 0."""

    multiplier: int
    shift: int
    diff_min: int


def parameters(beta: float, scale: float) -> Parameters:
    """PreprocessSoftmaxScaling and CalculateInputRadius of quantization_util.cc.

    >>> parameters(1.0, 0.1)
    Parameters(multiplier=1717986918, shift=23, diff_min=-248)
    """
    real = min(beta * scale * (1 << (31 - SCALED_DIFF_INTEGER_BITS)), float((1 << 31) - 1))
    multiplier, shift = quantize_multiplier(real)
    radius = ((1 << SCALED_DIFF_INTEGER_BITS) - 1) * (1 << (31 - SCALED_DIFF_INTEGER_BITS)) / (1 << shift)
    diff_min = -math.floor(radius)
    # Where only the maximum counts, its difference is 0 and any factor is right: none that shifts into the sign.
    return Parameters(multiplier, shift if diff_min else 0, diff_min)


def operator_parameters(op: Operator) -> Parameters:
    return parameters(op.option("beta", 1.0), op.input().scale)


class CmsisNnS8(WholeKernel):
    """arm_softmax_s8. From 512 elements on it may divide by 2^32, which C leaves undefined."""

    provider = "cmsis-nn"
    name = "arm_softmax_s8"

    def fits(self, op: Operator) -> bool:
        return op.input().shape[-1] < 512

    def whole(self, op: Operator) -> Call:
        multiplier, shift, diff_min = operator_parameters(op)
        return cmsis_nn_call(
            self.name,
            returns_status=False,
            input=Address(op.input()),
            num_rows=op.input().size // op.input().shape[-1],
            row_size=op.input().shape[-1],
            mult=multiplier,
            shift=shift,
            diff_min=diff_min,
            output=Address(op.output, writable=True),
        )


class NativeS8(WholeKernel):
    """cg_softmax_s8."""

    provider = "native"
    name = "cg_softmax_s8"

    def whole(self, op: Operator) -> Call:
        multiplier, shift, diff_min = operator_parameters(op)
        params = struct(
            "cg_softmax_s8_params",
            rows=op.input().size // op.input().shape[-1],
            row_size=op.input().shape[-1],
            multiplier=multiplier,
            shift=shift,
            diff_min=diff_min,
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


FAMILY = Family(
    names=("SOFTMAX",),
    constraints=(_operands, _types, _quantized, same_shape(_operands), row_size, output_scale, slope),
    kernels=(CmsisNnS8(), NativeS8()),
    hint="quantize the model to int8 again, or leave SOFTMAX to the application",
)
