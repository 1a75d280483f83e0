"""Operators whose results nobody needs are dropped."""

from __future__ import annotations

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators import find_family
from ..operators.family import no_state
from ._rewrite import edited, results


def dead_operators(graph: Graph) -> Graph:
    """`graph` without operators that make nothing which an output, or an operator that stays, reads.

    Proof: an operator reads its inputs and writes its outputs and nothing else, but for those that stay: that write
    variables (its outputs, its state, and any variable that it reads, as SVDF does), that run subgraphs, that have no
    outputs, and those that the compiler does not know. READ_VARIABLE reads alone.
    """

    def alive(subgraph: Subgraph) -> tuple[Operator, ...]:
        needed: set[Tensor] = set(results(graph, subgraph))
        kept: list[Operator] = []
        for op in reversed(subgraph.operators):
            if _acts(op) or not needed.isdisjoint(op.outputs):
                kept.append(op)
                needed.update(tensor for tensor in op.inputs if tensor is not None)
        return tuple(reversed(kept))

    return edited(graph, alive)


def _acts(op: Operator) -> bool:
    """Whether `op` does, or may do, something else than to make its outputs."""
    family = find_family(op)
    if family is None or not op.outputs:
        return True
    if family.expand is not None or family.state is not no_state or op.state:
        return True
    read = () if op.type == "READ_VARIABLE" else op.inputs
    return any(tensor is not None and tensor.is_variable for tensor in (*read, *op.outputs))
