"""TANH of float32, of int8 to a scale of 1/128 and of int16 to one of 2^-15.

Arithmetic: reference_ops::Tanh and reference_integer_ops::Tanh of TFLite Micro (int8: fixed point, gemmlowp; int16:
linear interpolation in a table of the logistic function). Differs from TFLite, whose table for int8 is made in float.
TFLite Micro takes any output quantization of int8, and computes as if it were 1/128 and 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._fixed_point import tanh
from ._lookup import Lookup
from ._rules import after, quantized, same_shape
from ._sigmoid import (
    input_scale_rule,
    int8_function,
    int8_input_scale_rule,
    output_scale_rule,
    sigmoid_parameters,
)
from ._unary import Unary, one_operand, unary_types, zero_points_rule
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator
    from .family import Value

_types = unary_types("Input and output are float32, int8 or int16.", "float32", "int8", "int16")
_quantized = quantized(_types)


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """An int8 output has scale 1/128 and zero point 0."""
    y = op.output
    fits = y.dtype != "int8" or (y.scale, y.zero_point) == (1 / 128, 0)
    return None if fits else f"scale {y.scale:g}, zero point {y.zero_point}"


def function(op: Operator) -> Callable[[int], int]:
    return int8_function(op, tanh, 7, 0)


def _sigmoid(op: Operator) -> Mapping[str, Value]:
    return sigmoid_parameters(op, 0, 1)


FAMILY = Family(
    names=("TANH",),
    constraints=(
        one_operand,
        _types,
        _quantized,
        same_shape(one_operand),
        zero_points_rule(_quantized),
        output_scale,
        int8_input_scale_rule(_types, _quantized),
        output_scale_rule(_quantized),
        input_scale_rule(_quantized),
    ),
    kernels=(Lookup(function), Unary("int16", "cg_tanh_s16", _sigmoid), Unary("float32", "cg_tanh_f32")),
    spatial=element_rows,
    hint="convert the model again with int8, int16 or float32 tensors",
)
