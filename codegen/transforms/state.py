"""Stateful operators get the variables that they keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators import find_family
from ..operators.family import StateSpec


def state(graph: Graph) -> Graph:
    """`graph` in which `Operator.state` has one variable for each StateSpec of its family. No value changes."""
    shared: dict[tuple[str, int], Tensor] = {}
    return replace(graph, subgraphs=tuple(_with_state(subgraph, shared) for subgraph in graph.subgraphs))


def _with_state(subgraph: Subgraph, shared: dict[tuple[str, int], Tensor]) -> Subgraph:
    made: list[Tensor] = []
    met: Counter[str] = Counter()

    def variable(spec: StateSpec) -> Tensor:
        place = -1000 - len(made)
        tensor = Tensor(place, spec.name, spec.shape, spec.dtype, is_variable=True, initial=spec.initial)
        if spec.shared:
            key = (spec.shared, met[spec.shared])  # within one subgraph each has its own, as in TFLite Micro
            met[spec.shared] += 1
            tensor = shared.setdefault(key, tensor)
        made.append(tensor)
        return tensor

    def new(op: Operator) -> Operator:
        family = find_family(op)
        if family is None or any(rule(op) for rule in family.constraints):
            return op  # refused later, with its reasons
        variables = tuple(map(variable, family.state(op)))
        return replace(op, state=variables) if variables else op

    operators = tuple(map(new, subgraph.operators))
    return replace(subgraph, operators=operators, tensors=(*subgraph.tensors, *made)) if made else subgraph
