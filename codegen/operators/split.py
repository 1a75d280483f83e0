"""SPLIT of any type: outputs of one size.

Source: SplitImpl of TFLite Micro's split.cc; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import constants, same_type
from ._parts import PartCopies, Parts, add_up, constant_axis, parts_along, several_outputs
from ._rules import after, shapes_text
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator, Tensor


def whole(op: Operator) -> Tensor:
    return op.input(1)


def axis(op: Operator) -> int:
    return constants(op, 0)[0] % len(whole(op).shape)


_operands = several_outputs(2)
_axis = constant_axis(0, whole, _operands)
_shapes = add_up(whole, axis, _axis)


@after(_operands)
def same_sizes(op: Operator) -> str | None:
    """Outputs have the same shape."""
    every = [tensor.shape for tensor in op.outputs]
    return None if len(set(every)) == 1 else shapes_text(*every)


def parts(op: Operator) -> Parts:
    return parts_along(whole(op), axis(op), op.outputs)


FAMILY = Family(
    names=("SPLIT",),
    constraints=(_operands, same_type(_operands, 1), _axis, _shapes, same_sizes),
    kernels=(PartCopies(parts, splits=True),),
    hint="export the model with a fixed axis",
)
