"""Moves: what undoes the drift of outputs that lie over their inputs.

An output that lies D bytes below its dying input has, as the input of the next operator, D bytes less below it. After
some operators of equal size the arena is larger by the sum of their D than any of them needs. A tensor that is moved
up by a memmove starts anew: the arena is then as large as the hungriest single operator, for some bytes moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING

from ..graph import Operator
from ..operators.move import TYPE, move_cost
from .costs import whole_cost
from .lifetimes import make_demands
from .overlap import overlaps
from .solver import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from ..graph import Graph, Tensor
    from .lifetimes import Demand
    from .model import Overlap, Placement, Schedule

WORTH = 1 / 256
"""The least part of the arena that moves must save."""
NEAR = 1 / 20
"""How near to its bound an arena with rings need only be."""
SHARE = {"speed": 0.0, "balanced": 0.02, "size": 0.02, "ram": 0.25}
"""What moves may cost at most, as a part of the instructions of all kernels, by objective."""
TRIAL_STEPS = 20_000
MOST_TRIALS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A tensor that could be moved before `operator` reads it."""

    operator: Operator
    tensor: Tensor


def with_moves(schedule: Schedule, remake: Callable[[Graph], Schedule], spare: float = inf) -> Schedule:
    """`schedule`, or the one that `remake` makes of its graph with moves, where that needs a smaller arena.

    Moves cost no more than the objective allows, nor than the `spare` instructions. They stand before operators that
    are computed whole.
    """
    graph, allowance = schedule.graph, _allowance(schedule, spare)
    if allowance <= 0:
        return schedule
    now, height, moved, best = _all_moved(schedule, remake)
    if height > now * (1 - WORTH):
        return schedule
    # What is not missed is left out, large tensors first.
    for trial, candidate in enumerate(sorted(moved, key=lambda c: -c.tensor.bytes)):
        if trial >= MOST_TRIALS:
            break
        fewer = [c for c in moved if c is not candidate]
        without = remake(_moving(graph, fewer)) if fewer else schedule
        if _solved(*_demands(without)).bytes <= height:
            moved, best = fewer, without
    return best if _cost(moved, schedule) <= allowance else schedule


def bytes_with_moves(schedule: Schedule, remake: Callable[[Graph], Schedule], spare: float = inf) -> int:
    """The bytes of `schedule`, or where moves may be made and help, of what `with_moves` comes to at least."""
    allowance = _allowance(schedule, spare)
    if allowance <= 0:
        return _solved(*_demands(schedule)).bytes
    now, height, moved, _ = _all_moved(schedule, remake)
    return height if height <= now * (1 - WORTH) and _cost(moved, schedule) <= allowance else now


def _allowance(schedule: Schedule, spare: float) -> float:
    """Instructions that moves may take."""
    calls = {(call.subgraph, call.position): call for call in schedule.calls}.values()
    every = sum(whole_cost(call.kernel, call.operator, schedule.target) for call in calls)
    return min(SHARE[schedule.target.optimize] * every, spare)


def _cost(moved: Iterable[Candidate], schedule: Schedule) -> int:
    return sum(move_cost(c.tensor, schedule.target) for c in moved)


@lru_cache(maxsize=4)
def _all_moved(
    schedule: Schedule, remake: Callable[[Graph], Schedule]
) -> tuple[int, int, Sequence[Candidate], Schedule]:
    """Bytes without moves and with all that may help, these moves and their schedule."""
    demands, allowed = _demands(schedule)
    now = _solved(demands, allowed)
    has_rows = any(call.reads is not None for call in schedule.calls)
    near = now.bound * (1 + NEAR) if has_rows else now.bound
    candidates = _candidates(schedule, demands, allowed, now) if now.bytes > near else []
    if not candidates:
        return now.bytes, now.bytes, (), schedule
    best = remake(_moving(schedule.graph, candidates))
    return now.bytes, _solved(*_demands(best)).bytes, candidates, best


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
    for position, op in enumerate(graph.main.operators):
        tensor = by_operator.get(op)
        if tensor is None:
            operators.append(op)
            continue
        move, after = _moved(op, tensor, free + position)
        invented.append(move.output)
        operators += (move, after)
    main = replace(graph.main, tensors=(*graph.main.tensors, *invented), operators=tuple(operators))
    return replace(graph, subgraphs=(main, *graph.subgraphs[1:]))


@lru_cache(maxsize=1024)
def _moved(op: Operator, tensor: Tensor, id_: int) -> tuple[Operator, Operator]:
    """A MOVE of `tensor`, and `op` that reads what it makes: the same ones each time, for what is known of them."""
    moved = replace(tensor, id=id_, name=f"{tensor.name} moved", origin=None)
    inputs = tuple(moved if t is tensor else t for t in op.inputs)
    return Operator(op.index, TYPE, (tensor,), (moved,)), replace(op, inputs=inputs)
