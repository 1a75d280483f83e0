"""Row by row: when each row of a tensor that a segment touches comes alive and dies, and the rings that follow."""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from .model import Live, Segment
from .segments import computed_inputs, needs_run, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..graph import Array, Tensor
    from .model import KernelCall, Schedule, Stage


@dataclass(slots=True, eq=False)
class RowLives:
    """Rows of a tensor: ticks at which each is first and last touched (-1: never). `ring`: the slots, where it is made
    and used within one segment; row y lies in slot y % ring."""

    rows: int
    row_bytes: int
    first: Array
    last: Array
    ring: int | None = None

    @property
    def bytes(self) -> int:
        return self.row_bytes * (self.ring or self.rows)

    def touch(self, rows: tuple[int, int], tick: int) -> None:
        """Rows [rows[0], rows[1]) are read or written at `tick`; ticks come in order."""
        part = slice(*rows)
        self.first[part] = np.where(self.first[part] < 0, tick, self.first[part])
        self.last[part] = np.maximum(self.last[part], tick)

    def fit_ring(self, band: int) -> None:
        """The fewest slots, a multiple of `band`, in which no row is overwritten before its last use."""
        slots = band
        while slots < self.rows and (self.last[:-slots] >= self.first[slots:])[self.first[slots:] >= 0].any():
            slots += band
        self.ring = min(slots, self.rows)

    def live(self) -> tuple[Live, ...]:
        """Rectangles: neighbouring rows that live alike are one, and so are times of one slot without a gap."""
        slots = self.ring or self.rows
        by_slot: list[list[tuple[int, int]]] = [[] for _ in range(slots)]
        for row in range(self.rows):
            first, last = int(self.first[row]), int(self.last[row])
            spans = by_slot[row % slots]
            if spans and spans[-1][1] + 1 >= first:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            elif first >= 0:
                spans.append((first, last))
        found: list[Live] = []
        open_: dict[tuple[int, int], int] = {}
        for slot in range(slots + 1):
            spans_here = set(by_slot[slot]) if slot < slots else set[tuple[int, int]]()
            for span in sorted(set(open_) - spans_here):
                start = open_.pop(span)
                found.append(Live(start * self.row_bytes, (slot - start) * self.row_bytes, *span))
            for span in spans_here - set(open_):
                open_[span] = slot
        return tuple(sorted(found, key=lambda r: (r.first, r.offset, r.last)))


def row_lives(schedule: Schedule) -> dict[Tensor, RowLives]:
    """For every tensor that a segment touches row by row (by its storage): its rows. Ticks are those of the schedule;
    inputs are there from tick 0 on, outputs and kept tensors to the last tick."""
    storage, main, end = schedule.storage, schedule.graph.main, max(len(schedule.calls) - 1, 0)
    segments = [node for node in schedule.body if isinstance(node, Segment)]
    lives: dict[Tensor, RowLives] = {}
    for tensor in (t for segment in segments for stage in segment.stages for t in _tensors(stage)):
        owner, rows = storage(tensor), max(rows_of(tensor), 1)
        none = np.full(rows, -1, np.int64)
        lives.setdefault(owner, RowLives(rows, owner.bytes // rows, none, none.copy()))
    where = {id(call): number for number, segment in enumerate(segments) for call in segment.calls}
    inside: dict[Tensor, set[int]] = {owner: set() for owner in lives}

    def touch_all(tensors: Iterable[Tensor], tick: int) -> None:
        for owner in lives.keys() & set(map(storage, tensors)):
            lives[owner].touch((0, lives[owner].rows), tick)
            inside[owner].add(-1)

    first_ticks = {id(segment.calls[0]): segment for segment in segments if segment.pushed is not None}
    touch_all((t for t in main.inputs if all(t is not segment.pushed for segment in segments)), 0)
    for tick, call in enumerate(schedule.calls):
        segment = first_ticks.get(id(call))
        if segment is not None and segment.pushed is not None:
            for row, arrival in enumerate(segment.arrivals):
                lives[segment.pushed].touch((row, row + 1), tick + arrival)
        for tensor in call.tensors:
            owner = storage(tensor)
            if owner in lives:
                inside[owner].add(where.get(id(call), -1))
                lives[owner].touch(_touched(call, tensor, lives[owner].rows), tick)
    touch_all((*main.outputs, *schedule.graph.keep), end)
    for owner, band in _ring_bands(segments, storage).items():
        if len(inside[owner]) == 1:
            lives[owner].fit_ring(band)
    return lives


def _tensors(stage: Stage) -> tuple[Tensor, ...]:
    return (*computed_inputs(stage.operator), stage.operator.output)


def _ring_bands(segments: Sequence[Segment], storage: Callable[[Tensor], Tensor]) -> dict[Tensor, int]:
    """What the slots of a ring must be a multiple of, so that no band goes round its end."""
    bands: dict[Tensor, int] = {}
    for segment in segments:
        if segment.pushed is not None:
            bands[segment.pushed] = 1
        for stage in segment.stages:
            made = storage(stage.operator.output)
            bands[made] = lcm(bands.get(made, 1), 1 if stage.kernel.accumulates else stage.band)
            for owner in map(storage, computed_inputs(stage.operator) if stage.in_runs else ()):
                if owner in bands:
                    bands[owner] = lcm(bands[owner], stage.band)
    stages = (stage for segment in segments for stage in segment.stages if needs_run(stage.operator, stage.kernel))
    straight = {storage(t) for stage in stages for t in computed_inputs(stage.operator)}
    return {owner: band for owner, band in bands.items() if owner not in straight}


def _touched(call: KernelCall, tensor: Tensor, rows: int) -> tuple[int, int]:
    band = call.writes if tensor in call.operator.outputs else call.reads
    # A view may have other rows than its storage.
    return (0, rows) if band is None or rows_of(tensor) not in (0, rows) else (band.first, min(band.last, rows))
