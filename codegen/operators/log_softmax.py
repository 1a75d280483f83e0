"""LOG_SOFTMAX over the innermost dimension: float32, and int8 to int8 of scale 1/16.

Arithmetic: reference_ops::LogSoftmax of TFLite Micro (int8: fixed point, gemmlowp). Differs from TFLite, which uses a
table of float exponentials for 8 bits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import MultiplierShift, quantize_multiplier
from ._rules import after, quantized, same_shape
from ._unary import Unary, one_operand, unary_types
from .family import Address, Call, Family, native_call, struct
from .softmax import MOST_ELEMENTS, SCALED_DIFF_INTEGER_BITS, rows

if TYPE_CHECKING:
    from ..graph import Operator

_types = unary_types("Input and output are float32 or int8.", "float32", "int8")
_quantized = quantized(_types)


@after(_types)
def row_size(op: Operator) -> str | None:
    """Rows (the innermost dimension) have at least 1 element, of int8 at most 4095, so that their sum fits the fixed
    point."""
    x = op.input()
    return None if x.shape and 1 <= x.shape[-1] <= MOST_ELEMENTS[x.dtype] else f"shape {list(x.shape)}"


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """An int8 output has scale 1/16 and zero point 127."""
    y = op.output
    fits = y.dtype != "int8" or (y.scale, y.zero_point) == (1 / 16, 127)
    return None if fits else f"scale {y.scale:g}, zero point {y.zero_point}"


@after(_types, _quantized)
def input_scale(op: Operator) -> str | None:
    """The scale of an int8 input is more than 2^-26."""
    x = op.input()
    return None if x.dtype != "int8" or x.scale * 2.0**26 > 1.0 else f"scale {x.scale:g}"


class Parameters(NamedTuple):
    """Of SoftmaxParams: the factor of a difference to the maximum, that difference from which on its exponential counts
    as 0, and the factor's inverse."""

    factor: MultiplierShift
    diff_min: int
    reverse: MultiplierShift


def parameters(scale: float) -> Parameters:
    """PreprocessLogSoftmaxScalingExp and CalculateInputRadius of quantization_util.cc.

    >>> parameters(0.1).diff_min, parameters(0.1).reverse
    (-248, MultiplierShift(multiplier=1342177280, shift=-22))
    """
    bits = 31 - SCALED_DIFF_INTEGER_BITS
    factor = quantize_multiplier(min(scale * (1 << bits), float((1 << 31) - 1)))
    radius = ((1 << SCALED_DIFF_INTEGER_BITS) - 1) * (1 << bits) / (1 << factor.shift)
    reverse = quantize_multiplier((1 << (31 - factor.shift)) / factor.multiplier)
    return Parameters(factor, -math.floor(radius), reverse)


class Rows(Unary):
    """A kernel over rows."""

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            rows=rows(op),
            row_size=op.input().shape[-1],
            input=Address(op.input()),
            output=Address(op.output, writable=True),
        )


class NativeS8(Unary):
    """cg_log_softmax_s8."""

    def whole(self, op: Operator) -> Call:
        factor, diff_min, reverse = parameters(op.input().scale)
        softmax = struct(
            "cg_softmax_s8_params",
            rows=rows(op),
            row_size=op.input().shape[-1],
            multiplier=factor.multiplier,
            shift=factor.shift,
            diff_min=diff_min,
        )
        params = struct(
            "cg_log_softmax_s8_params",
            softmax=softmax,
            reverse_multiplier=reverse.multiplier,
            reverse_shift=reverse.shift,
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


FAMILY = Family(
    names=("LOG_SOFTMAX",),
    constraints=(one_operand, _types, _quantized, same_shape(one_operand), row_size, output_scale, input_scale),
    kernels=(NativeS8("int8", "cg_log_softmax_s8"), Rows("float32", "cg_log_softmax_f32")),
    hint="convert the model again with int8 or float32 tensors",
)
