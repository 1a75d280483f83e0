"""MOVE: a tensor's bytes at another place of the arena. No file has it: planning makes it where outputs that lie over
their inputs drift to the end of the arena, each a little below the one before (`codegen.planning.moves`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import after as _after
from ._rules import operands, same_shape, types_of
from ._whole import WholeKernel
from .access import at_once
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..target import Target
    from .access import Access
    from .family import Band

TYPE = "MOVE"

_operands = operands(1)


@_after(_operands)
def same_type(op: Operator) -> str | None:
    """Input and output have the same type."""
    return None if op.input().dtype == op.output.dtype else types_of(op)


class Move(WholeKernel):
    """cg_move."""

    provider = "native"
    name = "cg_move"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return at_once((op.input(),), op.output)

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            input=Address(op.input()),
            count=op.output.bytes,
            output=Address(op.output, writable=True),
        )

    def cost(self, op: Operator, target: Target) -> int:
        return move_cost(op.output, target)


def move_cost(tensor: Tensor, target: Target) -> int:
    """Instructions that move `tensor`: three for 16 bytes by vectors, one a byte without."""
    return 20 + 3 * -(-tensor.bytes // 16) if target.isa.mve else tensor.bytes


FAMILY = Family(
    names=(TYPE,), constraints=(_operands, same_type, same_shape(_operands)), kernels=(Move(),), is_internal=True
)
