"""REDUCE_MAX, REDUCE_MIN, REDUCE_ALL, REDUCE_ANY over any axes.

Arithmetic: reference_ops::ReduceGeneric of TFLite Micro; it has no REDUCE_ANY and nothing of int16, which are LiteRT's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._broadcast import RANK
from ._reduce import alternations, reduction_operands, reduction_rules, reduction_struct
from ._rules import after
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

TYPES = {
    "REDUCE_MAX": ("int8", "int16", "float32"),
    "REDUCE_MIN": ("int8", "int16", "float32"),
    "REDUCE_ALL": ("bool",),
    "REDUCE_ANY": ("bool",),
}
SUFFIXES = {"int8": "_s8", "int16": "_s16", "float32": "_f32", "bool": ""}


@after(reduction_operands)
def types(op: Operator) -> str | None:
    """Input and output are both int8, both int16 or both float32 (REDUCE_ALL, REDUCE_ANY: both bool)."""
    well = op.input().dtype == op.output.dtype and op.output.dtype in TYPES[op.type]
    return None if well else f"{op.input().dtype}/{op.output.dtype}"


@after(reduction_operands, types)
def same_quantization(op: Operator) -> str | None:
    """Input and output of int8 or int16 have the same quantization."""
    x, y = op.input().quantization, op.output.quantization
    found = [(q.scales, q.zero_points) if q else ((), ()) for q in (x, y)]
    return f"{found[0]} and {found[1]}" if op.output.dtype in ("int8", "int16") and found[0] != found[1] else None


class Native(WholeKernel):
    """cg_reduce_max_s8 and so on."""

    provider = "native"

    def __init__(self, type_: str, dtype: str) -> None:
        self.type = type_
        self.dtype = dtype
        self.name = f"cg_{type_.lower()}{SUFFIXES[dtype]}"

    def fits(self, op: Operator) -> bool:
        return (op.type, op.output.dtype) == (self.type, self.dtype)

    def whole(self, op: Operator) -> Call:
        output = Address(op.output, writable=True)
        return native_call(self.name, reduction=reduction_struct(op), input=Address(op.input()), output=output)


FAMILY = Family(
    names=tuple(TYPES),
    constraints=(*reduction_rules, types, alternations(2 * RANK), same_quantization),
    kernels=tuple(Native(type_, dtype) for type_, dtypes in TYPES.items() for dtype in dtypes),
    hint="convert the model again; its converter gives both operands the same quantization",
)
