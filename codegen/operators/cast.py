"""CAST between the integer types, float32 and bool.

Source: copyCast of TFLite Micro's cast.cc, static_cast of C++. uint8 and int64 as in TFLite, and to bool. Floats that
the integer type cannot hold are undefined there; see cg_cast.h for what they become here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import after, operands, same_shape, types_of
from ._whole import WholeKernel
from .family import Address, Call, Family

if TYPE_CHECKING:
    from ..graph import Operator

NAMES = {
    "int8": "s8",
    "uint8": "u8",
    "int16": "s16",
    "int32": "s32",
    "uint32": "u32",
    "int64": "s64",
    "float32": "f32",
    "bool": "bool",
}
"""Types, as functions are called after them."""

_operands = operands(1)


@after(_operands)
def types(op: Operator) -> str | None:
    """Input and output are int8, uint8, int16, int32, uint32, int64, float32 or bool."""
    return None if op.input().dtype in NAMES and op.output.dtype in NAMES else types_of(op)


class NativeCast(WholeKernel):
    """The function of cg_cast.h for two types."""

    provider = "native"
    name = "cg_cast"

    def fits(self, op: Operator) -> bool:
        return op.input().dtype != op.output.dtype

    def whole(self, op: Operator) -> Call:
        arguments = (
            ("input", Address(op.input())),
            ("count", op.output.size),
            ("output", Address(op.output, writable=True)),
        )
        function = f"{self.name}_{NAMES[op.input().dtype]}_{NAMES[op.output.dtype]}"
        return Call(function, arguments, f"{self.name}.h")


class SameType(WholeKernel):
    """cg_copy_strided of a tensor that keeps its type."""

    provider = "native"
    name = "cg_copy_strided"

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == op.output.dtype

    def whole(self, op: Operator) -> Call:
        count = op.output.bytes
        arguments = (
            ("input", Address(op.input())),
            ("input_pitch", count),
            ("rows", 1),
            ("row_bytes", count),
            ("output", Address(op.output, writable=True)),
            ("output_pitch", count),
        )
        return Call(self.name, arguments, f"{self.name}.h")


FAMILY = Family(
    names=("CAST",),
    constraints=(_operands, types, same_shape(_operands)),
    kernels=(NativeCast(), SameType()),
    hint="export the model without other types",
)
