"""Stateful operators get the variables that they keep."""

from __future__ import annotations

from dataclasses import replace

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators import find_family


def state(graph: Graph) -> Graph:
    """`graph` in which `Operator.state` has one variable for each StateSpec of its family. No value changes."""
    return replace(graph, subgraphs=tuple(map(_with_state, graph.subgraphs)))


def _with_state(subgraph: Subgraph) -> Subgraph:
    made: list[Tensor] = []

    def new(op: Operator) -> Operator:
        family = find_family(op)
        if family is None or any(rule(op) for rule in family.constraints):
            return op  # refused later, with its reasons
        variables = tuple(
            Tensor(-1000 - len(made) - n, spec.name, spec.shape, spec.dtype, is_variable=True, initial=spec.initial)
            for n, spec in enumerate(family.state(op))
        )
        made.extend(variables)
        return replace(op, state=variables) if variables else op

    operators = tuple(map(new, subgraph.operators))
    return replace(subgraph, operators=operators, tensors=(*subgraph.tensors, *made)) if made else subgraph
