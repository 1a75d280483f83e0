"""SQUARED_DIFFERENCE: (x - y)^2 of two tensors, broadcast to each other where their shapes differ.

Arithmetic: SquaredDifference of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import INTEGER_RANGE
from ._broadcast import Elementwise, broadcast_rules, same_types, two_operands
from ._rules import after, quantized, types
from ._sum import Factors, scales_text, sum_struct
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from .family import Value

LEFT_SHIFTS = {"int8": 7, "int16": 0}
"""Bits that both inputs gain before the subtraction: the square of the difference still fits 32 bits."""

_types = types(
    "Inputs and output are int8, int16, int32 or float32, all alike.",
    same_types("int8", "int16", "int32", "float32"),
    two_operands,
    inputs=2,
)
_quantized = quantized(_types)


@after(_types, _quantized)
def symmetric(op: Operator) -> str | None:
    """The zero points of int16 tensors are 0."""
    if op.output.dtype != "int16":
        return None
    found = [op.input(0).zero_point, op.input(1).zero_point, op.output.zero_point]
    return f"{found}" if any(found) else None


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """The square of twice the larger input scale is less than 2^30 times the output scale, without its extra bits."""
    if op.output.dtype not in LEFT_SHIFTS:
        return None
    return None if factors(op).output < 2.0**30 else scales_text(op)


def factors(op: Operator) -> Factors:
    """PrepareQuantized of TFLite Micro."""
    twice = 2.0 * max(op.input(0).scale, op.input(1).scale)
    shifted = (1 << 2 * LEFT_SHIFTS[op.output.dtype]) * op.output.scale
    return Factors(op.input(0).scale / twice, op.input(1).scale / twice, twice * twice / shifted)


def _params(op: Operator) -> Mapping[str, Value]:
    return {"params": sum_struct(op, LEFT_SHIFTS[op.output.dtype], factors(op), INTEGER_RANGE[op.output.dtype])}


FAMILY = Family(
    names=("SQUARED_DIFFERENCE",),
    constraints=(*broadcast_rules, _types, _quantized, symmetric, output_scale),
    kernels=(
        Elementwise("int8", "cg_squared_difference_s8", _params),
        Elementwise("int16", "cg_squared_difference_s16", _params),
        Elementwise("int32", "cg_squared_difference_s32"),
        Elementwise("float32", "cg_squared_difference_f32"),
    ),
    spatial=element_rows,
    hint="convert the model again with one type for both operands",
)
