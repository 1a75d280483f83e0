"""Operators of a segment that write over what they read: row by row, an elementwise output lies in the ring of an
operand that nothing else reads, which then needs no memory of its own."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from ..operators import family_of
from ..operators.family import Band, Spatial
from .segments import computed_inputs, streaming_kernels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..graph import Graph, Operator, Tensor
    from ..operators.access import Access
    from ..operators.family import Kernel
    from ..target import Target

ROWS = 3
"""Of a call, which show what all are like."""

Overwritable = dict["Operator", tuple["Tensor", ...]]
"""The operands that operators of the main subgraph may write over, those made last first."""


def overwritable(graph: Graph, target: Target) -> Overwritable:
    """For every kernel that may compute the operator in a segment, whatever its bands are."""
    operators = graph.main.operators
    readers = Counter(t for op in operators for t in dict.fromkeys(op.inputs) if t is not None)
    public = {*graph.main.inputs, *graph.main.outputs, *graph.keep}
    made = {op.output: k for k, op in enumerate(operators) if len(op.outputs) == 1 and not family_of(op).is_view}
    found: Overwritable = {}
    for op in operators:
        if any(readers[x] == 1 for x in op.inputs if x in made) and _by_rows(op):
            mine = [
                x
                for x in computed_inputs(op)
                if x in made and readers[x] == 1 and x not in public and x in _safe(op, target)
            ]
            if mine:
                found[op] = tuple(sorted(mine, key=lambda x: -made[x]))
    return found


def overwritten(operators: Iterable[Operator], known: Overwritable) -> Mapping[Tensor, Tensor]:
    """Of a segment of `operators`: operands, each with the output that lies in its place."""
    operators = tuple(operators)
    here = {op.output for op in operators if len(op.outputs) == 1}
    pairs = ((next((x for x in known.get(op, ()) if x in here), None), op) for op in operators)
    return {x: op.output for x, op in pairs if x is not None}


def is_safe(x: Tensor, op: Operator, access: Access) -> bool:
    """Whether `op` reads each element of `x` before, or in the step in which, it writes its output's at that place."""
    if x not in access.reads or op.output not in access.writes:
        return False
    reads, writes = access.reads[x], access.writes[op.output]
    # One that says it reads more than its own rows would find others' outputs there.
    if reads.first != writes.first or len(reads.at) != len(writes.at):
        return False
    return bool((writes.at >= reads.at).all())


def _by_rows(op: Operator) -> bool:
    spatial = family_of(op).spatial(op) if family_of(op).expand is None else None
    return spatial is not None and spatial == Spatial(spatial.input_rows, spatial.output_rows) and len(op.outputs) == 1


@lru_cache(maxsize=4096)
def _safe_for(kernel: Kernel, op: Operator, target: Target, band: Band) -> frozenset[Tensor]:
    """The inputs of the output's shape that `kernel` may write over."""
    access = kernel.access(op, target, band)
    alike = (x for x in computed_inputs(op) if (x.shape, x.dtype) == (op.output.shape, op.output.dtype))
    return frozenset(x for x in alike if is_safe(x, op, access))


@lru_cache(maxsize=4096)
def _safe(op: Operator, target: Target) -> tuple[Tensor, ...]:
    """The inputs of the output's shape that every kernel may write over."""
    spatial = family_of(op).spatial(op)
    assert spatial is not None
    band = Band(0, min(ROWS, spatial.output_rows))
    safe = [_safe_for(kernel, op, target.of_kernels, band) for kernel in streaming_kernels(op, target)]
    return tuple(x for x in computed_inputs(op) if all(x in each for each in safe))
