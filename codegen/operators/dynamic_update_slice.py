"""DYNAMIC_UPDATE_SLICE of any type: the operand with a box of it replaced, where computed numbers say.

Source: EvalImpl of TFLite Micro's dynamic_update_slice.cc, which moves a box that would lead out of the operand to the
nearest place inside; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import RANK, Loop, indices_of, same_type, strides
from ._rules import after, operands, same_shape, shapes_text
from .family import Address, Call, Family, Kernel, native_call
from .slice import copy_at_parameters

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band

_operands = operands(3)
_indices = indices_of(2, "start indices are", _operands)


@after(_operands)
def same_update_type(op: Operator) -> str | None:
    """Operand and update have the same type."""
    both = op.input().dtype, op.input(1).dtype
    return None if both[0] == both[1] else " and ".join(both)


@after(_operands, _indices)
def shapes(op: Operator) -> str | None:
    """The update fits into the operand, and there is a start index for each of at most 8 dimensions."""
    x, update, indices = (op.input(k).shape for k in range(3))
    well = (
        len(update) == len(x) <= RANK and indices == (len(x),) and all(a <= b for a, b in zip(update, x, strict=True))
    )
    return None if well else shapes_text(x, update, indices)


class Update(Kernel):
    """cg_copy_strided of the operand, then cg_copy_at of the update."""

    provider = "native"
    name = "cg_copy_at"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        """The update, the second of the calls."""
        return self.calls(op, target, band)[1]

    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:  # noqa: ARG002
        x, update, starts, y = op.input(0), op.input(1), op.input(2), op.output
        output = Address(y, writable=True)
        both = zip(update.shape, strides(update.shape), strides(y.shape), strict=True)
        params = copy_at_parameters(update, y, starts, [Loop(*numbers) for numbers in both], moves_output=True)
        whole = {"input_pitch": y.bytes, "rows": 1, "row_bytes": y.bytes}
        return (
            native_call("cg_copy_strided", input=Address(x), **whole, output=output, output_pitch=y.bytes),
            native_call(self.name, params=params, starts=Address(starts), update=Address(update), output=output),
        )


FAMILY = Family(
    names=("DYNAMIC_UPDATE_SLICE",),
    constraints=(_operands, same_type(_operands), same_update_type, same_shape(_operands), _indices, shapes),
    kernels=(Update(),),
    hint="export the model with fixed shapes",
)
