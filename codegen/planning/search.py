"""Which operators to stream: cuts into segments by dynamic programming, as cheap as possible within a number of bytes.

A choice costs the calls that it makes beyond one an operator. Its bytes are the most that live at once in any of its
segments; how near the solver comes to them is seen when a choice is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from ..errors import CodegenError, Location
from .costs import streamed_cost, whole_cost
from .lifetimes import make_demands
from .overlap import overlaps
from .schedule import Stream, make_schedule
from .solver import solve
from .trial import LEVELS, Trials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Graph
    from ..target import Target
    from .trial import Place

SHARE = 0.02
"""What `balanced` may cost more than `speed`."""
ROOM = (100, 105, 115, 130)
"""In which per cent of the fewest bytes cheaper choices are tried too: the solver may do better with them."""
TRIAL_STEPS = 20_000
"""Of the solver, for a choice that is only judged."""
TRIES = 12
"""How often a limit is lowered, because the solver did not reach it."""
STEPS = 12
"""Halvings of the interval in which the fewest bytes are sought."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Segments, the most bytes that live at once, and the instructions beyond those of whole tensors."""

    streams: tuple[Stream, ...]
    bytes: int
    cost: int


@dataclass(slots=True, eq=False)
class Search:
    """All choices of one graph; what was tried is remembered."""

    trials: Trials
    _costs: dict[tuple[int, int], int] = field(default_factory=dict)
    _ends: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    @property
    def places(self) -> tuple[Place, ...]:
        return self.trials.places

    def base_cost(self) -> int:
        """Estimated instructions of whole tensors."""
        return sum(whole_cost(p.whole, p.operator, self.trials.target) for p in self.places if p.whole is not None)

    def whole(self) -> Choice:
        """Nothing streamed."""
        peaks = [self.trials.peak(k, k + 1, 0) or 0 for k in range(len(self.places))]
        return Choice((), max(peaks, default=0), 0)

    def cheapest(self, limit: int, least_level: int = 1, most_cost: float = inf) -> Choice | None:
        """The cheapest choice of at most `limit` bytes; None where there is none. Segments are of `least_level` or
        a higher one. `most_cost`: what no choice may cost more than."""
        count = len(self.places)
        cost = [0.0, *[inf] * count]
        back: list[tuple[int, int]] = [(0, 0)] * (count + 1)
        for last in range(1, count + 1):
            for first, level, extra in self._segments(last):
                is_lean = level == 0 or level >= least_level
                is_better = is_lean and cost[first] + extra < min(cost[last], most_cost + 1)
                if is_better and self._fits(first, last, level, limit):
                    cost[last], back[last] = cost[first] + extra, (first, level)
        if cost[count] == inf:
            return None
        streams, most, last = [], 0, count
        while last > 0:
            first, level = back[last]
            most = max(most, self.trials.peak(first, last, level) or 0)
            if level:
                parts = self.places[first:last]
                bands = tuple(0 if place.is_view else place.band(level) for place in parts)
                takes = self.trials.pushed is not None and any(self.trials.pushed in place.inputs for place in parts)
                streams.append(Stream(first, bands, takes))
            last = first
        return Choice(tuple(reversed(streams)), most, int(cost[count]))

    def smallest(self, most_cost: float) -> Choice:
        """The choice of the fewest bytes that costs at most `most_cost` instructions more than whole tensors."""
        best = self.whole()
        if self.trials.pushed is not None:
            best = self.cheapest(sum(t.bytes for t in self.trials.first_use) * 4) or best
        low, high = 0, best.bytes
        for _ in range(STEPS):
            if high - low <= high // 100:
                break
            middle = (low + high) // 2
            found = self.cheapest(middle, most_cost=most_cost)
            if found is None:
                low = middle
            else:
                best, high = found, found.bytes
        return best

    def curve(self) -> Iterator[Choice]:
        """From whole tensors down: each the cheapest choice that needs at most 95 % of the bytes of the one before."""
        choice: Choice | None = self.whole() if self.trials.pushed is None else self.smallest(0)
        while choice is not None:
            yield choice
            choice = self.cheapest(choice.bytes * 95 // 100 if choice.bytes > 1 else 0)

    # ---------------------------------------------------------------------------------------------- candidates
    def _segments(self, last: int) -> list[tuple[int, int, int]]:
        """(first, level, cost) of everything that may end with operator `last` - 1; level 0 is one operator whole."""
        if last not in self._ends:
            self._ends[last] = list(self._ending(last))
        return self._ends[last]

    def _ending(self, last: int) -> Iterator[tuple[int, int, int]]:
        yield last - 1, 0, 0
        if self.places[last - 1].is_view:
            return
        costs = [0] * len(LEVELS)
        differ = [True] + [False] * (len(LEVELS) - 1)
        for first in range(last - 1, -1, -1):
            place = self.places[first]
            if place.kernel is None and not place.is_view:
                return
            bands = [0 if place.is_view else place.band(k) for k in range(1, len(LEVELS) + 1)]
            for k in range(len(LEVELS)):
                costs[k] += self._place_cost(first, k + 1)
                differ[k] = differ[k] or bands[k] != bands[k - 1]
                if differ[k] and not place.is_view:
                    yield first, k + 1, costs[k]

    def _place_cost(self, number: int, level: int) -> int:
        place = self.places[number]
        if place.kernel is None or place.spatial is None or place.whole is None:
            return 0
        key = (number, place.band(level))
        if key not in self._costs:
            op, target = place.operator, self.trials.target
            streamed = streamed_cost(place.kernel, op, target, place.spatial.output_rows, key[1])
            self._costs[key] = max(0, streamed - whole_cost(place.whole, op, target))
        return self._costs[key]

    def _fits(self, first: int, last: int, level: int, limit: int) -> bool:
        if level and self.trials.least(first, last) > limit:
            return False
        peak = self.trials.peak(first, last, level)
        return peak is not None and peak <= limit


def choose_streams(
    graph: Graph, target: Target, limit: int | None = None, *, input_rows: bool = False
) -> tuple[Stream, ...]:
    """The segments for what `target.optimize` wants, in at most `limit` bytes if that can be reached.

    Without a limit, `speed` and `size` stream only what the board's RAM makes necessary. `input_rows`: the caller
    pushes the rows of the input, or CodegenError says why that cannot be.
    """
    if input_rows:
        check_pushable(graph, target)
    trials = Trials.of(graph, target, pushed=input_rows)
    if trials is None or not any(place.kernel for place in trials.places):
        return ()
    search = Search(trials)
    whole = search.whole()
    room = max((region.usable for region in target.board.arena_regions), default=whole.bytes)
    limit = room if limit is None else min(limit, room)
    if input_rows and target.optimize in ("speed", "size"):
        return _within(search, limit).streams
    if target.optimize in ("speed", "size"):
        if whole.bytes <= limit * 9 // 10 or arena_bytes(graph, target, whole) <= limit:
            return ()
        return _within(search, limit).streams
    most_cost = inf if target.optimize == "ram" else SHARE * search.base_cost()
    chosen, size = _packed(search, search.smallest(most_cost), most_cost)
    return chosen.streams if size <= limit else _within(search, limit).streams


@dataclass(frozen=True, slots=True)
class Point:
    """One way to trade time for memory: arena bytes, estimated instructions, and the operators (first and last index)
    of each segment."""

    bytes: int
    instructions: int
    segments: tuple[tuple[int, int], ...]


def tradeoff(graph: Graph, target: Target) -> tuple[Point, ...]:
    """From whole tensors down: every point has fewer bytes than the one before, and more instructions."""
    trials = Trials.of(graph, target)
    if trials is None:
        return ()
    search = Search(trials)
    points: list[Point] = []
    for choice in search.curve():
        size = arena_bytes(graph, target, choice)
        if not points or size < points[-1].bytes:
            parts = [[p.operator.index for p in trials.places[s.first : s.last]] for s in choice.streams]
            spans = tuple((part[0], part[-1]) for part in parts)
            points.append(Point(size, search.base_cost() + choice.cost, spans))
    return tuple(points)


def check_pushable(graph: Graph, target: Target) -> None:
    """CodegenError where the caller cannot push the input row by row: the sentence says why."""
    main = graph.main
    where, found = Location(graph.file), ""
    first = next((op for op in main.operators if main.inputs and main.inputs[0] in op.inputs), None)
    trials = Trials.of(graph, target, pushed=True) if first is not None else None
    if len(main.inputs) != 1:
        found = f"the model has {len(main.inputs)} inputs, and rows of one only can be pushed"
    elif main.inputs[0] in (*main.outputs, *graph.keep):
        found = "the input is an output too, and must be there as a whole"
    elif first is None or trials is None:
        found = "the model has control flow, several signatures, or nothing that reads the input"
    else:
        readers = [place for place in trials.places if trials.pushed in place.inputs]
        poor = next((place.operator for place in readers if place.kernel is None and not place.is_view), None)
        if poor is not None:
            where = Location(graph.file, None, poor.index, poor.type, poor.name)
            found = "this operator reads the input, and cannot be computed from some of its rows at a time"
        elif Search(trials).cheapest(sum(t.bytes for t in trials.first_use) * 4) is None:
            found = "the operators that read the input cannot be executed together row by row"
    if found:
        raise CodegenError.at(where, f"--input-rows: {found}", "leave --input-rows out: fill the input as a whole")


def arena_bytes(graph: Graph, target: Target, choice: Choice) -> int:
    """The bytes that the solver gives `choice`."""
    schedule = make_schedule(graph, target, streams=choice.streams)
    demands = tuple(demand for demand in make_demands(schedule) if demand.kind != "state")
    return solve([demand.item for demand in demands], overlaps(schedule, demands), most_steps=TRIAL_STEPS).bytes


def _packed(search: Search, first: Choice, most_cost: float) -> tuple[Choice, int]:
    """Of `first` and of some that live in more bytes, the one that the solver gives the fewest, with these bytes.

    A choice cannot become smaller than its bytes: the search ends where these reach the best.
    """
    if not first.streams:
        return first, first.bytes
    graph, target = search.trials.graph, search.trials.target
    best, size = first, arena_bytes(graph, target, first)
    known = {first.streams}
    for percent in ROOM:
        for least_level in (1, len(LEVELS) - 1):
            limit = min(first.bytes * percent // 100, size - 1)
            found = search.cheapest(limit, least_level, most_cost)
            if found is None or found.streams in known:
                continue
            known.add(found.streams)
            bytes_ = arena_bytes(graph, target, found)
            if bytes_ < size:
                best, size = found, bytes_
    cheaper = search.cheapest(size)
    if cheaper is not None and cheaper.streams not in known and cheaper.cost < best.cost:
        bytes_ = arena_bytes(graph, target, cheaper)
        if bytes_ <= size:
            best, size = cheaper, bytes_
    return best, size


def _within(search: Search, limit: int) -> Choice:
    """The cheapest choice that the solver fits into `limit` bytes; where it finds none, the smallest."""
    graph, target = search.trials.graph, search.trials.target
    aim = limit
    for _ in range(TRIES):
        found = search.cheapest(aim)
        if found is None:
            break
        size = arena_bytes(graph, target, found)
        if size <= limit:
            return found
        aim = min(aim * 97 // 100, found.bytes - 1)
    return _packed(search, search.smallest(inf), inf)[0]
