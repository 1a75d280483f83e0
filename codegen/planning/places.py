"""Tensors that lie in others: parts of a CONCATENATION made where they belong, slices read where they are.

Where a kernel only copies the bytes of a part from or to its whole, both can share memory and the copy is left out.
The part has its own life: its bytes of the whole live from its making on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..graph import ITEM_BITS
from ..operators import choose_kernel, family_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..graph import Graph, Operator, Tensor
    from ..operators.family import Placed
    from ..target import Target


def find_places(graph: Graph, target: Target, without: Collection[int] = ()) -> Mapping[Tensor, Placed]:
    """The tensors of the main subgraph that lie in others, each with its place.

    Operators at the positions `without`, and what they touch, are left alone. Inputs and outputs of the model,
    constants and variables are no parts. Nothing is placed in a model with control flow, state or several signatures.
    """
    every = [op for subgraph in graph.subgraphs for op in subgraph.operators]
    if len(graph.entries) > 1 or any(
        family_of(op).expand is not None or op.state or family_of(op).due(op) is not None for op in every
    ):
        return {}
    operators = graph.main.operators
    public = {*graph.main.inputs, *graph.main.outputs, *graph.keep}
    left = {t for k in without for t in (*operators[k].inputs, *operators[k].outputs) if t is not None}
    made_by = {tensor: op for op in operators for tensor in op.outputs}
    found: dict[Tensor, Placed] = {}
    for op in operators:
        for part in _parts(graph, op, target):
            tensor, whole = part.tensor, part.whole
            plain = not any(t.is_constant or t.is_variable for t in (tensor, whole))
            new = tensor not in public and tensor not in found and not {tensor, whole} & left
            if not plain or not new or part.begin % _alignment(graph, tensor, target):
                continue
            if tensor in op.inputs:
                maker = made_by.get(tensor)
                once = sum(t is tensor for t in op.inputs) == 1
                if maker is None or family_of(maker).is_view or not once:
                    continue
            found[tensor] = part
    return found


def _parts(graph: Graph, op: Operator, target: Target) -> list[Placed]:
    family = family_of(op)
    if family.is_view or not family.kernels:
        return []
    return [part for part in choose_kernel(graph, op, target).placed(op) if part is not None]


def _alignment(graph: Graph, tensor: Tensor, target: Target) -> int:
    """What the kernels that touch `tensor` (or a view of it) need."""
    touching = {tensor}
    need = max(ITEM_BITS[tensor.dtype] // 8, 1)
    for op in graph.main.operators:
        if not touching.intersection((*op.inputs, *op.outputs)):
            continue
        if family_of(op).is_view:
            touching.add(op.output)
        else:
            need = max(need, choose_kernel(graph, op, target).tensor_alignment(op, target))
    return need
