"""ABS of float32, int8 and int16.

Arithmetic: AbsEval of TFLite Micro. int8 and int16 are rescaled from the input's quantization to the output's; int16
without quantization is plain numbers, of which -32768 stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._fixed_point import requantized
from ._lookup import Lookup
from ._rules import after, quantization_fault, same_shape
from ._unary import (
    Unary,
    is_quantized,
    one_operand,
    rescaling,
    scale_ratio,
    scale_ratio_rule,
    unary_types,
    zero_points_rule,
)
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator

_types = unary_types("Input and output are float32, int8 or int16.", "float32", "int8", "int16")


@after(_types)
def quantized(op: Operator) -> str | None:
    """int8 tensors, and int16 tensors unless neither is quantized, have one positive scale and a zero point."""
    tensors = op.input(), op.output
    if op.output.dtype == "float32" or is_plain(op):
        return None
    return "; ".join(dict.fromkeys(fault for tensor in tensors if (fault := quantization_fault(tensor)))) or None


def is_plain(op: Operator) -> bool:
    """Whether the tensors are int16 without quantization."""
    return op.output.dtype == "int16" and not (is_quantized(op.input()) or is_quantized(op.output))


def function(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    multiplier, shift = quantize_multiplier(scale_ratio(op))
    return lambda q: max(-128, min(requantized(abs(q - x.zero_point), multiplier, shift) + y.zero_point, 127))


class RescaledS16(Unary):
    """cg_abs_s16."""

    def fits(self, op: Operator) -> bool:
        return super().fits(op) and not is_plain(op)


FAMILY = Family(
    names=("ABS",),
    constraints=(
        one_operand,
        _types,
        quantized,
        zero_points_rule(quantized),
        same_shape(one_operand),
        scale_ratio_rule(quantized),
    ),
    kernels=(
        Lookup(function),
        RescaledS16("int16", "cg_abs_s16", rescaling),
        Unary("int16", "cg_abs_plain_s16"),
        Unary("float32", "cg_abs_f32"),
    ),
    spatial=element_rows,
    hint="convert the model again with int8, int16 or float32 tensors",
)
