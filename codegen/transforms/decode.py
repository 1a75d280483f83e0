"""Compressed constants become plain ones."""

from __future__ import annotations

from dataclasses import replace

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators._decode import DecodeError, decoded
from ..operators.tflm_decode import constant_pairs
from ._rewrite import edited, substituted


def decode(graph: Graph) -> Graph:
    """`graph` in which constants stand in place of the outputs of TFLM_DECODE.

    Proof: TFLite Micro computes these outputs from constants alone, before each operator that reads them, by the rules
    that `decoded` follows. What cannot be decoded stays, and is refused later.
    """
    new: dict[Tensor, Tensor] = {}

    def plain(subgraph: Subgraph) -> tuple[Operator, ...]:
        kept = []
        for op in subgraph.operators:
            results = _results(op)
            if results is None:
                kept.append(op)
            else:
                new.update(results)
        return tuple(kept)

    return substituted(edited(graph, plain), new)


def _results(op: Operator) -> dict[Tensor, Tensor] | None:
    if op.type != "TFLM_DECODE" or not op.is_custom or constant_pairs(op) is not None:
        return None
    try:
        values = decoded(op)
    except DecodeError:
        return None
    return {y: replace(y, data=data) for y, data in zip(op.outputs, values, strict=True)}
