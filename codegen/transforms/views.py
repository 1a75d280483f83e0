"""TRANSPOSE that moves no data becomes a view."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..graph import Graph, Operator, Subgraph
from ..operators._copies import joined
from ..operators.transpose import loops
from ._rewrite import accepted, edited


def views(graph: Graph) -> Graph:
    """`graph` with RESHAPE, which needs no copy, in place of TRANSPOSE that only moves dimensions of extent 1.

    Proof: the loops over the output that are longer than 1, joined where input and output both go on, are one run of
    elements side by side in both (or one element): byte n of the output is byte n of the input.
    """

    def viewed(subgraph: Subgraph) -> tuple[Operator, ...]:
        return tuple(map(_viewed, subgraph.operators))

    return edited(graph, viewed)


def _viewed(op: Operator) -> Operator:
    if op.type != "TRANSPOSE" or accepted(op) is None:
        return op
    moved = joined(loops(op))
    stays = not moved or (len(moved) == 1 and moved[0][1:] == (1, 1))
    return replace(op, type="RESHAPE", inputs=op.inputs[:1], options=MappingProxyType({})) if stays else op
