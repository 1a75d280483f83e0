"""UNPACK of any type: one output for each position of an axis, which the outputs do not have.

Source: UnpackImpl of TFLite Micro's unpack.cc; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import same_type
from ._parts import PartCopies, Parts, option_axis, parts_along, several_outputs
from ._rules import after, shapes_text
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator

_operands = several_outputs(1)
_axis = option_axis(lambda op: op.input().shape, _operands)


def axis(op: Operator) -> int:
    found: int = op.option("axis", 0)
    return found % len(op.input().shape)


@after(_axis)
def shapes(op: Operator) -> str | None:
    """There is an output for each position of the axis, of the input's shape without it; `num` says how many."""
    x, k = op.input().shape, axis(op)
    every = [tensor.shape for tensor in op.outputs]
    alike = all(y == (*x[:k], *x[k + 1 :]) for y in every)
    counted = len(every) == x[k] == op.option("num", 0)
    return None if alike and counted else f"{shapes_text(x, *every)}, axis {k}, num {op.option('num', 0)}"


def parts(op: Operator) -> Parts:
    return parts_along(op.input(), axis(op), op.outputs)


FAMILY = Family(
    names=("UNPACK",),
    constraints=(_operands, same_type(_operands), _axis, shapes),
    kernels=(PartCopies(parts, splits=True),),
    hint="export the model with fixed shapes",
)
