"""A bounded exact search for solid items: every rectangle as high as its item, in one or several intervals of ticks.

Any placement can be pushed down until every item lies on another one or on the ground. Such placements come out
of placing items in order of their offsets, each on the highest item below it; the search goes through those orders.
It leaves a branch when some tick has too little room left, or when an item that waits would fit below the next one
(the two rules that carry MiniMalloc: Moffitt, "MiniMalloc: A Lightweight Memory Allocator for
Hardware-Accelerated Machine Learning", 2023).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .problem import Problem

MOST_ITEMS = 40
MOST_NODES_BY_ITEMS = 60_000
"""Branches looked at, times the number of items; counted, so that every machine stops at the same place."""


def search(problem: Problem, height: int) -> list[int] | None:
    """Offsets (bytes) of a placement lower than `height`, the best one found; None where none was.

    Tries the lower bound itself first, which prunes most, then any improvement. Wants a `solid` problem.
    """
    count = len(problem.sizes)
    if not 0 < count <= MOST_ITEMS:
        return None
    left = MOST_NODES_BY_ITEMS // count
    found, target = None, problem.bound
    while target >= problem.bound and left > 0:
        attempt = _Search(problem, target, left)
        trial = attempt.run()
        left -= attempt.nodes
        if trial is not None:
            found = trial
            target = problem.height(found) - 1
        elif target == problem.bound and found is None and height - 1 > target:
            target = height - 1
        else:
            break
    return found


@dataclass(slots=True)
class _Search:
    """One decision: is there a placement of at most `target` bytes? `floor` is where an item would lie next."""

    problem: Problem
    target: int
    most_nodes: int
    nodes: int = 0
    offsets: list[int] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    ticks_of: list[list[int]] = field(default_factory=list)
    """For each item the places, in the list of ticks at which something begins, where it lives."""
    top: list[int] = field(default_factory=list)
    """Per such tick the end of the highest item placed."""
    waiting: list[int] = field(default_factory=list)
    """Per such tick the bytes still to be placed."""

    def run(self) -> list[int] | None:
        items, sizes = self.problem.items, self.problem.sizes
        starts = sorted({r.first for item in items for r in item.live if r.bytes})
        self.ticks_of = [
            [t for t, tick in enumerate(starts) if any(r.bytes and r.first <= tick <= r.last for r in item.live)]
            for item in items
        ]
        self.top, self.waiting = [0] * len(starts), [0] * len(starts)
        for size, ticks in zip(sizes, self.ticks_of, strict=True):
            for t in ticks:
                self.waiting[t] += size
        self.offsets, self.floor = [-1] * len(items), [0] * len(items)
        return self.offsets if self._place_next(0, -1) else None

    def _place_next(self, lowest: int, last: int) -> bool:
        """Places the items that wait at offsets from `lowest` on (`last` is the item that lies there)."""
        self.nodes += 1
        sizes = self.problem.sizes
        waiting = [i for i, at in enumerate(self.offsets) if at < 0]
        if not waiting:
            return True
        if self.nodes > self.most_nodes or self._is_hopeless(lowest):
            return False
        ceiling = min(self.floor[i] + max(sizes[i], 1) for i in waiting)
        ready = [i for i in waiting if lowest <= self.floor[i] < ceiling and (self.floor[i] > lowest or i > last)]
        for i in sorted(ready, key=lambda i: (self.floor[i], -sizes[i] * len(self.ticks_of[i]), i)):
            if self._try(i):
                return True
        return False

    def _is_hopeless(self, lowest: int) -> bool:
        return any(
            more and max(top, lowest) + more > self.target for top, more in zip(self.top, self.waiting, strict=True)
        )

    def _try(self, i: int) -> bool:
        problem, at, size = self.problem, self.floor[i], self.problem.sizes[i]
        floors = {j: self.floor[j] for j, _, _ in problem.neighbours[i] if self.offsets[j] < 0}
        tops = {t: self.top[t] for t in self.ticks_of[i]}
        self.offsets[i] = at
        for j in floors:
            alignment = problem.alignments[j]
            self.floor[j] = max(self.floor[j], -(-(at + size) // alignment) * alignment)
        for t in tops:
            self.top[t] = at + size
            self.waiting[t] -= size
        if at + size <= self.target and self._place_next(at, i):
            return True
        for t, top in tops.items():
            self.top[t] = top
            self.waiting[t] += size
        for j, low in floors.items():
            self.floor[j] = low
        self.offsets[i] = -1
        return False
