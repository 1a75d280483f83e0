"""Which operators to stream: cuts into segments by dynamic programming, as cheap as possible within a number of bytes.

A choice costs the calls that it makes beyond one an operator. Its bytes are the most that live at once in any of its
segments; how near the solver comes to them is seen when a choice is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING

from ..errors import CodegenError, Location
from .choice import NOTHING, Choice
from .moves import bytes_with_moves
from .schedule import Stream
from .trial import Trials
from .ways import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..graph import Graph, Tensor
    from ..target import Target
    from .trial import Trial
    from .ways import Place

SHARE = {"balanced": 0.02, "ram": 0.25}
"""What an objective may cost more than whole tensors by kernels whose constants are as large as the weights. A number
of bytes that was asked for may cost anything."""
ROOM = (100, 105, 115, 130)
"""In which per cent of the fewest bytes cheaper choices are tried too: the solver may do better with them."""
TRIES = 12
"""How often a limit is lowered, because the solver did not reach it."""
REFINABLE = 2.0
"""How many times too dear a choice may be before its rows a call are refined."""
REFINEMENTS = 40_000
"""Calls of all segments that are tried to refine others."""
NEAR = 1.06
"""How far above a choice's bytes the solver may come to be near."""
LESSONS = 6
"""How often the solver's bytes are taken for those of a segment."""
STEPS = 12
"""Halvings of the interval in which the fewest bytes are sought."""


