"""Moves: what undoes the drift of outputs that lie over their inputs.

An output that lies D bytes below its dying input has, as the input of the next operator, D bytes less below it. After
some operators of equal size the arena is larger by the sum of their D than any of them needs. A tensor that is moved
up by a memmove starts anew: the arena is then as large as the hungriest single operator, for some bytes moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..graph import Operator
from ..operators import family_of
from ..operators.move import TYPE, move_cost
from .lifetimes import make_demands
from .model import Segment
from .overlap import overlaps
from .solver import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ..graph import Graph, Tensor
    from .lifetimes import Demand
    from .model import KernelCall, Overlap, Placement, Schedule

WORTH = 1 / 256
"""The least part of the arena that moves must save."""
SHARE = {"speed": 0.0, "balanced": 0.02, "size": 0.02, "ram": 0.25}
"""What moves may cost at most, as a part of the instructions of all kernels, by objective."""
TRIAL_STEPS = 20_000
MOST_TRIALS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A tensor that could be moved before `operator` reads it."""

    operator: Operator
    tensor: Tensor


def with_moves(schedule: Schedule, remake: Callable[[Graph], Schedule]) -> Schedule:
    """`schedule`, or the one that `remake` makes of its graph with moves, where that needs a smaller arena.

    Moves cost no more than the objective allows. Schedules with segments stay as they are.
    """
    graph, objective = schedule.graph, schedule.target.optimize
    calls = {(call.subgraph, call.position): call for call in schedule.calls}.values()
    allowance = SHARE[objective] * sum(_instructions(call, schedule) for call in calls)
    if not allowance or any(isinstance(node, Segment) for node in schedule.body):
        return schedule
    demands, allowed = _demands(schedule)
    now = _solved(demands, allowed)
    if now.bytes == now.bound:
        return schedule
    candidates = _candidates(schedule, demands, allowed, now)
    best, height = schedule, now.bytes
    moved: Sequence[Candidate] = candidates
    if candidates:
        best = remake(_moving(graph, candidates))
        height = _solved(*_demands(best)).bytes
    if height > now.bytes * (1 - WORTH):
        return schedule
    # What is not missed is left out, large tensors first.
    for trial, candidate in enumerate(sorted(candidates, key=lambda c: -c.tensor.bytes)):
        if trial >= MOST_TRIALS:
            break
        fewer = [c for c in moved if c is not candidate]
        without = remake(_moving(graph, fewer)) if fewer else schedule
        if _solved(*_demands(without)).bytes <= height:
            moved, best = fewer, without
    return best if sum(move_cost(c.tensor, schedule.target) for c in moved) <= allowance else schedule


def _instructions(call: KernelCall, schedule: Schedule) -> int:
    """A first estimate for a whole operator: one for each multiply-accumulate where the kernel does not say."""
    macs = family_of(call.operator).macs(call.operator)
    return max(call.kernel.cost(call.operator, schedule.target), macs)


def _demands(schedule: Schedule) -> tuple[tuple[Demand, ...], tuple[Overlap, ...]]:
    demands = tuple(demand for demand in make_demands(schedule) if demand.kind != "state")
    return demands, overlaps(schedule, demands)


def _solved(demands: Sequence[Demand], allowed: Sequence[Overlap]) -> Placement:
    return solve([demand.item for demand in demands], allowed, most_steps=TRIAL_STEPS)


def _candidates(
    schedule: Schedule, demands: Sequence[Demand], allowed: Sequence[Overlap], now: Placement
) -> list[Candidate]:
    """What dies below its output at a tick that is full enough to matter, in the main subgraph."""
    drift = {o.dying: max((-low for low, _ in o.barred), default=0) for o in allowed}
    full = now.bound - sum(drift.values())
    found = []
    for o in allowed:
        dying, growing = demands[o.dying], demands[o.growing]
        tick = min(r.first for r in growing.item.live)
        call = schedule.calls[tick]
        live = sum(r.bytes for d in demands for r in d.item.live if r.first <= tick <= r.last)
        reads = [t for t in call.operator.inputs if t is not None and schedule.storage(t) is dying.tensor]
        single = len(reads) == 1 and call.subgraph == schedule.graph.main.index and dying.kind == "intermediate"
        if single and live > full and call in schedule.body and call.operator.type != TYPE:
            found.append(Candidate(call.operator, reads[0]))
    return list({c.operator: c for c in found}.values())


def _moving(graph: Graph, moves: Collection[Candidate]) -> Graph:
    """`graph` with a MOVE in front of every operator of `moves`."""
    by_operator = {move.operator: move.tensor for move in moves}
    operators: list[Operator] = []
    invented: list[Tensor] = []
    free = max((tensor.id for tensor in graph.main.tensors), default=0) + 1
    for op in graph.main.operators:
        tensor = by_operator.get(op)
        if tensor is None:
            operators.append(op)
            continue
        moved = replace(tensor, id=free + len(invented), name=f"{tensor.name} moved", origin=None)
        invented.append(moved)
        operators.append(Operator(op.index, TYPE, (tensor,), (moved,)))
        operators.append(replace(op, inputs=tuple(moved if t is tensor else t for t in op.inputs)))
    main = replace(graph.main, tensors=(*graph.main.tensors, *invented), operators=tuple(operators))
    return replace(graph, subgraphs=(main, *graph.subgraphs[1:]))
