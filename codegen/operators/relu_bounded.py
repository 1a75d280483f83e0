"""RELU_N1_TO_1 and RELU_0_TO_1 as operators of their own, of float32 and int8.

Arithmetic: reference_ops::Relu1, reference_ops::Relu0To1 and reference_ops::ReluX of TFLite; TFLite Micro has neither
operator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier, quantized
from ._fixed_point import requantized
from ._lookup import Lookup
from ._rules import after, is_representable, same_shape
from ._rules import quantized as quantized_rule
from ._unary import Unary, one_operand, scale_ratio, scale_ratio_rule, unary_types
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator
    from .family import Value

LOW = {"RELU_N1_TO_1": -1.0, "RELU_0_TO_1": 0.0}
HIGH = 1.0

_types = unary_types("Input and output are float32 or int8.", "float32", "int8")
_quantized = quantized_rule(_types)


@after(_types, _quantized)
def one(op: Operator) -> str | None:
    """In the output scale, 1 is a 32-bit number."""
    y = op.output
    return None if y.dtype == "float32" or is_representable(HIGH, y) else f"scale {y.scale:g}"


def function(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    multiplier, shift = quantize_multiplier(scale_ratio(op))
    low, high = max(quantized(LOW[op.type], y), -128), min(quantized(HIGH, y), 127)
    return lambda q: min(max(y.zero_point + requantized(q - x.zero_point, multiplier, shift), low), high)


def _bounds(op: Operator) -> Mapping[str, Value]:
    return {"low": LOW[op.type], "high": HIGH}


FAMILY = Family(
    names=("RELU_N1_TO_1", "RELU_0_TO_1"),
    constraints=(
        one_operand,
        _types,
        _quantized,
        same_shape(one_operand),
        scale_ratio_rule(_types, _quantized),
        one,
    ),
    kernels=(Lookup(function), Unary("float32", "cg_relu_bounded_f32", _bounds)),
    spatial=element_rows,
    hint="convert the model again with int8 or float32 tensors",
)
