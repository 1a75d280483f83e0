"""RELU and RELU6 as operators of their own (not fused into the one before), of float32, int8 and int16.

Arithmetic: ReluFloat, Relu6Float, ReluQuantized and Relu6Quantized of TFLite Micro. RELU rescales from the input's
quantization to the output's. RELU6 differs from TFLite: it does not rescale, it clamps in the input's quantization
whatever the output's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import INTEGER_RANGE, quantize_multiplier, quantized
from ._fixed_point import requantized
from ._lookup import Lookup
from ._rules import after, is_representable, same_shape
from ._rules import quantized as quantized_rule
from ._unary import Unary, one_operand, rescaling, scale_ratio, scale_ratio_rule, unary_types, zero_points_rule
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator
    from .family import Value

_types = unary_types("Input and output are float32, int8 or int16.", "float32", "int8", "int16")
_quantized = quantized_rule(_types)


@after(_types, _quantized)
def zero_points(op: Operator) -> str | None:
    """The int16 tensors of a RELU have the zero point 0."""
    return zero_points_rule(_types)(op) if op.type == "RELU" else None


@after(_types, _quantized)
def six(op: Operator) -> str | None:
    """In the scale of a RELU6's input, 6 is a 32-bit number."""
    x = op.input()
    fits = op.type != "RELU6" or x.dtype == "float32" or is_representable(6.0, x)
    return None if fits else f"scale {x.scale:g}"


def function(op: Operator) -> Callable[[int], int]:
    return _relu6(op) if op.type == "RELU6" else _relu(op)


def _relu(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    multiplier, shift = quantize_multiplier(scale_ratio(op))

    def result(q: int) -> int:
        return min(max(y.zero_point + requantized(q - x.zero_point, multiplier, shift), y.zero_point), 127)

    return result


def _relu6(op: Operator) -> Callable[[int], int]:
    low, high = _zero_and_six(op)
    return lambda q: min(max(q, low), high)


def _zero_and_six(op: Operator) -> tuple[int, int]:
    """0 and 6 in the input's quantization."""
    x = op.input()
    return x.zero_point, min(quantized(6.0, x), INTEGER_RANGE[x.dtype][1])


def _bounds(op: Operator) -> Mapping[str, Value]:
    low, high = _zero_and_six(op) if op.input().dtype == "int16" else (0.0, 6.0)
    return {"low": low, "high": high}


class OfType(Unary):
    """The kernel of one of the two operators."""

    def fits(self, op: Operator) -> bool:
        return super().fits(op) and (op.type == "RELU6") == (self.parameters is _bounds)


FAMILY = Family(
    names=("RELU", "RELU6"),
    constraints=(
        one_operand,
        _types,
        _quantized,
        same_shape(one_operand),
        zero_points,
        scale_ratio_rule(_types, _quantized),
        six,
    ),
    kernels=(
        Lookup(function),
        OfType("int16", "cg_relu_s16", rescaling),
        OfType("int16", "cg_relu6_s16", _bounds),
        OfType("float32", "cg_relu_f32"),
        OfType("float32", "cg_relu_bounded_f32", _bounds),
    ),
    spatial=element_rows,
    hint="convert the model again with int8, int16 or float32 tensors",
)
