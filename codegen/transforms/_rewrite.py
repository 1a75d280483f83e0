"""What rewrites share: tensors and operators replaced throughout a graph, and the questions that they ask of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..operators import find_family

if TYPE_CHECKING:
    from ..graph import Graph, Operator, Subgraph, Tensor
    from ..operators.family import Family


def accepted(op: Operator) -> Family | None:
    """The family of `op` where the compiler takes it; others stay as they are and are refused later, with reasons."""
    family = find_family(op)
    if family is None or any(rule(op) for rule in family.constraints):
        return None
    return family


def readers(graph: Graph, subgraph: Subgraph) -> Counter[Tensor]:
    """How often each tensor is read: as an input of an operator, an output of the subgraph or of a signature."""
    found = Counter(tensor for op in subgraph.operators for tensor in op.inputs if tensor is not None)
    return found + Counter(results(graph, subgraph))


def results(graph: Graph, subgraph: Subgraph) -> tuple[Tensor, ...]:
    """What `subgraph` is run for: its outputs, and those of its signatures (the same, in sound files)."""
    signed = [tensor for s in graph.signatures if s.subgraph == subgraph.index for _, tensor in s.outputs]
    return tuple(dict.fromkeys((*subgraph.outputs, *signed)))


def with_inputs(op: Operator, new: Mapping[Tensor, Tensor]) -> Operator:
    """`op` reading the replacements of what it reads; itself where there are none."""
    if not any(tensor in new for tensor in op.inputs if tensor is not None):
        return op
    return replace(op, inputs=tuple(None if tensor is None else new.get(tensor, tensor) for tensor in op.inputs))


def substituted(graph: Graph, new: Mapping[Tensor, Tensor]) -> Graph:
    """`graph` with replacements of tensors wherever they stand: lists, operators, inputs, outputs, signatures.

    Replacements of replacements are followed. Two tensors that become one are listed once.
    """
    if not new:
        return graph
    final = {tensor: _end(tensor, new) for tensor in new}

    def each(tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return tuple(final.get(tensor, tensor) for tensor in tensors)

    def operator(op: Operator) -> Operator:
        touched = (*op.inputs, *op.outputs, *op.intermediates, *op.state)
        if not any(tensor in final for tensor in touched if tensor is not None):
            return op
        outputs, intermediates, state = each(op.outputs), each(op.intermediates), each(op.state)
        return replace(with_inputs(op, final), outputs=outputs, intermediates=intermediates, state=state)

    def pairs(named: tuple[tuple[str, Tensor], ...]) -> tuple[tuple[str, Tensor], ...]:
        return tuple((name, final.get(tensor, tensor)) for name, tensor in named)

    return replace(
        graph,
        subgraphs=tuple(
            replace(
                subgraph,
                tensors=tuple(dict.fromkeys(each(subgraph.tensors))),
                operators=tuple(map(operator, subgraph.operators)),
                inputs=each(subgraph.inputs),
                outputs=each(subgraph.outputs),
            )
            for subgraph in graph.subgraphs
        ),
        signatures=tuple(replace(s, inputs=pairs(s.inputs), outputs=pairs(s.outputs)) for s in graph.signatures),
    )


def _end(tensor: Tensor, new: Mapping[Tensor, Tensor]) -> Tensor:
    while tensor in new:
        tensor = new[tensor]
    return tensor


def edited(graph: Graph, edit: Callable[[Subgraph], tuple[Operator, ...]]) -> Graph:
    """`graph` with the operators that `edit` gives each subgraph; itself where they are the same."""
    made = [edit(subgraph) for subgraph in graph.subgraphs]
    if all(subgraph.operators == operators for subgraph, operators in zip(graph.subgraphs, made, strict=True)):
        return graph
    both = zip(graph.subgraphs, made, strict=True)
    return replace(graph, subgraphs=tuple(replace(subgraph, operators=operators) for subgraph, operators in both))
