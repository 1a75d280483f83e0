"""Weights of 4 bits become int8."""

from __future__ import annotations

from dataclasses import replace

from ..graph import Graph, Operator, Tensor
from ._rewrite import accepted, edited, with_inputs

WEIGHTS = 1
"""The input that holds weights."""


def unpacked_weights(graph: Graph, *, keep: bool = False) -> Graph:
    """`graph` in which operators with weights read int8 constants in place of int4 ones; `keep`: but those of int8,
    which have kernels for packed weights: half the flash for more time.

    Proof: the reference unpacks the weights before it computes, and a constant holds the same numbers in both types.
    """
    new: dict[Tensor, Tensor] = {}

    def unpacked(op: Operator) -> Operator:
        weights = op.optional_input(WEIGHTS)
        if weights is None or weights.dtype != "int4" or not weights.is_constant or accepted(op) is None:
            return op
        if keep and op.output.dtype == "int8":
            return op
        return with_inputs(op, {weights: new.setdefault(weights, replace(weights, dtype="int8"))})

    return edited(graph, lambda subgraph: tuple(map(unpacked, subgraph.operators)))
