"""Trial segments: how many bytes live at once if operators [first, last) run as one segment, without making calls.

What `planning.rows` finds of a finished schedule is computed here in a fraction of a millisecond, in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from ..operators import choose_kernel, family_of
from .bands import bands_of
from .costs import streamed_cost
from .model import storage_of
from .overlap import Clock, barred
from .segments import computed_inputs, firing_order, progress, rows_of, streaming_kernel, window_need

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..graph import Array, Graph, Operator, Tensor
    from ..operators.family import Kernel, Spatial
    from ..target import Target
    from .segments import Wait


ANY = 1e9
LEVELS = ((0.002, ANY), (0.03, ANY), (inf, 40.0), (inf, 100.0), (0.1, ANY), (inf, ANY))
"""How the rows a call of an operator are chosen: they may cost a part more than the cheapest ones, and of those that do
the sum of instructions and of their bytes, at a price in instructions, is least."""
MOST_ROWS = 16
"""Up to here every number of rows is tried, beyond only multiples of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An operator of the main subgraph: how it is computed whole, and (`kernel` None: not) in a segment.

    `inputs` and `outputs` own their bytes. `bands` are the rows a call by level.
    """

    operator: Operator
    is_view: bool
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    whole: Kernel | None
    whole_scratch: int
    kernel: Kernel | None
    spatial: Spatial | None
    bands: tuple[int, ...]

    def band(self, level: int) -> int:
        """Rows a call at `level`, from 1 on: the greater, the fewer rows for more instructions."""
        return self.bands[level - 1]


@dataclass(slots=True, eq=False)
class Trials:
    """The operators of a graph without control flow, and what segments of them need."""

    graph: Graph
    target: Target
    places: tuple[Place, ...]
    first_use: dict[Tensor, int]
    last_use: dict[Tensor, int]
    pushed: Tensor | None = None
    """The input whose rows the caller pushes."""
    _peaks: dict[tuple[int, int, int], int | None] = field(default_factory=dict)
    _scratch: dict[tuple[int, int], int] = field(default_factory=dict)
    _least: dict[tuple[int, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: Graph, target: Target, *, pushed: bool = False) -> Trials | None:
        """None where the graph has control flow or several signatures: then every tensor is whole. `pushed`: the
        caller pushes the rows of the first input."""
        if len(graph.entries) > 1:
            return None
        views: dict[Tensor, Tensor] = {}
        places = []
        for op in graph.main.operators:
            if family_of(op).expand is not None:
                return None
            place = _place(graph, op, target, views)
            if place.is_view:
                views[op.output] = op.input()
            places.append(place)
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
        return cls(graph, target, tuple(places), kept, last, input_)

    # ------------------------------------------------------------------------------------------------- memory
    def peak(self, first: int, last: int, level: int) -> int | None:
        """The most bytes that live at once while operators [first, last) run; None where they cannot be a segment.

        `level` 0 is one operator computed whole.
        """
        key = (first, last, level)
        if key not in self._peaks:
            self._peaks[key] = self._whole(first) if not level else self._streamed(first, last, level)
        return self._peaks[key]

    def around(self, first: int, last: int) -> int:
        """Bytes of the tensors that live before, throughout and after operators [first, last), without being used."""
        used = {t for place in self.places[first:last] for t in (*place.inputs, *place.outputs)}
        return sum(
            t.bytes for t, p in self.first_use.items() if t not in used and p < last and self.last_use[t] >= first
        )

    def least(self, first: int, last: int) -> int:
        """Bytes that `peak` cannot be below at any level."""
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

    def _whole(self, position: int) -> int | None:
        place = self.places[position]
        if self.pushed is not None and self.pushed in place.inputs and not place.is_view:
            return None
        used = {t for t in (*place.inputs, *place.outputs) if t in self.first_use}
        saved = self._overlap(position) if len(place.outputs) == 1 and place.whole else 0
        return self.around(position, position + 1) + place.whole_scratch + sum(t.bytes for t in used) - saved

    def _overlap(self, position: int) -> int:
        """The most bytes that the output of an operator may share with an input that dies there."""
        place = self.places[position]
        op, output = place.operator, place.outputs[0]
        dying = [t for t in place.inputs if self.last_use[t] == position and t is not output]
        assert place.whole is not None
        geometry = family_of(op).spatial(op)
        access = place.whole.access(op, self.target, geometry.whole if geometry else None)
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

    def _streamed(self, first: int, last: int, level: int) -> int | None:
        stages = [place for place in self.places[first:last] if not place.is_view]
        waits = self._waits(stages, level)
        if waits is None or (self.pushed in self.first_use and not self._takes_pushed(stages, last)):
            return None
        bands = [place.band(level) for place in stages]
        rows = [place.spatial.output_rows for place in stages if place.spatial is not None]
        pushed_rows = max((wait[3] for mine in waits for wait in mine if wait[0] == 0), default=0)
        order = np.array(firing_order([pushed_rows, *rows], [1, *bands], [[], *waits]), np.int32) - 1
        is_call = order >= 0
        arrivals = np.minimum(np.cumsum(is_call)[~is_call], is_call.sum() - 1)
        order = order[is_call]
        ticks = [np.flatnonzero(order == k) for k in range(len(stages))]
        change = np.zeros(len(order) + 1, np.int64)
        lives = _Rows(len(order))
        for k, place in enumerate(stages):
            assert place.spatial is not None
            assert place.kernel is not None
            lives.read(place, bands[k], ticks[k])
            lives.write(place, bands[k], ticks[k])
            scratch = self.scratch(place, bands[k])
            if scratch and place.kernel.accumulates:
                change[ticks[k][0]] += scratch
                change[ticks[k][-1] + 1] -= scratch
            elif scratch:
                np.add.at(change, ticks[k], scratch)
                np.add.at(change, ticks[k] + 1, -scratch)
        for tensor, (start, end) in lives.spans.items():
            begins_before = self.first_use[tensor] < first or tensor in self.graph.main.inputs
            begins = np.zeros_like(start) if begins_before else start
            if tensor is self.pushed:  # rows that are never stored count at the end, where they do no harm
                begins = np.r_[arrivals, np.full(len(start) - len(arrivals), len(order) - 1)]
            ends_after = self.last_use[tensor] >= last
            size = tensor.bytes // len(start)
            np.add.at(change, begins, size)
            np.add.at(change, np.full_like(end, len(order)) if ends_after else end + 1, -size)
        return self.around(first, last) + int(change.cumsum().max())

    def scratch(self, place: Place, band: int) -> int:
        """Scratch bytes of a call of `band` rows."""
        key = (id(place), band)
        if key not in self._scratch:
            assert place.kernel is not None
            assert place.spatial is not None
            bands = bands_of(place.spatial.output_rows, band)
            chosen = {0, min(1, len(bands) - 1), len(bands) // 2, len(bands) - 1}
            self._scratch[key] = max(
                place.kernel.scratch_bytes(place.operator, self.target, bands[number]) for number in chosen
            )
        return self._scratch[key]

    def _takes_pushed(self, stages: list[Place], last: int) -> bool:
        """Whether the input that is pushed is used in this segment alone, or was before."""
        assert self.pushed is not None
        used = any(self.pushed in place.inputs for place in stages)
        return not used or self.last_use[self.pushed] < last

    def _waits(self, stages: list[Place], level: int) -> list[list[Wait]] | None:
        """What each stage waits for, as `planning.segments` makes it, with stages from 1 on: 0 is what is pushed."""
        made: dict[Tensor, tuple[int, int]] = {}
        waits: list[list[Wait]] = []
        for number, place in enumerate(stages, 1):
            spatial = place.spatial
            assert spatial is not None
            assert place.kernel is not None
            band, mine = place.band(level), []
            for tensor in place.inputs:
                if tensor is not self.pushed and tensor not in made:
                    continue
                stage, rows = made.get(tensor, (0, spatial.input_rows))
                if rows != spatial.input_rows:
                    return None
                producer = stages[stage - 1] if stage else None
                if producer and producer.kernel and producer.kernel.accumulates and producer.spatial is not None:
                    total = producer.spatial.output_rows
                    mine.append((stage, 0, total, total, 1))
                else:
                    need = window_need(stage, spatial, band)
                    mine.append((need.stage, need.stride, need.constant, need.rows, need.divisor))
            waits.append(mine)
            rows_out = 1 if place.kernel.accumulates else spatial.output_rows
            made.update(dict.fromkeys(place.outputs, (number, rows_out)))
        return waits


class _Rows:
    """First and last tick of every row of the tensors of a segment."""

    def __init__(self, ticks: int) -> None:
        self.ticks = ticks
        self.spans: dict[Tensor, tuple[Array, Array]] = {}

    def write(self, place: Place, band: int, ticks: Array) -> None:
        assert place.spatial is not None
        assert place.kernel is not None
        for tensor in place.outputs:
            if place.kernel.accumulates:
                made = ticks[-1:]
            else:
                made = ticks[np.arange(place.spatial.output_rows) // band]
            self.spans[tensor] = (made, made.copy())

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
        for tensor in place.inputs:
            if tensor not in self.spans:
                self.spans[tensor] = (np.zeros_like(rows), last)
            else:
                start, end = self.spans[tensor]
                self.spans[tensor] = (start, np.maximum(end, last))


def _place(graph: Graph, op: Operator, target: Target, views: Mapping[Tensor, Tensor]) -> Place:
    def owners(tensors: Iterable[Tensor | None]) -> tuple[Tensor, ...]:
        real = (storage_of(views, t) for t in tensors if t is not None)
        return tuple(dict.fromkeys(t for t in real if not t.is_constant and not t.is_variable))

    inputs, outputs = owners(op.inputs), owners(op.outputs)
    if family_of(op).is_view and not op.input().is_variable and not op.input().is_constant:
        return Place(op, True, inputs, (), None, 0, None, None, ())
    whole = choose_kernel(graph, op, target)
    geometry = family_of(op).spatial(op)
    band = geometry.whole if geometry else None
    kernel = streaming_kernel(op, target)
    spatial = progress(op, kernel) if kernel else None
    bands = _bands(kernel, op, target, spatial.output_rows) if kernel and spatial else ()
    known = kernel is not None and all(t in inputs for t in (storage_of(views, x) for x in computed_inputs(op)))
    scratch = whole.scratch_bytes(op, target, band)
    return Place(op, False, inputs, outputs, whole, scratch, kernel if known else None, spatial, bands)


def _bands(kernel: Kernel, op: Operator, target: Target, rows: int) -> tuple[int, ...]:
    """The rows a call for each of `LEVELS`."""
    choices = sorted({*range(1, min(rows, MOST_ROWS) + 1), *range(2 * MOST_ROWS, rows, MOST_ROWS), rows})
    costs = {band: streamed_cost(kernel, op, target, rows, band) for band in choices}
    least = min(costs.values())
    row_bytes = sum(tensor.bytes // max(rows_of(tensor), 1) for tensor in (*computed_inputs(op), op.output))

    def chosen(tolerance: float, price: float) -> int:
        fair: list[int] = [band for band in choices if costs[band] <= least * (1 + tolerance)]
        return min(fair, key=lambda band: float(costs[band] + price * band * row_bytes))

    return tuple(chosen(*level) for level in LEVELS)
