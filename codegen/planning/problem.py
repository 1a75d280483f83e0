"""The solver's view of its items: sizes, who bars whom from which offsets, and a lower bound.

Everything rests on one table: for two items that live together, the differences of their offsets at which some of
their live rectangles would share a byte at a tick. Rings, staircases and overlaps are only other differences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import gcd

from .model import Item, Live

Neighbour = tuple[int, int, int]
"""(other, low, high): this item's offset less the other's must not lie in the open interval (low, high)."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What the search needs of the items: sizes (bytes), alignments, who bars whom, and the lower bound.

    `solid`: every rectangle is as high as its item, so that two items that live together lie one above the other.
    """

    items: Sequence[Item]
    sizes: tuple[int, ...]
    alignments: tuple[int, ...]
    neighbours: tuple[tuple[Neighbour, ...], ...]
    bound: int
    solid: bool

    @classmethod
    def of(cls, items: Sequence[Item]) -> Problem:
        solid = all(r.offset == 0 and r.bytes == item.bytes for item in items for r in item.live if r.bytes)
        return cls(
            items,
            tuple(item.bytes for item in items),
            tuple(item.alignment for item in items),
            _neighbours(items),
            lower_bound(items),
            solid,
        )

    def height(self, offsets: Sequence[int]) -> int:
        """Bytes up to the end of the highest item."""
        return max((at + size for at, size in zip(offsets, self.sizes, strict=True)), default=0)


def _neighbours(items: Sequence[Item]) -> tuple[tuple[Neighbour, ...], ...]:
    barred: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    active: list[tuple[int, Live]] = []
    rectangles = ((i, r) for i, item in enumerate(items) for r in item.live if r.bytes)
    for i, r in sorted(rectangles, key=lambda pair: (pair[1].first, pair[0])):
        active = [(j, other) for j, other in active if other.last >= r.first]
        for j, other in active:
            if i != j:
                low, high = other.offset - r.offset - r.bytes, other.offset + other.bytes - r.offset
                barred[i, j].add((low, high))
                barred[j, i].add((-high, -low))
        active.append((i, r))
    lists: list[list[Neighbour]] = [[] for _ in items]
    for (i, j), intervals in sorted(barred.items()):
        lists[i] += [(j, low, high) for low, high in _merged(intervals)]
    return tuple(tuple(entries) for entries in lists)


def _merged(intervals: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Open intervals united; two that only touch stay apart, the point between them is free.

    >>> list(_merged([(0, 4), (4, 6), (5, 9)]))
    [(0, 4), (4, 9)]
    """
    ordered = sorted(intervals)
    low, high = ordered[0]
    for next_low, next_high in ordered[1:]:
        if next_low >= high:
            yield low, high
            low, high = next_low, next_high
        high = max(high, next_high)
    yield low, high


# ------------------------------------------------------------------------------------------------ lower bound
def lower_bound(items: Sequence[Item]) -> int:
    """Bytes that no placement can go below: the largest sum of live bytes at a tick.

    Where every start at a tick is a multiple of g, all parts but the highest one also fill up to a multiple of g.
    """
    starts = sorted({r.first for item in items for r in item.live if r.bytes})
    opening: dict[int, list[tuple[int, Live]]] = defaultdict(list)
    for i, item in enumerate(items):
        for r in item.live:
            if r.bytes:
                opening[r.first].append((i, r))
    active: list[tuple[int, Live]] = []
    best = 0
    for tick in starts:
        active = [pair for pair in active if pair[1].last >= tick] + opening[tick]
        best = max(best, _bytes_at_once(items, active))
    return best


def _bytes_at_once(items: Sequence[Item], active: Sequence[tuple[int, Live]]) -> int:
    by_item: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i, r in active:
        by_item[i].append((r.offset, r.offset + r.bytes))
    runs = [run for i in sorted(by_item) for run in _runs(by_item[i])]
    unit = gcd(*(items[i].alignment for i in by_item), *(start for start, _ in runs))
    lengths = [end - start for start, end in runs]
    waste = [-length % unit for length in lengths]
    return sum(lengths) + sum(waste) - max(waste, default=0)


def _runs(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Closed-open spans united where they meet or overlap."""
    if len(spans) == 1:
        return spans
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
