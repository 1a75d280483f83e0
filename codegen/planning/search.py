"""Which operators to stream: cuts into segments by dynamic programming, as cheap as possible within a number of bytes.

A choice costs the calls that it makes beyond one an operator. Its bytes are the most that live at once in any of its
segments; how near the solver comes to them is seen when a choice is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from .costs import streamed_cost, whole_cost
from .schedule import Stream
from .trial import Trials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Graph
    from ..target import Target
    from .trial import Place

PIXELS = (128, 64, 32, 16, 1)
"""Pixels that a call computes at least: whole rows, as many as that takes."""
SHARE = 0.02
"""What `balanced` may cost more than `speed`."""
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

    def cheapest(self, limit: int) -> Choice | None:
        """The cheapest choice of at most `limit` bytes; None where there is none."""
        count = len(self.places)
        cost = [0.0, *[inf] * count]
        back: list[tuple[int, int]] = [(0, 0)] * (count + 1)
        for last in range(1, count + 1):
            for first, pixels, extra in self._segments(last):
                if cost[first] + extra < cost[last] and self._fits(first, last, pixels, limit):
                    cost[last], back[last] = cost[first] + extra, (first, pixels)
        if cost[count] == inf:
            return None
        streams, most, last = [], 0, count
        while last > 0:
            first, pixels = back[last]
            most = max(most, self.trials.peak(first, last, pixels) or 0)
            if pixels:
                bands = tuple(0 if place.is_view else place.band(pixels) for place in self.places[first:last])
                streams.append(Stream(first, bands))
            last = first
        return Choice(tuple(reversed(streams)), most, int(cost[count]))

    def smallest(self, most_cost: float) -> Choice:
        """The choice of the fewest bytes that costs at most `most_cost` instructions more than whole tensors."""
        best = self.whole()
        low, high = 0, best.bytes
        for _ in range(STEPS):
            if high - low <= 1:
                break
            middle = (low + high) // 2
            found = self.cheapest(middle)
            if found is None or found.cost > most_cost:
                low = middle
            else:
                best, high = found, found.bytes
        return best

    def curve(self) -> Iterator[Choice]:
        """From whole tensors down: each the cheapest choice that needs at most 98 % of the bytes of the one before."""
        choice: Choice | None = self.whole()
        while choice is not None:
            yield choice
            choice = self.cheapest(choice.bytes * 98 // 100 if choice.bytes > 1 else 0)

    # ---------------------------------------------------------------------------------------------- candidates
    def _segments(self, last: int) -> Iterator[tuple[int, int, int]]:
        """(first, pixels, cost) of everything that may end with operator `last` - 1; pixels 0 is one operator whole."""
        yield last - 1, 0, 0
        if self.places[last - 1].is_view:
            return
        for first in range(last - 1, -1, -1):
            place = self.places[first]
            if place.is_view:
                continue
            if place.kernel is None:
                return
            bands_before: tuple[int, ...] = ()
            for pixels in PIXELS:
                bands = tuple(p.band(pixels) for p in self.places[first:last] if not p.is_view)
                if bands != bands_before:
                    yield first, pixels, self._cost(first, last, pixels)
                bands_before = bands

    def _cost(self, first: int, last: int, pixels: int) -> int:
        return sum(self._place_cost(number, pixels) for number in range(first, last))

    def _place_cost(self, number: int, pixels: int) -> int:
        key = (number, pixels)
        if key not in self._costs:
            place = self.places[number]
            extra = 0
            if place.kernel is not None and place.spatial is not None and place.whole is not None:
                op, target, band = place.operator, self.trials.target, place.band(pixels)
                streamed = streamed_cost(place.kernel, op, target, place.spatial.output_rows, band)
                extra = max(0, streamed - whole_cost(place.whole, op, target))
            self._costs[key] = extra
        return self._costs[key]

    def _fits(self, first: int, last: int, pixels: int, limit: int) -> bool:
        if pixels and self.trials.least(first, last, pixels) > limit:
            return False
        peak = self.trials.peak(first, last, pixels)
        return peak is not None and peak <= limit


def choose_streams(graph: Graph, target: Target) -> tuple[Stream, ...]:
    """The segments for what `target.optimize` wants."""
    if target.optimize in ("speed", "size"):
        return ()
    trials = Trials.of(graph, target)
    if trials is None or not any(place.kernel for place in trials.places):
        return ()
    search = Search(trials)
    return search.smallest(inf if target.optimize == "ram" else SHARE * search.base_cost()).streams
