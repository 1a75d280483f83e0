"""SPLIT_V of any type: outputs of any sizes. Their shapes in the file count, as in TFLite Micro; the operand with the
sizes is not read.

Source: SplitImpl of TFLite Micro's split_v.cc; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import constants, same_type
from ._parts import PartCopies, Parts, add_up, constant_axis, parts_along, several_outputs
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator, Tensor


def whole(op: Operator) -> Tensor:
    return op.input()


def axis(op: Operator) -> int:
    return constants(op, 2)[0] % len(whole(op).shape)


_operands = several_outputs(3)
_axis = constant_axis(2, whole, _operands)
_shapes = add_up(whole, axis, _axis)


def parts(op: Operator) -> Parts:
    return parts_along(whole(op), axis(op), op.outputs)


FAMILY = Family(
    names=("SPLIT_V",),
    constraints=(_operands, same_type(_operands), _axis, _shapes),
    kernels=(PartCopies(parts, splits=True),),
    hint="export the model with a fixed axis",
)
