"""REVERSE_V2 of any type, over any axes.

Source: reference_ops::Reverse of TFLite Micro, which only takes axes that are neighbours; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import Copy, CopyKernel, Loop, constant, constants, input_rank, same_type, strides
from ._rules import after, operands, same_shape
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_constant = constant(1, "axes are", _operands)


@after(_constant)
def axes(op: Operator) -> str | None:
    """The axes are dimensions of the input, each named once."""
    rank, found = input_rank(op), constants(op, 1)
    within = all(-rank <= axis < rank for axis in found)
    once = within and len({axis % rank for axis in found}) == len(found)
    return None if once else f"{list(found)} of {rank} dimensions"


def copy(op: Operator) -> Copy:
    """The dimensions, reversed ones from their end."""
    shape, reversed_ = op.input().shape, {axis % input_rank(op) for axis in constants(op, 1)}
    steps = strides(shape)
    loops = [Loop(size, -steps[k] if k in reversed_ else steps[k], steps[k]) for k, size in enumerate(shape)]
    return Copy(loops, sum((shape[k] - 1) * steps[k] for k in reversed_))


FAMILY = Family(
    names=("REVERSE_V2",),
    constraints=(_operands, same_type(_operands), same_shape(_operands), _constant, axes),
    kernels=(CopyKernel(copy),),
    hint="export the model with fixed axes",
)
