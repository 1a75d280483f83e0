"""BROADCAST_ARGS of int32 and int64: the shape of two tensors broadcast to each other, from their computed shapes.

Source: reference_ops::BroadcastArgs of TFLite Micro. Numbers that do not fit give the first, where it aborts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import after, operands, shapes_text, types
from ._whole import WholeKernel
from .cast import NAMES
from .family import Address, Call, Family

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_types = types(
    "Inputs and output are all int32 or int64.",
    frozenset({"int32/int32/int32", "int64/int64/int64"}),
    _operands,
    inputs=2,
)


@after(_operands)
def shapes(op: Operator) -> str | None:
    """Inputs and output have 1 dimension; the output has as many numbers as the longer input."""
    x1, x2, y = op.input(0).shape, op.input(1).shape, op.output.shape
    return None if len(x1) == len(x2) == 1 and y == max(x1, x2) else shapes_text(x1, x2, y)


class NativeBroadcastArgs(WholeKernel):
    """The function of cg_broadcast_args.h for a type."""

    provider = "native"
    name = "cg_broadcast_args"

    def whole(self, op: Operator) -> Call:
        x1, x2 = op.input(0), op.input(1)
        arguments = (
            ("shape1", Address(x1)),
            ("count1", x1.size),
            ("shape2", Address(x2)),
            ("count2", x2.size),
            ("output", Address(op.output, writable=True)),
        )
        return Call(f"{self.name}_{NAMES[op.output.dtype]}", arguments, f"{self.name}.h")


FAMILY = Family(
    names=("BROADCAST_ARGS",),
    constraints=(_operands, _types, shapes),
    kernels=(NativeBroadcastArgs(),),
    hint="export the model with fixed shapes",
)
