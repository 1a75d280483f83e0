"""Results that are known before the model runs become constants."""

from __future__ import annotations

from dataclasses import replace

from ..graph import Graph, Operator, Subgraph, Tensor, read_only
from ..operators.family import Family
from ._evaluate import evaluate
from ._rewrite import accepted, edited, substituted, with_inputs

MOST_BYTES = 4096
"""Constants may grow to this; a larger result takes no more flash than what it is computed from."""


def constants(graph: Graph) -> Graph:
    """`graph` in which operators on constants are replaced by their results, and SHAPE by the shape.

    Proof: an operator without variables and subgraphs computes the same at every invocation from the same inputs;
    `evaluate` does what its kernel does. SHAPE reads no values, for shapes are static. Results that grow stay computed
    but for views and for DEQUANTIZE, whose results operators need as constants. A float16 constant that is dequantized
    into a variable, as the converter writes the states of an LSTM, is its first value: LiteRT does it once. Conditions
    of IF and WHILE stay computed, which those need.
    """
    new: dict[Tensor, Tensor] = {}
    conditions = _conditions(graph)

    def folded(subgraph: Subgraph) -> tuple[Operator, ...]:
        kept: list[Operator] = []
        for op in subgraph.operators:
            current = with_inputs(op, new)
            found = None if conditions.intersection(op.outputs) else _results(current)
            if found is None:
                kept.append(current)
            else:
                new.update(found)
        return tuple(kept)

    return substituted(edited(graph, folded), new)


def _conditions(graph: Graph) -> set[Tensor]:
    found = {tensor for _, op in graph.operators() if op.type == "IF" for tensor in op.inputs[:1] if tensor}
    for _, op in graph.operators():
        index = op.option("cond_subgraph_index") if op.type == "WHILE" else None
        if index is not None:
            found.update(graph.subgraphs[index].outputs)
    return found


def _results(op: Operator) -> dict[Tensor, Tensor] | None:
    """The constants in place of the outputs of `op`; None where it is to be computed."""
    known = all(tensor is None or tensor.is_constant for tensor in op.inputs) and bool(op.inputs)
    half = op.type == "DEQUANTIZE" and _is_half(op.optional_input(0))  # a weight file's; no kernel computes it
    variable = any(tensor.is_variable for tensor in op.outputs)
    if not (known or op.type == "SHAPE") or (variable and not half):
        return None
    family = None if half else accepted(op)
    if not half and (family is None or not _pays(op, family)):
        return None
    values = evaluate(op, family)
    if values is None:
        return None
    if variable:
        return {op.output: replace(op.output, initial=read_only(values[0].reshape(op.output.shape)))}
    return {
        tensor: replace(tensor, data=read_only(value.reshape(tensor.shape)))
        for tensor, value in zip(op.outputs, values, strict=True)
    }


def _pays(op: Operator, family: Family) -> bool:
    if family.is_view or op.type == "DEQUANTIZE":
        return True
    given = sum(tensor.bytes for tensor in op.inputs if tensor is not None and tensor.is_constant)
    return sum(tensor.bytes for tensor in op.outputs) <= max(MOST_BYTES, given)


def _is_half(tensor: Tensor | None) -> bool:
    return tensor is not None and tensor.dtype == "float16"
