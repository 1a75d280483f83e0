"""How far a growing output may lie over a dying input: exactly, from the order in which calls read and write.

Let byte r of the dying item be read last at step `dying[r]`, and byte w of the growing one be written first at step
`growing[w]`, both on one clock on which the reads of a step come before its writes. The two may not share an address
where growing[w] < dying[r]. With d = offset(growing) - offset(dying) they share it where d = r - w, so these
differences are barred. For the loops that kernels have the barred differences are one interval (-D, U), where
D = max over writes of (bytes written so far - lowest byte still to be read), and U is the size of the dying item;
kernels that finish one channel after the other leave d = 0 free, in the middle.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ..graph import ITEM_BITS
from .model import Overlap, Segment

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from ..graph import Array, Tensor
    from ..operators.access import Access, Steps
    from .lifetimes import Demand
    from .model import KernelCall, Schedule

Interval = tuple[int, int]
"""Open: the differences low < d < high."""

LATEST = np.iinfo(np.int64).max
MOST_KNOWN = 4096
_KNOWN: dict[Hashable, tuple[Interval, ...] | None] = {}
"""What is barred in one call, by all that this depends on."""


def barred(dying: Array, growing: Array) -> tuple[Interval, ...]:
    """The differences of offsets (bytes) at which the growing item would overwrite what is still to be read.

    `dying` has the step of the last read of each byte (negative: none), `growing` that of the first write of each
    byte (`LATEST`: none). What lies between the least and the greatest barred difference is barred too, but for 0.

    >>> barred(np.array([0, 1, 2, 3]), np.array([0, 1, 2, 3]))
    ((0, 4),)
    >>> barred(np.array([0, 0, 0, 0]), np.array([0, 0]))
    ()
    >>> barred(np.array([0, 1, 0, 1]), np.array([0, 1, 0, 1]))
    ((-2, 0), (0, 4))
    """
    read, written = dying >= 0, growing < LATEST
    if not read.any() or not written.any():
        return ()
    end = int(max(dying.max(), growing[written].max())) + 2
    # lowest[t] and highest[t]: of the bytes that are read after step t.
    lowest, highest = np.full(end, len(dying), np.int64), np.full(end, -1, np.int64)
    at = np.flatnonzero(read)
    # Of several values for one place numpy keeps the last.
    lowest[dying[at][::-1]] = at[::-1]
    highest[dying[at]] = at
    lowest = np.minimum.accumulate(lowest[::-1])[::-1]
    highest = np.maximum.accumulate(highest[::-1])[::-1]
    w = np.flatnonzero(written)
    r, s = lowest[growing[w] + 1], highest[growing[w] + 1]
    clash = s >= 0
    if not clash.any():
        return ()
    low, high = int((r - w)[clash].min()) - 1, int((s - w)[clash].max()) + 1
    shared = min(len(dying), len(growing))
    if low < 0 < high and not (growing[:shared] < dying[:shared]).any():
        return (low, 0), (0, high)
    return ((low, high),)


@dataclass(slots=True)
class Clock:
    """Accesses one after the other as one: `dying` and `growing` of one item each, in bytes."""

    dying: Array
    growing: Array
    now: int = 0

    @classmethod
    def of(cls, dying_bytes: int, growing_bytes: int) -> Clock:
        return cls(np.full(dying_bytes, -1, np.int64), np.full(growing_bytes, LATEST, np.int64))

    def read(self, tensor: Tensor, steps: Steps, begin: int) -> None:
        """The call's reads of `tensor`, whose bytes begin at byte `begin` of the dying item."""
        at, size = _in_bytes(tensor, steps)
        part = self.dying[begin + size * steps.first :][: len(at)]
        np.maximum(part, np.where(at >= 0, at + self.now, -1), out=part)

    def write(self, tensor: Tensor, steps: Steps, begin: int) -> None:
        """The call's writes of `tensor`, whose bytes begin at byte `begin` of the growing item."""
        at, size = _in_bytes(tensor, steps)
        part = self.growing[begin + size * steps.first :][: len(at)]
        np.minimum(part, np.where(at >= 0, at + self.now, LATEST), out=part)


