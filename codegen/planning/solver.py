"""Places items in one arena: `solve` gives offsets, the bytes they need, and a lower bound.

Sources: greedy orders by size and by breadth from Pisarchyk and Lee, "Efficient Memory Management for Deep Neural
Net Inference" (2020); best fit over a placement order from Sekiyama et al., "Profile-guided memory optimization for
deep neural networks" (2018); squeaky wheel optimization from Joslin and Clements, JAIR 10 (1999).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle

import numpy as np

from .exact import search
from .extents import extent_bound
from .model import Item, Overlap, Placement
from .problem import Problem

STEPS_PER_ITEM = 6_000
"""Work of the improvement, in pairs looked at; counted, never timed, so that every machine stops at the same plan."""
MOST_STEPS = 1_500_000
ROUNDS = 120
"""Placements tried from one order before the next order is taken."""


def solve(items: Sequence[Item], overlaps: Sequence[Overlap] = (), most_steps: int = MOST_STEPS) -> Placement:
    """Offsets (bytes) for `items`, none of whose live rectangles share a byte at a tick, but for those of `overlaps`.
    Deterministic.

    Stops as soon as the lower bound is reached. Raises ValueError for an item that contradicts itself.
    """
    for item in items:
        _check(item)
    problem = Problem.of(items, overlaps)
    solver = _Solver(problem, most_steps)
    solution = solver.run()
    return Placement(tuple(solution), problem.height(solution), solver.problem.bound)


def _check(item: Item) -> None:
    outside = any(r.offset < 0 or r.bytes < 0 or r.offset + r.bytes > item.bytes or r.first > r.last for r in item.live)
    if item.bytes < 0 or item.alignment < 1 or outside:
        msg = f"item {item.name!r} of {item.bytes} bytes, alignment {item.alignment}, has impossible live {item.live}"
        raise ValueError(msg)


# ----------------------------------------------------------------------------------------------------- search
Key = Callable[[int], tuple[int, ...]]


@dataclass(slots=True)
class _Solver:
    """First and best fit over several orders, squeaky wheels, then an exact search.

    `steps` counts the pairs of items looked at.
    """

    problem: Problem
    most_steps: int = MOST_STEPS
    steps: int = 0
    best: list[int] = field(default_factory=list)
    best_height: int = -1

    def run(self) -> list[int]:
        for order in self._orders():
            for best_fit in (False, True):
                if self._done():
                    return self.best
                self._keep(self._fill(order, best_fit=best_fit))
        if not self._done():
            self.problem = replace(self.problem, bound=max(self.problem.bound, extent_bound(self.problem)))
        if not self._done():
            self._squeak(min(STEPS_PER_ITEM * len(self.best), self.most_steps))
        if not self._done() and self.problem.solid:
            found = search(self.problem, self.best_height)
            if found is not None:
                self._keep(found)
        return self.best

    def _done(self) -> bool:
        return 0 <= self.best_height <= self.problem.bound

    def _keep(self, offsets: list[int]) -> None:
        height = self.problem.height(offsets)
        if self.best_height < 0 or height < self.best_height:
            self.best, self.best_height = offsets, height

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
        rows = [(i, r.bytes, r.first, r.last) for i, item in enumerate(self.problem.items) for r in item.live]
        item, size, first, last = np.array(rows, np.int64).reshape(-1, 4).T
        ticks = np.unique(np.concatenate((first, last + 1)))
        begin, end = np.searchsorted(ticks, first), np.searchsorted(ticks, last + 1)
        change = np.zeros(len(ticks), np.int64)
        np.add.at(change, begin, size)
        np.add.at(change, end, -size)
        rank = np.empty(len(ticks), np.int64)
        rank[np.argsort(-np.cumsum(change), kind="stable")] = np.arange(len(ticks))
        found = np.full(len(self.problem.items), len(ticks), np.int64)
        for i, a, b in zip(item.tolist(), begin.tolist(), end.tolist(), strict=True):
            found[i] = min(found[i], rank[a:b].min())
        return [int(x) for x in found]

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

    def _squeak(self, budget: int) -> None:
        """Squeaky wheel optimization: whatever ends above the bound is placed earlier next time.

        How much earlier is a number of a fixed generator (Knuth's MMIX), so the result is the same everywhere.
        """
        problem, count = self.problem, len(self.best)
        limit, state = self.steps + budget, 1
        for order in cycle(list(self._orders())):
            rank = {i: ROUNDS * place for place, i in enumerate(order)}
            for number in range(ROUNDS):
                if self._done() or self.steps >= limit:
                    return
                offsets = self._fill(sorted(rank, key=lambda i: (rank[i], i)), best_fit=number % 2 == 1)
                self._keep(offsets)
                for i, at in enumerate(offsets):
                    if at + problem.sizes[i] > problem.bound:
                        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
                        rank[i] -= (ROUNDS // 20 * count) + (state >> 40) * (ROUNDS * 3 // 10 * count) // 2**24
