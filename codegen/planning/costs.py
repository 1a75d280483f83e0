"""What segments cost more than whole tensors, in instructions, by the core's measured table where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..costs import cost_of
from ..operators import family_of
from .bands import bands_of

if TYPE_CHECKING:
    from ..graph import Operator
    from ..operators.family import Band, Kernel
    from ..target import Target

PER_STEP = 60
"""Instructions of one more call in the loop of a segment, and in the operator's function."""
PER_CALL = 100
"""What a kernel takes for a call besides its work, where nothing was measured."""
PER_OUTPUT = 12
"""What an output element takes beside its products, where nothing was measured."""


def whole_cost(kernel: Kernel, op: Operator, target: Target, band: Band | None = None) -> int:
    """Estimated instructions of `op` (or of one band of it) in one call."""
    cost = cost_of(kernel, op, target, band)
    if cost is not None:
        return cost.instructions
    per_mac = 0.2 if target.isa.mve else 1.1 if target.isa.dsp else 6.0
    return int(family_of(op).macs(op) * per_mac) + op.output.size * PER_OUTPUT


def streamed_cost(kernel: Kernel, op: Operator, target: Target, rows: int, band: int) -> int:
    """Estimated instructions of `op` in calls of `band` of its `rows`."""
    bands = bands_of(rows, band)
    cost = None if kernel.accumulates else cost_of(kernel, op, target, bands[0])
    if cost is None or not cost.is_measured:
        return whole_cost(kernel, op, target) + len(bands) * (PER_STEP + PER_CALL)
    rest = cost_of(kernel, op, target, bands[-1])
    end = cost.instructions if rest is None else rest.instructions
    return (len(bands) - 1) * cost.instructions + end + len(bands) * PER_STEP
