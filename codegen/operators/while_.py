"""WHILE: a condition subgraph and a body subgraph, as a loop in C.

The loop's values live in the operator's outputs; what the loop touches is live throughout it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..planning.model import Loop
from ._control import condition, copies, enter
from .family import Expander, Family

if TYPE_CHECKING:
    from ..graph import Operator
    from ..planning.model import Body


def same_values(op: Operator) -> str | None:
    """Inputs and outputs are the same number of values, of the same types and shapes."""

    def said(tensors: tuple[object, ...]) -> str:
        return ", ".join(f"{getattr(t, 'dtype', None)} {list(getattr(t, 'shape', ()))}" for t in tensors)

    return None if said(op.inputs) == said(op.outputs) else f"{said(op.inputs)} and {said(op.outputs)}"


def expand(op: Operator, expander: Expander) -> Body:
    """outputs = inputs; while cond(outputs): outputs = body(outputs)."""
    before, body = op.option("cond_subgraph_index"), op.option("body_subgraph_index")
    again = tuple(copies(expander, op, expander.subgraph(body).outputs, op.outputs))
    return (
        *copies(expander, op, op.inputs, op.outputs),
        Loop(
            op,
            enter(expander, op, op.outputs, before),
            condition(expander, op, before),
            (*enter(expander, op, op.outputs, body), *again),
        ),
    )


FAMILY = Family(names=("WHILE",), constraints=(same_values,), kernels=(), expand=expand, hint="export the model again")
