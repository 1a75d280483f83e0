"""Graphs as nested plain values, so that two can be compared and a difference be read."""

from __future__ import annotations

from typing import Any

from codegen.graph import Graph, Subgraph, Tensor


def plain(graph: Graph) -> dict[str, Any]:
    """All fields that survive a round trip; tensors by their place in the subgraph."""
    return {
        "description": graph.description,
        "subgraphs": [_subgraph(subgraph) for subgraph in graph.subgraphs],
        "signatures": [
            (s.key, s.subgraph, *([(name, t.id) for name, t in pairs] for pairs in (s.inputs, s.outputs)))
            for s in graph.signatures
        ],
        "metadata": dict(graph.metadata),
    }


def _subgraph(subgraph: Subgraph) -> dict[str, Any]:
    ids = {tensor: k for k, tensor in enumerate(subgraph.tensors)}
    return {
        "index": subgraph.index,
        "name": subgraph.name,
        "tensors": [_tensor(tensor) for tensor in subgraph.tensors],
        "inputs": [ids[tensor] for tensor in subgraph.inputs],
        "outputs": [ids[tensor] for tensor in subgraph.outputs],
        "operators": [
            {
                "index": op.index,
                "type": op.type,
                "version": op.version,
                "is_custom": op.is_custom,
                "inputs": [None if tensor is None else ids[tensor] for tensor in op.inputs],
                "outputs": [ids[tensor] for tensor in op.outputs],
                "intermediates": [ids[tensor] for tensor in op.intermediates],
                "options": dict(op.options),
            }
            for op in subgraph.operators
        ],
    }


def _tensor(tensor: Tensor) -> tuple[Any, ...]:
    data = None if tensor.data is None else (str(tensor.data.dtype), tensor.data.shape, tensor.data.tobytes())
    return (tensor.id, tensor.origin, tensor.name, tensor.shape, tensor.dtype, tensor.quantization, data,
            tensor.is_variable)  # fmt: skip
