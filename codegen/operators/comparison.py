"""EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL of two tensors, broadcast to each other.

Arithmetic: reference_ops::ComparisonImpl and ComparisonWithScaling of TFLite Micro. int8 values are compared as reals,
rounded to multiples of 2^-8 in a scale of at most 1. TFLite Micro takes int16 for GREATER, but leaves its parameters
unset, so that its results mean nothing: there, LiteRT is the oracle, which compares the numbers as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._broadcast import Elementwise, broadcast_rules, two_operands
from ._rules import after, quantized, types_of
from ._sum import FIELDS
from .family import Family, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from .family import Struct, Value

LESS, EQUAL, GREATER, UNORDERED = 1, 2, 4, 8
"""cg_relation.h."""

RELATIONS = {
    "EQUAL": EQUAL,
    "NOT_EQUAL": LESS | GREATER | UNORDERED,
    "GREATER": GREATER,
    "GREATER_EQUAL": GREATER | EQUAL,
    "LESS": LESS,
    "LESS_EQUAL": LESS | EQUAL,
}

LEFT_SHIFT = 8
"""Bits that both inputs gain before they are multiplied by their scales."""


@after(two_operands)
def allowed_types(op: Operator) -> str | None:
    """Inputs are int8, int32, int64 or float32 (EQUAL, NOT_EQUAL: also bool; GREATER: also int16), the output bool."""
    extra = {"EQUAL": "bool", "NOT_EQUAL": "bool", "GREATER": "int16"}.get(op.type, "")
    dtypes = {"int8", "int32", "int64", "float32", extra}
    alike = op.input(0).dtype == op.input(1).dtype in dtypes and op.output.dtype == "bool"
    return None if alike else types_of(op)


_quantized = quantized(allowed_types)


@after(allowed_types, _quantized)
def input_scales(op: Operator) -> str | None:
    """The scales of int8 inputs are less than 1."""
    if op.input().dtype != "int8" or max(op.input(0).scale, op.input(1).scale) < 1.0:
        return None
    return f"{op.input(0).scale:g} and {op.input(1).scale:g}"


@after(allowed_types, _quantized)
def alike(op: Operator) -> str | None:
    """int16 inputs have the same scale and zero point."""
    x, y = op.input(0), op.input(1)
    if x.dtype != "int16" or (x.scale, x.zero_point) == (y.scale, y.zero_point):
        return None
    return f"{x.scale:g}, {x.zero_point} and {y.scale:g}, {y.zero_point}"


def _relation(op: Operator) -> Mapping[str, Value]:
    return {"relation": RELATIONS[op.type]}


def inputs_struct(op: Operator) -> Struct:
    """cg_sum_params, of which only the inputs' fields are read; ComparisonsPrepare of TFLite Micro."""
    fields = dict.fromkeys(FIELDS, 0)
    fields["left_shift"] = LEFT_SHIFT
    for number, tensor in enumerate((op.input(0), op.input(1)), 1):
        multiplier, shift = quantize_multiplier(tensor.scale)
        fields[f"input{number}_offset"] = -tensor.zero_point
        fields[f"input{number}_multiplier"] = multiplier
        fields[f"input{number}_shift"] = shift
    return struct("cg_sum_params", **fields)


def _scaled(op: Operator) -> Mapping[str, Value]:
    return {"params": inputs_struct(op), "relation": RELATIONS[op.type]}


FAMILY = Family(
    names=tuple(RELATIONS),
    constraints=(*broadcast_rules, allowed_types, _quantized, input_scales, alike),
    kernels=(
        Elementwise("int8", "cg_compare_s8", _scaled),
        Elementwise("int16", "cg_compare_s16", _relation),
        Elementwise("int32", "cg_compare_s32", _relation),
        Elementwise("int64", "cg_compare_s64", _relation),
        Elementwise("float32", "cg_compare_f32", _relation),
        Elementwise("bool", "cg_compare_u8", _relation),
    ),
    hint="convert the model again with one type for both operands",
)
