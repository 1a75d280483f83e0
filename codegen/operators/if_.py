"""IF: one of two subgraphs, as an `if` in C. Buffers of the two branches overlay each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..planning.model import Branch
from ._control import copies, enter
from .family import Expander, Family

if TYPE_CHECKING:
    from ..graph import Operator
    from ..planning.model import Body


def bool_condition(op: Operator) -> str | None:
    """The condition is one bool that the model computes."""
    tensor = op.optional_input(0)
    if tensor is None:
        return "no condition"
    good = tensor.dtype == "bool" and tensor.size == 1 and not tensor.is_constant
    return None if good else f"{'constant ' if tensor.is_constant else ''}{tensor.dtype} {list(tensor.shape)}"


def expand(op: Operator, expander: Expander) -> Body:
    """Copies in, the subgraph, copies out, on both sides."""

    def side(index: int) -> Body:
        inside = enter(expander, op, op.inputs[1:], index)
        return (*inside, *copies(expander, op, expander.subgraph(index).outputs, op.outputs))

    then, otherwise = side(op.option("then_subgraph_index")), side(op.option("else_subgraph_index"))
    return (Branch(op, op.input(0), then, otherwise),)


FAMILY = Family(names=("IF",), constraints=(bool_condition,), kernels=(), expand=expand, hint="export the model again")
