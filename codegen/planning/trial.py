"""Trial segments: how many bytes live at once if operators [first, last) run as one segment, without making calls.

What `planning.rows` finds of a finished schedule is computed here in a fraction of a millisecond, in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from ..operators import family_of
from .in_place import overwritable, overwritten
from .model import storage_of
from .overlap import Clock, barred
from .segments import firing_order, window_need
from .ways import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Array, Graph, Tensor
    from ..target import Target
    from .in_place import Overwritable
    from .segments import Wait
    from .ways import Place, Way


MANY_ROWS = 8
"""Of an output, for the middle of a segment to be told from its ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A segment whose operators have `bands` rows a call: the most bytes that live at once beside scratch (`rows`), the
    same while each operator runs (`beside`, -1 for views), and how many calls it has."""

    places: tuple[Place, ...]
    bands: tuple[int, ...]
    rows: int
    beside: tuple[int, ...]
    calls: int
    cost: int
    """Instructions of the fastest kernels, beyond those of whole tensors."""
    bytes: int
    """The most bytes that live at once with the fastest kernels."""

    def within(self, limit: int) -> tuple[int, tuple[Way | None, ...]] | None:
        """Instructions beyond those of whole tensors and the kernels for `limit` bytes; None where it has not room."""
        if self.rows > limit:
            return None
        cost = 0
        chosen: list[Way | None] = []
        for place, band, beside in zip(self.places, self.bands, self.beside, strict=True):
            if beside < 0:
                chosen.append(None)
                continue
            way = next((way for way in place.ways(band) if place.accumulates or beside + way.scratch <= limit), None)
            if way is None:
                return None
            chosen.append(way)
            cost += max(0, way.cost - place.base_cost)
        return cost, tuple(chosen)


@dataclass(slots=True, eq=False)
class Trials:
    """The operators of a graph without control flow, and what segments of them need."""

    graph: Graph
    target: Target
    places: tuple[Place, ...]
    first_use: dict[Tensor, int]
    last_use: dict[Tensor, int]
    overwritable: Overwritable
    pushed: Tensor | None = None
    """The input whose rows the caller pushes."""
    _trials: dict[tuple[int, tuple[int, ...]], Trial | None] = field(default_factory=dict)
    _wholes: dict[int, tuple[tuple[Way, int], ...]] = field(default_factory=dict)
    _least: dict[tuple[int, int], int] = field(default_factory=dict)
    _around: dict[tuple[int, int], int] = field(default_factory=dict)
    _waiting: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph, target: Target, *, pushed: bool = False) -> Trials | None:
        """None where the graph has control flow or several signatures: then every tensor is whole. `pushed`: the
        caller pushes the rows of the first input."""
        found = places_of(graph, target) if len(graph.entries) == 1 else None
        if found is None:
            return None
        places, views = found
        first: dict[Tensor, int] = {}
        last: dict[Tensor, int] = {}
        for tensor in graph.main.inputs:
            first[storage_of(views, tensor)] = last[storage_of(views, tensor)] = 0
        for position, place in enumerate(places):
            for tensor in (*place.inputs, *place.outputs):
                first.setdefault(tensor, position)
                last[tensor] = position
        for tensor in (*graph.main.outputs, *graph.keep):
            owner = storage_of(views, tensor)
            if owner in first:
                last[owner] = len(places)
        kept = {t: p for t, p in first.items() if not t.is_constant and not t.is_variable}
        input_ = storage_of(views, graph.main.inputs[0]) if pushed else None
        return cls(graph, target, places, kept, last, overwritable(graph, target), input_)

    # ------------------------------------------------------------------------------------------------- memory
    def trial(self, first: int, bands: tuple[int, ...]) -> Trial | None:
        """Operators from `first` on as one segment, `bands` rows a call (0 for views); None where they cannot be."""
        key = (first, bands)
        if key not in self._trials:
            self._trials[key] = self._streamed(first, bands)
        return self._trials[key]

    def correct(self, trial: Trial, size: int) -> None:
        """`trial` needs `size` bytes."""
        key = next(key for key, known in self._trials.items() if known is trial)
        self._trials[key] = replace(trial, rows=max(trial.rows, size), bytes=max(trial.bytes, size))

    def level(self, first: int, last: int, level: int) -> Trial | None:
        """Operators [first, last) with the rows a call of `level`."""
        return self.trial(first, tuple(place.band(level) for place in self.places[first:last]))

    def whole(self, position: int, limit: int | None = None) -> tuple[Way | None, int] | None:
        """The fastest kernel of at most `limit` bytes for one operator computed whole, and the most bytes that live at
        once then; None where there is no room. Views need no kernel."""
        place = self.places[position]
        if place.is_view:
            size = self._whole_bytes(position, None)
            return (None, size) if limit is None or size <= limit else None
        if self.pushed is not None and self.pushed in place.inputs:
            return None
        known = self._wholes.setdefault(position, ())
        for number, way in enumerate(place.whole):
            if number == len(known):
                known = (*known, (way, self._whole_bytes(position, way)))
                self._wholes[position] = known
            if limit is None or known[number][1] <= limit:
                return known[number]
        return None

    def around(self, first: int, last: int) -> int:
        """Bytes of the tensors that live before, throughout and after operators [first, last), without being used."""
        used = {t for place in self.places[first:last] for t in (*place.inputs, *place.outputs)} | {self.pushed}
        return sum(
            t.bytes for t, p in self.first_use.items() if t not in used and p < last and self.last_use[t] >= first
        )

    def least(self, first: int, last: int) -> int:
        """Bytes that no trial can be below, whatever its bands."""
        if (first, last) not in self._least:
            self._least[first, last] = self._least_of(first, last)
        return self._least[first, last]

    def _least_of(self, first: int, last: int) -> int:
        """Rows that wait for the next window in the middle of the segment, all that comes in at its start, all that
        goes out at its end: the most of these."""
        waiting = 0
        begins = ends = 0
        for number in range(first, last):
            place = self.places[number]
            spatial = place.spatial
            for tensor in place.inputs:
                inside = first <= self.first_use[tensor] and tensor not in self.graph.main.inputs
                if tensor is self.pushed:
                    continue
                if not inside:
                    begins += tensor.bytes if self.last_use[tensor] < last else 0
                elif spatial is not None and spatial.upscale == 1 and self.last_use[tensor] == number:
                    rows = max((spatial.kernel - 1) * spatial.dilation + 1 - spatial.stride, 0)
                    waiting += min(rows, spatial.input_rows // 2) * (tensor.bytes // spatial.input_rows)
            ends += sum(t.bytes for t in place.outputs if self.last_use[t] >= last)
        kept = sum(
            t.bytes
            for t in {t for place in self.places[first:last] for t in place.inputs}
            if self.last_use[t] >= last and (self.first_use[t] < first or t in self.graph.main.inputs)
        )
        return self.around(first, last) + kept + max(waiting, begins, ends)

    def waiting(self, first: int, last: int, level: int) -> int:
        """Bytes that a segment of operators [first, last) cannot be below at `level`: in its middle, rings hold rows
        that wait for the next window, and count as a whole."""
        if level not in self._waiting:
            self._waiting[level] = (0, *accumulate(self._ring_of(number, level) for number in range(len(self.places))))
        sums = self._waiting[level]
        if (first, last) not in self._around:
            self._around[first, last] = self.around(first, last)
        return self._around[first, last] + sums[last] - sums[first + 1]

    def _ring_of(self, number: int, level: int) -> int:
        """Bytes of the ring between an operator and the one right before it, if it is never empty in between."""
        place, before = self.places[number], number - 1
        while before >= 0 and self.places[before].is_view:
            before -= 1
        spatial, producer = place.spatial, self.places[max(before, 0)]
        if before < 0 or spatial is None or place.needs_run or spatial.upscale > 1 or producer.accumulates:
            return 0
        if producer.spatial is None:
            return 0
        tensor = next((t for t in producer.outputs if t in place.inputs and self.last_use[t] < len(self.places)), None)
        window = (spatial.kernel - 1) * spatial.dilation + 1
        if tensor is None or window <= spatial.stride or place.accumulates or spatial.output_rows < MANY_ROWS:
            return 0
        rows = max(window + (place.band(level) - 1) * spatial.stride, producer.band(level))
        return min(rows, spatial.input_rows) * (tensor.bytes // spatial.input_rows)

    def _whole_bytes(self, position: int, way: Way | None) -> int:
        place = self.places[position]
        used = {t for t in (*place.inputs, *place.outputs) if t in self.first_use and t is not self.pushed}
        saved = self._overlap(position, way) if len(place.outputs) == 1 and way else 0
        scratch = way.scratch if way else 0
        return self.around(position, position + 1) + scratch + sum(t.bytes for t in used) - saved

    def _overlap(self, position: int, way: Way) -> int:
        """The most bytes that the output of an operator may share with an input that dies there."""
        place = self.places[position]
        op, output = place.operator, place.outputs[0]
        dying = [t for t in place.inputs if self.last_use[t] == position and t is not output]
        geometry = family_of(op).spatial(op)
        access = way.kernel.access(op, self.target, geometry.whole if geometry else None)
        best = 0
        for tensor in (t for t in op.inputs if t is not None and t in access.reads and op.output in access.writes):
            owner = next((t for t in dying if t.bytes == tensor.bytes), None)
            if owner is None:
                continue
            clock = Clock.of(owner.bytes, output.bytes)
            clock.read(tensor, access.reads[tensor], 0)
            clock.write(op.output, access.writes[op.output], 0)
            intervals = barred(clock.dying, clock.growing)
            for at in {0, *(end for interval in intervals for end in interval)}:
                if not any(low < at < high for low, high in intervals):
                    span = max(owner.bytes, at + output.bytes) - min(0, at)
                    best = max(best, owner.bytes + output.bytes - span)
        return best

    def _streamed(self, first: int, bands: tuple[int, ...]) -> Trial | None:
        last = first + len(bands)
        every = self.places[first:last]
        stages = [place for place in every if not place.is_view]
        own = [band for band, place in zip(bands, every, strict=True) if not place.is_view]
        waits = self._waits(stages, own)
        if waits is None or (self.pushed in self.first_use and not self._takes_pushed(stages, last)):
            return None
        rows = [place.spatial.output_rows for place in stages if place.spatial is not None]
        pushed_rows = max((wait[3] for mine in waits for wait in mine if wait[0] == 0), default=0)
        order = np.array(firing_order([pushed_rows, *rows], [1, *own], [[], *waits]), np.int32) - 1
        is_call = order >= 0
        arrivals = np.minimum(np.cumsum(is_call)[~is_call], is_call.sum() - 1)
        order = order[is_call]
        ticks = [np.flatnonzero(order == k) for k in range(len(stages))]
        change = np.zeros(len(order) + 1, np.int64)
        lives = _Rows(len(order), overwritten((place.operator for place in stages), self.overwritable))
        for k, place in enumerate(stages):
            lives.read(place, own[k], ticks[k])
            lives.write(place, own[k], ticks[k])
            if place.accumulates:
                scratch = place.ways(own[k])[0].scratch
                change[ticks[k][0]] += scratch
                change[ticks[k][-1] + 1] -= scratch
        rings = np.zeros(len(order), np.int64)
        in_runs = [place for place in stages if place.needs_run]
        straight = {storage_of(lives.in_place, t) for place in in_runs for t in place.inputs}
        if self.pushed in straight:
            return None
        for tensor, (start, end) in lives.spans.items():
            begins_before = self.first_use[tensor] < first or tensor in self.graph.main.inputs
            ends_after = self.last_use[tensor] >= last
            size = tensor.bytes // len(start)
            begins = np.zeros_like(start) if begins_before else start
            if tensor is self.pushed:
                stored = len(arrivals)
                rings += _ring(arrivals, end[:stored], 1, len(order)) * size
            elif begins_before or ends_after or tensor in straight:
                np.add.at(change, begins, size)
                np.add.at(change, np.full_like(end, len(order)) if ends_after else end + 1, -size)
            else:
                rings += _ring(start, end, lives.bands[tensor], len(order)) * size
        live = self.around(first, last) + change.cumsum()[:-1] + rings
        inside = [t for t in straight if self.first_use[t] >= first and self.last_use[t] < last]
        most = {t: _most(*lives.spans[t], len(order)) * (t.bytes // len(lives.spans[t][0])) for t in inside}
        span = sum(most.values()) + max((t.bytes - most[t] for t in inside), default=0)
        beside = [int(live[at].max()) for at in ticks]
        needs = [
            at + (0 if place.accumulates else place.ways(band)[0].scratch)
            for at, place, band in zip(beside, stages, own, strict=True)
        ]
        cost = sum(max(0, p.ways(band)[0].cost - p.base_cost) for p, band in zip(stages, own, strict=True))
        waiting = iter(beside)
        return Trial(
            every,
            bands,
            max(int(live.max()), span),
            tuple(-1 if place.is_view else next(waiting) for place in every),
            len(order),
            cost,
            max(int(live.max()), span, *needs),
        )

    def _takes_pushed(self, stages: list[Place], last: int) -> bool:
        """Whether the input that is pushed is used in this segment alone, or was before."""
        assert self.pushed is not None
        used = any(self.pushed in place.inputs for place in stages)
        return not used or self.last_use[self.pushed] < last

    def _waits(self, stages: list[Place], bands: list[int]) -> list[list[Wait]] | None:
        """What each stage waits for, as `planning.segments` makes it, with stages from 1 on: 0 is what is pushed."""
        made: dict[Tensor, tuple[int, int]] = {}
        waits: list[list[Wait]] = []
        for number, place in enumerate(stages, 1):
            spatial = place.spatial
            assert spatial is not None
            band, mine = bands[number - 1], []
            for tensor in place.inputs:
                if tensor is not self.pushed and tensor not in made:
                    continue
                stage, rows = made.get(tensor, (0, spatial.input_rows))
                if rows != spatial.input_rows:
                    return None
                producer = stages[stage - 1] if stage else None
                if producer and producer.accumulates and producer.spatial is not None:
                    total = producer.spatial.output_rows
                    mine.append((stage, 0, total, total, 1))
                else:
                    need = window_need(stage, spatial, band)
                    mine.append((need.stage, need.stride, need.constant, need.rows, need.divisor))
            waits.append(mine)
            rows_out = 1 if place.accumulates else spatial.output_rows
            made.update(dict.fromkeys(place.outputs, (number, rows_out)))
        return waits


class _Rows:
    """First and last tick of every row of the tensors of a segment."""

    def __init__(self, ticks: int, in_place: Mapping[Tensor, Tensor]) -> None:
        self.ticks = ticks
        self.in_place = in_place
        self.spans: dict[Tensor, tuple[Array, Array]] = {}
        self.bands: dict[Tensor, int] = {}

    def write(self, place: Place, band: int, ticks: Array) -> None:
        assert place.spatial is not None
        for output in place.outputs:
            tensor = storage_of(self.in_place, output)
            if place.accumulates:
                made = ticks[-1:]
            else:
                made = ticks[np.arange(place.spatial.output_rows) // band]
            start, end = self.spans.get(tensor, (made, made))  # where an operand lies already
            self.spans[tensor] = (np.minimum(start, made), np.maximum(end, made))
            self.bands[tensor] = lcm(self.bands.get(tensor, 1), 1 if place.accumulates else band)

    def read(self, place: Place, band: int, ticks: Array) -> None:
        spatial = place.spatial
        assert spatial is not None
        firsts = np.arange(len(ticks)) * band
        ends = np.minimum(firsts + band, spatial.output_rows)
        low = -((spatial.pad_top - firsts * spatial.stride) // spatial.upscale)
        reach = (spatial.kernel - 1) * spatial.dilation - spatial.pad_top
        high = ((ends - 1) * spatial.stride + reach) // spatial.upscale + 1
        rows = np.arange(spatial.input_rows)
        number = np.searchsorted(low, rows, side="right") - 1
        is_read = (number >= 0) & (rows < high[np.maximum(number, 0)])
        last = np.where(is_read, ticks[np.maximum(number, 0)], 0)
        for tensor in (storage_of(self.in_place, x) for x in place.inputs):
            if tensor not in self.spans:
                self.spans[tensor] = (np.zeros_like(rows), last)
            else:
                start, end = self.spans[tensor]
                self.spans[tensor] = (start, np.maximum(end, last))


def _ring(first: Array, last: Array, band: int, ticks: int) -> Array:
    """The rows of a ring at each tick: all of its slots, a multiple of `band`, where any of its rows lives, which do
    from `first` to `last`. What is free in a ring moves round in it, so that little else can lie there."""
    gone = np.searchsorted(np.maximum.accumulate(last), first)
    slots = int((np.arange(len(first)) + 1 - gone).max(initial=0))
    slots = min(-(-slots // band) * band, len(first))
    change = np.zeros(ticks + 1, np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last + 1, -1)
    return np.where(change.cumsum()[:-1] > 0, slots, 0)


def _most(first: Array, last: Array, ticks: int) -> int:
    """The most rows that live at once."""
    change = np.zeros(ticks + 1, np.int64)
    np.add.at(change, first, 1)
    np.add.at(change, last + 1, -1)
    return int(change.cumsum().max())
