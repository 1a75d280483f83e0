"""Where memory is tightest: the kernel call with the most bytes in use, and what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .model import Arena, Buffer, KernelCall, MemoryPlan

Span = tuple[int, int]
"""Bytes [first, last) of an arena."""


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """The first of the ticks with the most bytes of `arena` in use: `bytes` of them, buffers that overlap counted once.

    `live` are the buffers there with their bytes in use, the largest first. `call` is None where nothing is computed.
    """

    arena: Arena
    tick: int
    bytes: int
    call: KernelCall | None
    live: tuple[tuple[Buffer, int], ...]


def spans_at(buffer: Buffer, tick: int) -> Iterator[Span]:
    """The addresses that `buffer` uses at `tick`."""
    for live in buffer.live:
        if live.first <= tick <= live.last and live.bytes:
            yield buffer.offset + live.offset, buffer.offset + live.offset + live.bytes


def union(spans: Iterable[Span]) -> list[Span]:
    """`spans` without what several share, in order.

    >>> union([(4, 8), (0, 2), (6, 9)])
    [(0, 2), (4, 9)]
    """
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def peaks(plan: MemoryPlan) -> tuple[Peak, ...]:
    """The peak of each arena."""
    return tuple(_peak(plan, arena) for arena in plan.arenas)


def _peak(plan: MemoryPlan, arena: Arena) -> Peak:
    buffers = [buffer for buffer in plan.buffers if buffer.region == arena.region.name]
    # In use changes only where something begins to live.
    ticks = sorted({live.first for buffer in buffers for live in buffer.live} or {0})
    begins: dict[int, list[tuple[int, Span]]] = {}
    for buffer in buffers:
        for live in buffer.live:
            at = buffer.offset + live.offset
            begins.setdefault(live.first, []).append((live.last, (at, at + live.bytes)))
    best, most = ticks[0], -1
    active: list[tuple[int, Span]] = []
    for tick in ticks:
        active = [entry for entry in active if entry[0] >= tick] + begins.get(tick, [])
        used = sum(last - first for first, last in union(span for _, span in active))
        if used > most:
            best, most = tick, used
    live_bytes = ((buffer, sum(b - a for a, b in union(spans_at(buffer, best)))) for buffer in buffers)
    there = sorted(((b, n) for b, n in live_bytes if n), key=lambda pair: (-pair[1], pair[0].id))
    calls = plan.schedule.calls
    return Peak(arena, best, max(most, 0), calls[best] if calls else None, tuple(there))
