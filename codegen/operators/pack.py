"""PACK of any type: inputs of one shape, put together along an axis that they do not have.

Source: PackImpl of TFLite Micro's pack.cc; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..graph import ITEM_BITS
from ._parts import PartCopies, Parts, option_axis, parts_along
from ._rules import after, shapes_text
from .concatenation import present_operands
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator, Tensor


def inputs(op: Operator) -> tuple[Tensor, ...]:
    return tuple(tensor for tensor in op.inputs if tensor is not None)


@after(present_operands)
def same_types(op: Operator) -> str | None:
    """Inputs and output have the same type, of whole bytes."""
    found = dict.fromkeys(tensor.dtype for tensor in (*inputs(op), op.output))
    return None if len(found) == 1 and ITEM_BITS.get(op.output.dtype, 0) >= 8 else ", ".join(found)


_axis = option_axis(lambda op: op.output.shape, present_operands)


def axis(op: Operator) -> int:
    found: int = op.option("axis", 0)
    return found % len(op.output.shape)


@after(_axis)
def shapes(op: Operator) -> str | None:
    """The output has a position of the axis for each input, and their shape around it; `values_count` says how many."""
    k, y, every = axis(op), op.output.shape, [tensor.shape for tensor in inputs(op)]
    alike = all(x == (*y[:k], *y[k + 1 :]) for x in every)
    counted = len(every) == y[k] == op.option("values_count", 0)
    found = f"{shapes_text(*every, y)}, axis {k}, values_count {op.option('values_count', 0)}"
    return None if alike and counted else found


def parts(op: Operator) -> Parts:
    return parts_along(op.output, axis(op), inputs(op))


FAMILY = Family(
    names=("PACK",),
    constraints=(present_operands, same_types, _axis, shapes),
    kernels=(PartCopies(parts, splits=False),),
    hint="export the model with fixed shapes",
)
