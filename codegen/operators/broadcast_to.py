"""BROADCAST_TO of any type: dimensions of 1, and missing ones in front, repeated.

Source: reference_ops::BroadcastTo of TFLite Micro; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import Copy, CopyKernel, Loop, constant, constants, output_shape, same_type, strides
from ._rules import after, operands, shapes_text
from ._shapes import broadcast_shape, in_front
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_constant = constant(1, "shape is", _operands)
_shape = output_shape("The output has the shape that the operator is given.", lambda op: constants(op, 1), _constant)


@after(_operands)
def fits(op: Operator) -> str | None:
    """The input can be repeated to the output's shape."""
    x, y = op.input().shape, op.output.shape
    return None if len(x) <= len(y) and broadcast_shape(x, y) == y else shapes_text(x, y)


def loops(op: Operator) -> list[Loop]:
    shape = in_front(op.input().shape, len(op.output.shape), 1)
    both = zip(op.output.shape, shape, strides(shape), strides(op.output.shape), strict=True)
    return [Loop(size, step if have > 1 else 0, out) for size, have, step, out in both]


FAMILY = Family(
    names=("BROADCAST_TO",),
    constraints=(_operands, same_type(_operands), _constant, _shape, fits),
    kernels=(CopyKernel(lambda op: Copy(loops(op))),),
    hint="export the model with fixed shapes",
)