@dataclass(slots=True, eq=False)
class Search:
    """All choices of one graph; what was tried is remembered."""

    trials: Trials
    refinements: int = REFINEMENTS
    _ends: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _costs: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def places(self) -> tuple[Place, ...]:
        return self.trials.places

    def base_cost(self) -> int:
        """Estimated instructions of whole tensors."""
        return sum(place.base_cost for place in self.places)

    def allowance(self, objective: str) -> float:
        """Instructions beyond `base_cost` that `objective` may take: half of what larger constants save among them."""
        plain, base = sum(place.plain_cost for place in self.places), self.base_cost()
        return (1 + SHARE[objective]) * (plain + base) / 2 - base

    def whole(self) -> Choice:
        """Nothing streamed."""
        peaks = [found[1] for k in range(len(self.places)) if (found := self.trials.whole(k))]
        return Choice((), {}, max(peaks, default=0), 0)

    def cheapest(self, limit: int, least_level: int = 1, most_cost: float = inf) -> Choice | None:
        """The cheapest choice of at most `limit` bytes; None where there is none. Segments are of `least_level` or
        a higher one. `most_cost`: what no choice may cost more than."""
        count = len(self.places)
        reach = most_cost * REFINABLE
        cost = [0.0, *[inf] * count]
        back: list[tuple[int, Trial | None]] = [(0, None)] * (count + 1)
        for last in range(1, count + 1):
            for first, level in self._segments(last):
                room = min(cost[last] - 1, reach) - cost[first]
                if level and (level < least_level or self._least_cost(first, last, level) > room):
                    continue
                found = self._within(first, last, level, limit) if room >= 0 else None
                if found is not None and found[0] <= room:
                    cost[last], back[last] = cost[first] + found[0], (first, found[1])
        if cost[count] == inf:
            return None
        parts: list[tuple[int, Trial | None]] = []
        last = count
        while last > 0:
            parts.append(back[last])
            last = back[last][0]
        parts.reverse()
        if any(trial for _, trial in parts) and (cost[count] > most_cost or most_cost == inf):
            parts = [(first, self._refined(first, trial, limit) if trial else None) for first, trial in parts]
        chosen = self._choice(parts, limit)
        return replace(chosen, spare=most_cost - chosen.cost) if chosen.cost <= most_cost else None

    def _choice(self, parts: Sequence[tuple[int, Trial | None]], limit: int) -> Choice:
        """`parts` as segments, each with the fastest kernels that fit."""
        streams: list[Stream] = []
        kernels: dict[Tensor, str] = {}
        most = cost = 0
        for first, trial in parts:
            if trial is None:
                found = self.trials.whole(first, limit)
                assert found is not None
                way, bytes_ = found
                place = self.places[first]
                if way is not None and way is not place.whole[0]:
                    kernels[place.operator.outputs[0]] = way.kernel.name
                    cost += max(0, way.cost - place.base_cost)
                most = max(most, bytes_)
                continue
            within = trial.within(limit)
            assert within is not None
            cost += within[0]
            most = max(most, trial.rows)
            for place, beside, way in zip(trial.places, trial.beside, within[1], strict=True):
                if way is not None:
                    most = max(most, beside + (0 if place.accumulates else way.scratch))
                    kernels[place.operator.output] = way.kernel.name
            takes = self.trials.pushed is not None and any(self.trials.pushed in p.inputs for p in trial.places)
            streams.append(Stream(first, trial.bands, takes))
        return Choice(tuple(streams), kernels, most, cost)

    def smallest(self, most_cost: float) -> Choice:
        """The choice of the fewest bytes that costs at most `most_cost` instructions more than whole tensors."""
        best = replace(self.whole(), spare=most_cost)
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

    def learn(self, choice: Choice, size: int) -> bool:
        """The widest segment of `choice` needs `size` bytes, as the solver found; False where it has none."""
        trials = (self.trials.trial(stream.first, stream.bands) for stream in choice.streams)
        widest = max((trial for trial in trials if trial is not None), key=lambda trial: trial.bytes, default=None)
        if widest is not None:
            self.trials.correct(widest, size)
        return widest is not None

    def curve(self) -> list[Choice]:
        """From whole tensors down: each the cheapest choice that needs at most 95 % of the bytes of the one before,
        without those that one of fewer bytes is cheaper than."""
        choice: Choice | None = self.whole() if self.trials.pushed is None else self.smallest(0)
        found: list[Choice] = []
        while choice is not None:
            found = [*(one for one in found if one.cost < choice.cost or one is found[0]), choice]
            choice = self.cheapest(choice.bytes * 95 // 100 if choice.bytes > 1 else 0)
        return found

    # ---------------------------------------------------------------------------------------------- candidates
    def _segments(self, last: int) -> list[tuple[int, int]]:
        """(first, level) of everything that may end with operator `last` - 1; level 0 is one operator whole."""
        if last not in self._ends:
            self._ends[last] = list(self._ending(last))
        return self._ends[last]

    def _ending(self, last: int) -> Iterator[tuple[int, int]]:
        yield last - 1, 0
        if self.places[last - 1].is_view:
            return
        differ = [True] + [False] * (len(LEVELS) - 1)
        for first in range(last - 1, -1, -1):
            place = self.places[first]
            if place.kernel is None and not place.is_view:
                return
            for k in range(len(LEVELS)):
                differ[k] = differ[k] or place.bands[k] != place.bands[k - 1]
                if differ[k] and not place.is_view:
                    yield first, k + 1

    def _least_cost(self, first: int, last: int, level: int) -> int:
        """What operators [first, last) cost at `level` by their fastest kernels, beyond whole tensors."""
        if level not in self._costs:
            own = (0 if not p.kernels else max(0, p.ways(p.band(level))[0].cost - p.base_cost) for p in self.places)
            self._costs[level] = (0, *accumulate(own))
        return self._costs[level][last] - self._costs[level][first]

    def _within(self, first: int, last: int, level: int, limit: int) -> tuple[int, Trial | None] | None:
        """Cost and trial of operators [first, last) in `limit` bytes; None where they have no room."""
        if not level:
            found = self.trials.whole(first, limit)
            way = found[0] if found else None
            return found and (max(0, way.cost - self.places[first].base_cost) if way else 0, None)
        if self.trials.least(first, last) > limit or self.trials.waiting(first, last, level) > limit:
            return None
        trial = self.trials.level(first, last, level)
        if trial is None or trial.rows > limit:
            return None
        if trial.bytes <= limit:
            return trial.cost, trial
        within = trial.within(limit)
        return within and (within[0], trial)

    # ---------------------------------------------------------------------------------------------- refinement
    def _refined(self, first: int, trial: Trial, limit: int) -> Trial:
        """`trial` with other rows a call of one operator after the other, as long as that is cheaper in `limit` bytes.
        The calls of all trials are counted: a large network is not refined for long."""
        found = trial.within(limit)
        assert found is not None
        best, cost = trial, found[0]
        improved = True
        while improved:
            improved = False
            for k, place in enumerate(trial.places):
                if place.is_view:
                    continue
                for band in self._near(place, best.bands[k]):
                    bands = (*best.bands[:k], band, *best.bands[k + 1 :])
                    if self.refinements <= 0:
                        return best
                    self.refinements -= best.calls
                    other = self.trials.trial(first, bands)
                    within = other.within(limit) if other else None
                    if other is not None and within is not None and within[0] < cost:
                        best, cost, improved = other, within[0], True
        return best

    @staticmethod
    def _near(place: Place, band: int) -> list[int]:
        """Some more and some fewer rows a call."""
        choices = place.choices
        at = choices.index(band)
        numbers = dict.fromkeys((at + 1, at + 2, at + 3, at - 1, at - 2, 0, len(choices) - 1))
        return [choices[k] for k in numbers if 0 <= k < len(choices) and k != at]


def choose_streams(graph: Graph, target: Target, limit: int | None = None, *, input_rows: bool = False) -> Choice:
    """The segments and kernels for what `target.optimize` wants, in at most `limit` bytes if that can be reached.

    Without a limit, `speed` and `size` stream only what the board's RAM makes necessary, `balanced` and `ram` whatever
    saves memory within their share of instructions. `input_rows`: the caller pushes the rows of the input, or
    CodegenError says why that cannot be.
    """
    if input_rows:
        check_pushable(graph, target)
    trials = Trials.of(graph, target, pushed=input_rows)
    if trials is None or not any(place.kernel for place in trials.places):
        return NOTHING
    search = Search(trials)
    whole = search.whole()
    room = max((region.usable for region in target.board.arena_regions), default=whole.bytes)
    limit = room if limit is None else min(limit, room)
    if input_rows and target.optimize in ("speed", "size"):
        return _within(search, limit)
    if target.optimize in ("speed", "size"):
        if whole.bytes <= limit * 9 // 10 or arena_bytes(graph, target, whole) <= limit:
            return NOTHING
        return _within(search, limit)
    most_cost = search.allowance(target.optimize)
    chosen, size = _packed(search, search.smallest(most_cost), most_cost)
    return chosen if size <= limit else _within(search, limit)


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
    """The bytes that the solver gives `choice`, with moves."""
    return bytes_with_moves(*choice.schedule(graph, target), choice.spare)


def _packed(search: Search, first: Choice, most_cost: float) -> tuple[Choice, int]:
    """Of `first` and of some that live in more bytes, the one that the solver gives the fewest, with these bytes.

    Where the solver needs far more than a choice's bytes, its widest segment is known to need them, and the smallest
    choice is sought anew.
    """
    graph, target = search.trials.graph, search.trials.target
    best, size = first, arena_bytes(graph, target, first)
    tried, bytes_ = first, size
    for _ in range(LESSONS):
        if bytes_ <= tried.bytes * NEAR or not search.learn(tried, bytes_):
            break
        tried = search.smallest(most_cost)
        bytes_ = arena_bytes(graph, target, tried)
        if bytes_ < size:
            best, size, first = tried, bytes_, tried
    known = {first.key}
    for percent in ROOM:
        for least_level in (1, len(LEVELS) - 1):
            limit = min(first.bytes * percent // 100, size - 1)
            found = search.cheapest(limit, least_level, most_cost)
            if found is None or found.key in known:
                continue
            known.add(found.key)
            bytes_ = arena_bytes(graph, target, found)
            if bytes_ < size:
                best, size = found, bytes_
    cheaper = search.cheapest(size, most_cost=most_cost)
    if cheaper is not None and cheaper.key not in known and cheaper.cost < best.cost:
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