def _in_bytes(tensor: Tensor, steps: Steps) -> tuple[Array, int]:
    size = max(ITEM_BITS[tensor.dtype] // 8, 1)
    return (np.repeat(steps.at, size) if size > 1 else steps.at), size


def barred_between(access: Access, dying: Tensor, growing: Tensor) -> tuple[Interval, ...]:
    """What is barred in one call that knows both tensors."""
    clock = Clock.of(dying.bytes, growing.bytes)
    clock.read(dying, access.reads[dying], 0)
    clock.write(growing, access.writes[growing], 0)
    return barred(clock.dying, clock.growing)


# ----------------------------------------------------------------------------------------------- of a schedule
def overlaps(schedule: Schedule, demands: Sequence[Demand]) -> tuple[Overlap, ...]:
    """Which of `demands` (by their places) may overlap: one that dies while another one begins to grow.

    At every tick at which both live, the calls must say in which order they read the one and write the other.
    """
    calls = _Calls(schedule)
    spans = {
        # Inputs are there before the first call.
        k: (-1 if d.kind == "input" else min(r.first for r in d.item.live), max(r.last for r in d.item.live))
        for k, d in enumerate(demands)
        if d.tensor is not None and d.kind != "state" and d.ring is None and d.item.live
    }
    kept = {schedule.storage(tensor) for run in schedule.invocations for tensor in run.results}
    by_last: dict[int, list[int]] = defaultdict(list)
    for k, (_, last) in spans.items():
        if demands[k].tensor not in kept:
            by_last[last].append(k)
    found = []
    for growing, (first, end) in spans.items():
        if first < 0 or schedule.calls[first].reads is not None:
            continue  # in segments, tensors come and go by rows: that is near enough
        for tick in range(first, min(calls.group_end(first), end) + 1):
            for dying in by_last.get(tick, ()):
                if dying == growing or spans[dying][0] >= first:
                    continue
                intervals = calls.barred(demands[dying], demands[growing], first, tick)
                if intervals is not None:
                    found.append(Overlap(dying, growing, intervals))
    return tuple(found)


class _Calls:
    """The accesses of a schedule's calls, each asked for once."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._known: dict[int, Access] = {}
        self._ends = dict(_group_ends(schedule))

    def access(self, tick: int) -> Access:
        if tick not in self._known:
            self._known[tick] = self.schedule.calls[tick].access(self.schedule.target)
        return self._known[tick]

    def group_end(self, tick: int) -> int:
        """The last tick of the calls that `tick` belongs to: those of one operator, or of one segment."""
        return self._ends.get(tick, tick)

    def barred(self, dying: Demand, growing: Demand, first: int, last: int) -> tuple[Interval, ...] | None:
        """What is barred in ticks `first` to `last`; None where a call does not say what it does."""
        if first < last:
            clock = self.clock(dying, growing, first, last)
            return None if clock is None else barred(clock.dying, clock.growing)
        assert dying.tensor is not None
        assert growing.tensor is not None
        call, target = self.schedule.calls[first], self.schedule.target
        parts = (tuple(self._places(call, tensor)) for tensor in (dying.tensor, growing.tensor))
        # Schedules that differ elsewhere are compared: what one call does is asked again and again.
        key = (
            call.kernel,
            call.operator,
            call.band,
            call.part,
            target.of_kernels,
            dying.tensor,
            growing.tensor,
            *parts,
        )
        if key not in _KNOWN:
            clock = self.clock(dying, growing, first, last)
            if len(_KNOWN) >= MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[key] = None if clock is None else barred(clock.dying, clock.growing)
        return _KNOWN[key]

    def clock(self, dying: Demand, growing: Demand, first: int, last: int) -> Clock | None:
        """The clock of ticks `first` to `last`; None where a call does not say what it does."""
        assert dying.tensor is not None
        assert growing.tensor is not None
        clock = Clock.of(dying.tensor.bytes, growing.tensor.bytes)
        for tick in range(first, last + 1):
            call = self.schedule.calls[tick]
            reads, writes = self._parts(call, dying.tensor), self._parts(call, growing.tensor)
            if not reads and not writes:
                continue
            access = self.access(tick)
            written = call.written
            for tensor, begin in reads.items():
                if tensor in written or tensor not in access.reads:
                    return None
                clock.read(tensor, access.reads[tensor], begin)
            for tensor, begin in writes.items():
                if tensor in written:
                    if tensor not in access.writes:
                        return None
                    clock.write(tensor, access.writes[tensor], begin)
            clock.now += access.steps
        return clock

    def _parts(self, call: KernelCall, owner: Tensor) -> Mapping[Tensor, int]:
        """The tensors of `call` that lie in `owner`, with the byte at which each begins there."""
        return dict(self._places(call, owner))

    def _places(self, call: KernelCall, owner: Tensor) -> Iterator[tuple[Tensor, int]]:
        for tensor in call.tensors:
            place, begin = self.schedule.place(tensor)
            if place is owner:
                yield tensor, begin


def _group_ends(schedule: Schedule) -> Iterator[tuple[int, int]]:
    """(tick, last tick of its group) of every call."""
    segments = {id(call): id(node) for node in schedule.body if isinstance(node, Segment) for call in node.calls}
    keys = [(call.subgraph, call.position, segments.get(id(call))) for call in schedule.calls]
    keys = [(0, 0, key[2]) if key[2] is not None else key for key in keys]
    tick = 0
    for _, group in groupby(keys):
        end = tick + sum(1 for _ in group) - 1
        yield from ((t, end) for t in range(tick, end + 1))
        tick = end + 1
