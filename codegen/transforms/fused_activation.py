"""RELU and RELU6 are clamped by the operator in front of them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..arithmetic import activation_clamp
from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators._lookup import table_of
from ..operators.composed import lookup_of
from ._rewrite import accepted, edited, readers

BEFORE = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "ADD"})
"""The operators that clamp their output as the last thing they do."""


def fused_activation(graph: Graph) -> Graph:
    """`graph` in which int8 RELU and RELU6 with the same scale and zero point on both sides are the fused activation
    of the CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED or ADD in front, which has none and no other reader.

    Proof: without activation such an operator clamps to -128 and 127, with one to the activation's bounds, as its last
    step; clamping to the narrower bounds alone is the same as clamping to both. That the RELU is just this clamp, its
    table of 256 results is asked.
    """

    def fused(subgraph: Subgraph) -> tuple[Operator, ...]:
        reads = readers(graph, subgraph)
        made: dict[Tensor, Operator] = {}
        kept: list[Operator] = []
        for op in subgraph.operators:
            before = made.get(op.input()) if op.type in ("RELU", "RELU6") and op.optional_input(0) else None
            if before is not None and reads[op.input()] == 1 and _is_clamp(before, op):
                options = MappingProxyType({**before.options, "fused_activation_function": op.type})
                new = replace(before, outputs=op.outputs, options=options)
                if accepted(new) is not None:
                    kept[kept.index(before)] = new
                    continue
            kept.append(op)
            made |= dict.fromkeys(op.outputs, op)
        return tuple(kept)

    return edited(graph, fused)


def _is_clamp(before: Operator, op: Operator) -> bool:
    """Whether `op` clamps the output of `before` as the fused activation would, and changes nothing else."""
    family, x = accepted(op), op.input()
    plain = before.type in BEFORE and before.option("fused_activation_function", "NONE") == "NONE"
    if not plain or family is None or accepted(before) is None or x.is_variable or op.output.is_variable:
        return False
    lookup = lookup_of(family, op)
    if lookup is None or (x.scale, x.zero_point) != (op.output.scale, op.output.zero_point):
        return False
    low, high = activation_clamp(op.type, op.output)
    return [*table_of(lookup.function(op))] == [min(max(q, low), high) for q in range(-128, 128)]
