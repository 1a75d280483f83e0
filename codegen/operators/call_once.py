"""CALL_ONCE: a subgraph that runs in the first invocation after init or reset; it gives variables their values.

Differs from TFLite Micro in one thing: there `Reset` zeroes the variables and does not run the subgraph again.
Here the state after a reset is the state after init.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..planning.model import Once
from .family import Expander, Family, StateSpec

if TYPE_CHECKING:
    from ..graph import Operator
    from ..planning.model import Body


def no_tensors(op: Operator) -> str | None:
    """It has neither inputs nor outputs."""
    return None if not op.inputs and not op.outputs else f"{len(op.inputs)} inputs, {len(op.outputs)} outputs"


def remembered(op: Operator) -> tuple[StateSpec, ...]:
    """Whether it has run, from whichever signature."""
    shared = f"call_once of subgraph {op.option('init_subgraph_index')}"
    return (StateSpec(f"call_once_{op.index}_done", "bool", (1,), shared=shared),)


def expand(op: Operator, expander: Expander) -> Body:
    """The subgraph, behind a flag."""
    return (Once(op, op.state[0], expander.body(op.option("init_subgraph_index"))),)


FAMILY = Family(
    names=("CALL_ONCE",),
    constraints=(no_tensors,),
    kernels=(),
    state=remembered,
    expand=expand,
    hint="export the model again",
)
