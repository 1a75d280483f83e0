"""Places items in one arena: `solve` gives offsets, the bytes they need, and a lower bound.

Sources: greedy orders by size and by breadth from Pisarchyk and Lee, "Efficient Memory Management for Deep Neural
Net Inference" (2020); best fit over a placement order from Sekiyama et al., "Profile-guided memory optimization for
deep neural networks" (2018); the idea of mending the order at the item that reaches highest from Arm's Vela.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from .exact import search
from .model import Item, Placement
from .problem import Problem

STEPS_PER_ITEM = 6_000
"""Work of the improvement, in pairs looked at; counted, never timed, so that every machine stops at the same plan."""
MOST_STEPS = 3_000_000


def solve(items: Sequence[Item]) -> Placement:
    """Offsets (bytes) for `items`, none of whose live rectangles share a byte at a tick. Deterministic.

    Stops as soon as the lower bound is reached. Raises ValueError for an item that contradicts itself.
    """
    for item in items:
        _check(item)
    problem = Problem.of(items)
    solution = _Solver(problem).run()
    return Placement(tuple(solution), problem.height(solution), problem.bound)


def _check(item: Item) -> None:
    outside = any(r.offset < 0 or r.bytes < 0 or r.offset + r.bytes > item.bytes or r.first > r.last for r in item.live)
    if item.bytes < 0 or item.alignment < 1 or outside:
        msg = f"item {item.name!r} of {item.bytes} bytes, alignment {item.alignment}, has impossible live {item.live}"
        raise ValueError(msg)


# ----------------------------------------------------------------------------------------------------- search
Key = Callable[[int], tuple[int, ...]]


@dataclass(slots=True)
class _Solver:
    """First and best fit over several orders, an exact search, then repair of the best order.

    `steps` counts the pairs of items looked at.
    """

    problem: Problem
    steps: int = 0
    best: list[int] = field(default_factory=list)
    best_order: list[int] = field(default_factory=list)
    best_height: int = -1

    def run(self) -> list[int]:
        for order in self._orders():
            for best_fit in (False, True):
                if self._done():
                    return self.best
                offsets = self._fill(order, best_fit=best_fit)
                # Placed from low to high, the same offsets come out of first fit: later repairs start from there.
                self._keep(offsets, sorted(order, key=offsets.__getitem__) if best_fit else order)
        if not self._done() and self.problem.solid:
            found = search(self.problem, self.best_height)
            if found is not None:
                self._keep(found, sorted(range(len(found)), key=found.__getitem__))
        if not self._done():
            self._repair(min(STEPS_PER_ITEM * len(self.best), MOST_STEPS))
        return self.best

    def _done(self) -> bool:
        return 0 <= self.best_height <= self.problem.bound

    def _keep(self, offsets: list[int], order: list[int]) -> None:
        height = self.problem.height(offsets)
        if self.best_height < 0 or height < self.best_height:
            self.best, self.best_order, self.best_height = list(offsets), list(order), height

    def _orders(self) -> Iterator[list[int]]:
        items, sizes = self.problem.items, self.problem.sizes
        span = [max((r.last for r in x.live), default=0) - min((r.first for r in x.live), default=0) + 1 for x in items]
        first = [min((r.first for r in item.live), default=0) for item in items]
        area = [sum(r.bytes * (r.last - r.first + 1) for r in item.live) for item in items]
        crowd = [sum(sizes[j] for j in {j for j, _, _ in near}) for near in self.problem.neighbours]
        breadth = self._breadth()
        keys: tuple[Key, ...] = (
            lambda i: (-sizes[i], first[i]),
            lambda i: (-area[i], first[i]),
            lambda i: (breadth[i], -sizes[i]),
            lambda i: (breadth[i], -span[i], -sizes[i]),
            lambda i: (-span[i], -sizes[i]),
            lambda i: (-crowd[i] - sizes[i], -sizes[i]),
            lambda i: (-crowd[i] * sizes[i], first[i]),
            lambda i: (first[i], -span[i]),
            lambda i: (-first[i], -span[i]),
        )
        for key in keys:
            yield sorted(range(len(items)), key=lambda i: (*key(i), i))

    def _breadth(self) -> list[int]:
        """For each item the rank of the fullest tick at which it lives."""
        items = self.problem.items
        change: dict[int, int] = defaultdict(int)
        for item in items:
            for r in item.live:
                change[r.first] += r.bytes
                change[r.last + 1] -= r.bytes
        ticks, level, levels = sorted(change), 0, {}
        for tick in ticks:
            level += change[tick]
            levels[tick] = level
        rank = [len(ticks)] * len(items)
        for place, tick in enumerate(sorted(ticks, key=lambda t: (-levels[t], t))):
            for i, item in enumerate(items):
                if rank[i] == len(ticks) and any(r.first <= tick <= r.last for r in item.live):
                    rank[i] = place
        return rank

    def _fill(self, order: Sequence[int], *, best_fit: bool) -> list[int]:
        offsets = [-1] * len(order)
        for i in order:
            offsets[i] = self._best_fit(i, offsets) if best_fit else self._first_fit(i, offsets)
        return offsets

    def _barred(self, i: int, offsets: Sequence[int]) -> list[tuple[int, int]]:
        near = self.problem.neighbours[i]
        self.steps += len(near) + 1
        found = [(at + low, at + high) for j, low, high in near if (at := offsets[j]) >= 0]
        found.sort()
        return found

    def _first_fit(self, i: int, offsets: Sequence[int]) -> int:
        """The lowest free offset of item `i` beside those that are placed (offset not negative)."""
        alignment, at = self.problem.alignments[i], 0
        for low, high in self._barred(i, offsets):
            if low >= at:
                break
            if high > at:
                at = -(-high // alignment) * alignment
        return at

    def _best_fit(self, i: int, offsets: Sequence[int]) -> int:
        """The free offset with the least room to spare; the lowest of several, the top where nothing else is free."""
        alignment, at = self.problem.alignments[i], 0
        found, least = -1, 0
        for low, high in self._barred(i, offsets):
            if low >= at and (found < 0 or low - at < least):
                found, least = at, low - at
            if high > at:
                at = -(-high // alignment) * alignment
        return at if found < 0 else found

    def _repair(self, budget: int) -> None:
        """Moves an item that reaches the top before an earlier one in the order, and keeps what is no worse.

        Now and then something slightly worse is taken, to leave a dead end. The numbers come from a fixed
        generator (Knuth's MMIX), so the result is the same everywhere.
        """
        sizes = self.problem.sizes
        order, offsets, height = list(self.best_order), list(self.best), self.best_height
        state, quiet = 1, 0
        limit = self.steps + budget
        while self.steps < limit and not self._done():
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            dice = state >> 24
            top = [i for i in order if offsets[i] + sizes[i] == height]
            item = top[dice % len(top)]
            place = order.index(item)
            near = [j for j, _, _ in self.problem.neighbours[item]]
            earlier = [p for p, i in enumerate(order[:place]) if i in near] if dice & 256 else range(place)
            if not earlier:
                earlier = range(place)
            target = earlier[(dice >> 9) % len(earlier)] if earlier else 0
            order.pop(place)
            order.insert(target, item)
            worst = height if (dice >> 20) % 32 else height + (height - self.problem.bound) // 2
            trial = self._refill(order, target, offsets, worst)
            if trial is None:
                order.pop(target)
                order.insert(place, item)
            else:
                offsets, height = trial, self.problem.height(trial)
                quiet = 0 if height < self.best_height else quiet
                self._keep(offsets, order)
            quiet += 1
            if quiet > 40 * len(order):
                order, offsets, height, quiet = list(self.best_order), list(self.best), self.best_height, 0

    def _refill(self, order: Sequence[int], start: int, offsets: Sequence[int], worst: int) -> list[int] | None:
        """First fit of `order` anew from place `start`; None as soon as an item ends above `worst`."""
        trial, sizes = list(offsets), self.problem.sizes
        for i in order[start:]:
            trial[i] = -1
        for i in order[start:]:
            trial[i] = self._first_fit(i, trial)
            if trial[i] + sizes[i] > worst:
                return None
        return trial
