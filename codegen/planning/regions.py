"""Demands -> MemoryPlan: an arena in each RAM region of the board that is needed, or the sentence why not."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..errors import CodegenError, Location
from .lifetimes import Demand, make_demands
from .model import STATE, Arena, Buffer, MemoryPlan, Placement, Schedule
from .overlap import overlaps
from .solver import solve
from .spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..graph import Tensor
    from .model import Overlap

BASE_ALIGNMENT = 16
"""Alignment in bytes of every arena's base; no buffer may ask for more."""


def plan_memory(schedule: Schedule, limit: int | None = None) -> MemoryPlan:
    """Every buffer placed in the first region of the board's arena order, or spread over several where that one has no
    room for all (`codegen.planning.spread`); sizes and offsets in bytes.

    Buffers are numbered by first tick, then offset. Raises CodegenError where no region has room, or where the arena
    would be larger than `limit` bytes.
    """
    every = make_demands(schedule)
    demands = tuple(demand for demand in every if demand.kind != "state")
    allowed = overlaps(schedule, demands)
    placement = solve([demand.item for demand in demands], allowed)
    if limit is not None and placement.bytes > limit:
        raise _no_room(schedule, demands, placement, limit)
    parts = spread(schedule, demands, allowed, placement)
    if parts is None:
        raise _no_room(schedule, demands, placement)
    where = {
        k: (number, offset)
        for number, part in enumerate(parts)
        for k, offset in zip(part.members, part.placement.offsets, strict=True)
    }
    buffers: list[Buffer] = []
    by_tensor: dict[Tensor, Buffer] = {}
    scratch: dict[int, Buffer] = {}
    for id_, k in enumerate(sorted(where, key=lambda k: (_first(demands[k]), *where[k]))):
        demand, (number, offset) = demands[k], where[k]
        buffer = _buffer(id_, demand, parts[number].region.name, offset)
        if demand.tensor is not None:
            by_tensor[demand.tensor] = buffer
        scratch.update(dict.fromkeys(demand.ticks, buffer))
        buffers.append(buffer)
    state_bytes = 0
    for demand in every:
        if demand.kind == "state" and demand.tensor is not None:
            offset = -(-state_bytes // demand.item.alignment) * demand.item.alignment
            state_bytes = offset + demand.item.bytes
            by_tensor[demand.tensor] = _buffer(len(buffers), demand, STATE, offset)
            buffers.append(by_tensor[demand.tensor])
    arenas = tuple(Arena(part.region, part.placement.bytes, part.placement.bound) for part in parts)
    shared = _shared(demands, where, allowed, by_tensor)
    return MemoryPlan(schedule, tuple(buffers), arenas, by_tensor, scratch, state_bytes, shared)


def _shared(
    demands: tuple[Demand, ...],
    where: Mapping[int, tuple[int, int]],
    allowed: Iterable[Overlap],
    by_tensor: Mapping[Tensor, Buffer],
) -> tuple[tuple[Buffer, Buffer], ...]:
    """The pairs of `allowed` that do share bytes."""
    found = []
    for pair in allowed:
        dying, growing = demands[pair.dying], demands[pair.growing]
        (number, begin), (another, other) = where[pair.dying], where[pair.growing]
        if number == another and begin < other + growing.item.bytes and other < begin + dying.item.bytes:
            assert dying.tensor is not None
            assert growing.tensor is not None
            found.append((by_tensor[dying.tensor], by_tensor[growing.tensor]))
    return tuple(found)


def _first(demand: Demand) -> int:
    return min(live.first for live in demand.item.live)


def _buffer(id_: int, demand: Demand, region: str, offset: int) -> Buffer:
    item = demand.item
    return Buffer(
        id_, item.name, demand.kind, demand.tensor, region, offset, item.bytes, item.alignment, item.live,
        demand.rows, demand.ring,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ refusal
def _no_room(
    schedule: Schedule, demands: tuple[Demand, ...], placement: Placement, limit: int | None = None
) -> CodegenError:
    board, tick = schedule.target.board, _peak(demands)
    rooms = ", ".join(
        f"{r.name} has {r.usable:,} bytes" + (f" ({r.bytes:,} less {r.reserve:,} reserved)" if r.reserve else "")
        for r in board.arena_regions
    )
    live = [(_bytes_at(d, tick), d) for d in demands]
    there = ", ".join(
        f'{d.kind} "{d.item.name}" {n:,}' for n, d in sorted(live, key=lambda pair: (-pair[0], pair[1].item.name)) if n
    )
    where = Location(schedule.graph.file)
    if schedule.calls:
        op = schedule.calls[tick].operator
        where = Location(schedule.graph.file, None, op.index, op.type, op.name)
    no_room = f"and no region of board {board.name} has room: {rooms}"
    if limit is not None:
        no_room = f"{placement.bytes - limit:,} more than the {limit:,} that they may have"
    found = (
        f"the tensors need {placement.bytes:,} bytes of RAM, {no_room}. "
        f"Most bytes, {sum(n for n, _ in live):,}, are live at this operator: {there}."
    )
    hint = "use a board with more RAM, or train the model with a smaller input or fewer channels at this operator"
    if limit is not None:
        hint = f"allow {placement.bytes} bytes, or --input-rows if the input stands in the way and comes by rows"
    return CodegenError.at(where, found, hint)


def _bytes_at(demand: Demand, tick: int) -> int:
    return sum(live.bytes for live in demand.item.live if live.first <= tick <= live.last)


def _peak(demands: tuple[Demand, ...]) -> int:
    """The first tick with the most live bytes."""
    change: dict[int, int] = defaultdict(int)
    for demand in demands:
        for live in demand.item.live:
            change[live.first] += live.bytes
            change[live.last + 1] -= live.bytes
    best, peak, level = 0, 0, 0
    for tick in sorted(change):
        level += change[tick]
        if level > best:
            best, peak = level, tick
    return peak
