"""DIV of two tensors, broadcast to each other where their shapes differ.

Arithmetic: reference_ops::Div of TFLite Micro. For int8 it shifts by 32 bits and more where the quotient is small,
which C leaves undefined: its results there depend on the machine. Here the quotient is 0, to which it rounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._broadcast import Elementwise, broadcast_rules, float_range, int32_range, same_types, two_operands
from ._product import product_struct
from ._rules import after, fused_activation, plain_int32, quantized, types
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from .family import Value

_types = types(
    "Inputs and output are int8, int32 or float32, all alike.",
    same_types("int8", "int32", "float32"),
    two_operands,
    inputs=2,
)
_quantized = quantized(_types)


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """Input 1's scale is less than 2^22 times the product of the scales of input 2 and the output."""
    if op.output.dtype != "int8":
        return None
    return None if factor(op) < 2.0**22 else f"{op.input(0).scale:g}, {op.input(1).scale:g} and {op.output.scale:g}"


def factor(op: Operator) -> float:
    """CalculateOpDataDiv of TFLite Micro, in double."""
    product = op.input(1).scale * op.output.scale
    return op.input(0).scale / product if product else float("inf")


def _params(op: Operator) -> Mapping[str, Value]:
    return {"params": product_struct(op, factor(op))}


FAMILY = Family(
    names=("DIV",),
    constraints=(*broadcast_rules, _types, _quantized, plain_int32(_types), scale_ratio, fused_activation(_quantized)),
    kernels=(
        Elementwise("int8", "cg_div_s8", _params),
        Elementwise("int32", "cg_div_s32", int32_range),
        Elementwise("float32", "cg_div_f32", float_range),
    ),
    hint="convert the model again with one type for both operands",
)
