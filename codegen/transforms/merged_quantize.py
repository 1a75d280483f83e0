"""QUANTIZE that changes nothing goes; elementwise int8 functions after each other become one table."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators.composed import TYPE, Steps, lookup_of
from ._rewrite import accepted, edited, readers


def merged_quantize(graph: Graph) -> Graph:
    """`graph` in which each chain of elementwise int8 functions whose intermediates have no other reader is one
    operator COMPOSED, and a QUANTIZE from int8 to int8 of the same scale and zero point is a RESHAPE (a view).

    Proof: such a function is a table of 256 results, made by the arithmetic of its operator; the table of a chain is
    made by applying the tables of its operators in order to each of the 256 numbers, none of which is rounded or
    clamped otherwise on the way. A QUANTIZE of the same scale has the factor 1 (2^30 and shift 1), by which
    MultiplyByQuantizedMultiplier gives q - zero_point itself; `_changes_nothing` asks the table whether it does.
    """

    def merged(subgraph: Subgraph) -> tuple[Operator, ...]:
        reads = readers(graph, subgraph)
        made: dict[Tensor, Operator] = {}
        kept: dict[Operator, Operator] = {}  # by the operator as it is in the file
        owner: dict[Tensor, Operator] = {}
        for op in subgraph.operators:
            kept[op] = op
            if not _is_function(op):
                continue
            before = made.get(op.input()) if reads[op.input()] == 1 else None
            if before is not None:
                del kept[owner[op.input()]]
                kept[op] = _composed(before, op)
            made[op.output], owner[op.output] = kept[op], op
        return tuple(map(_simplified, kept.values()))

    return edited(graph, merged)


def _is_function(op: Operator) -> bool:
    family = accepted(op)
    if family is None or lookup_of(family, op) is None or len(op.outputs) != 1:
        return False
    return not (op.output.is_variable or op.input().is_variable or op.input().is_constant)


def _steps(op: Operator) -> tuple[Operator, ...]:
    return tuple(op.option("steps")) if op.type == TYPE else (op,)


def _composed(before: Operator, op: Operator) -> Operator:
    options = MappingProxyType({"steps": Steps((*_steps(before), *_steps(op)))})
    return replace(op, type=TYPE, inputs=before.inputs, options=options)


def _simplified(op: Operator) -> Operator:
    if op.type != "QUANTIZE" or not _is_function(op) or not _changes_nothing(op):
        return op
    return replace(op, type="RESHAPE", options=MappingProxyType({}))


def _changes_nothing(op: Operator) -> bool:
    x, y = op.input(), op.output
    if (x.scale, x.zero_point) != (y.scale, y.zero_point):
        return False
    family = accepted(op)
    lookup = None if family is None else lookup_of(family, op)
    function = None if lookup is None else lookup.function(op)
    return function is not None and all(function(q) == q for q in range(-128, 128))
