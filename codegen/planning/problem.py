"""The solver's view of its items: sizes, who bars whom from which offsets, and a lower bound.

Everything rests on one table: for two items that live together, the differences of their offsets at which some of
their live rectangles would share a byte at a tick. Rings, staircases and overlaps are only other differences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import gcd

import numpy as np

from ..graph import Array
from .model import Item, Overlap

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
    def of(cls, items: Sequence[Item], overlaps: Sequence[Overlap] = ()) -> Problem:
        solid = all(r.offset == 0 and r.bytes == item.bytes for item in items for r in item.live if r.bytes)
        return cls(
            items,
            tuple(item.bytes for item in items),
            tuple(item.alignment for item in items),
            _neighbours(items, overlaps),
            lower_bound(items, overlaps),
            solid and not overlaps,
        )

    def height(self, offsets: Sequence[int]) -> int:
        """Bytes up to the end of the highest item."""
        return max((at + size for at, size in zip(offsets, self.sizes, strict=True)), default=0)


def _rectangles(items: Sequence[Item]) -> Array:
    """Rows (item, begin, end, first tick, last tick) of all live rectangles, in order of their first tick."""
    rows = [(i, r.offset, r.offset + r.bytes, r.first, r.last) for i, x in enumerate(items) for r in x.live if r.bytes]
    rows.sort(key=lambda row: (row[3], row[0]))
    return np.array(rows, np.int64).reshape(-1, 5)


def _neighbours(items: Sequence[Item], overlaps: Sequence[Overlap]) -> tuple[tuple[Neighbour, ...], ...]:
    item, begin, end, first, last = _rectangles(items).T
    ones, others = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    active = np.zeros(0, np.int64)
    for r in range(len(item)):
        active = active[last[active] >= first[r]]
        others.append(active[item[active] != item[r]])
        ones.append(np.full(len(others[-1]), r, np.int64))
        active = np.append(active, r)
    one, other = np.concatenate(ones), np.concatenate(others)
    low, high = begin[other] - end[one], end[other] - begin[one]
    i, j = item[one], item[other]
    excepted = {pair for o in overlaps for pair in ((o.dying, o.growing), (o.growing, o.dying))}
    if excepted:
        keys = np.array([a * len(items) + b for a, b in sorted(excepted)], np.int64)
        kept = ~np.isin(i * len(items) + j, keys)
        i, j, low, high = i[kept], j[kept], low[kept], high[kept]
    lists: list[list[Neighbour]] = [[] for _ in items]
    for entry in _united(np.r_[i, j], np.r_[j, i], np.r_[low, -high], np.r_[high, -low]).tolist():
        lists[entry[0]].append((entry[1], entry[2], entry[3]))
    for o in overlaps:
        lists[o.growing] += [(o.dying, a, b) for a, b in o.barred]
        lists[o.dying] += [(o.growing, -b, -a) for a, b in o.barred]
    return tuple(tuple(entries) for entries in lists)


def _united(i: Array, j: Array, low: Array, high: Array) -> Array:
    """Rows (i, j, low, high), the open intervals of each pair united; two that only touch stay apart, for the point
    between them is free.

    >>> pair = np.zeros(3, np.int64)
    >>> _united(pair, pair + 1, np.array([4, 0, 5]), np.array([6, 4, 9])).tolist()
    [[0, 1, 0, 4], [0, 1, 4, 9]]
    """
    if not len(i):
        return np.zeros((0, 4), np.int64)
    order = np.lexsort((low, j, i))
    i, j, low, high = i[order], j[order], low[order], high[order]
    is_new_pair = np.r_[True, (i[1:] != i[:-1]) | (j[1:] != j[:-1])]
    # Pairs far from each other on one axis, so that a running maximum stays within its pair.
    shift = np.cumsum(is_new_pair) * (2 * int(max(np.abs(low).max(), np.abs(high).max())) + 1)
    reached = np.maximum.accumulate(high + shift)
    begins = np.flatnonzero(is_new_pair | np.r_[True, (low + shift)[1:] >= reached[:-1]])
    ends = np.r_[begins[1:], len(i)] - 1
    return np.stack((i[begins], j[begins], low[begins], (reached - shift)[ends]), axis=1)


# ------------------------------------------------------------------------------------------------ lower bound
def lower_bound(items: Sequence[Item], overlaps: Sequence[Overlap] = ()) -> int:
    """Bytes that no placement can go below: the largest sum of live bytes at a tick, less what pairs of `overlaps` can
    share there.

    Where every start at a tick is a multiple of g, all parts but the highest one also fill up to a multiple of g.
    """
    item, begin, end, first, last = _rectangles(items).T
    shares = {(o.dying, o.growing): most_shared(items[o.dying], items[o.growing], o.barred) for o in overlaps}
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (dying, growing), share in shares.items():
        if share:
            pairs[dying].append((growing, share))
    most_waste = max((x.alignment for x in items), default=1) - 1
    best = 0
    starts = np.unique(first)
    sizes = end - begin
    # Fullest ticks first: the others cannot be more, whatever is wasted there.
    change = np.zeros(len(starts) + 1, np.int64)
    np.add.at(change, np.searchsorted(starts, first), sizes)
    np.add.at(change, np.searchsorted(starts, last, side="right"), -sizes)
    full = np.cumsum(change)[:-1]
    for k in np.argsort(-full, kind="stable"):
        live = np.flatnonzero((first <= starts[k]) & (last >= starts[k]))
        if full[k] + most_waste * len(live) <= best:
            if full[k] + most_waste * len(items) <= best:
                break
            continue
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for r in live.tolist():
            spans[int(item[r])].append((int(begin[r]), int(end[r])))
        best = max(best, _bytes_at_once(items, spans, pairs))
    return best


def most_shared(dying: Item, growing: Item, barred: Iterable[tuple[int, int]]) -> int:
    """The most bytes that both can occupy at offsets that they may have."""
    unit, a, b = gcd(dying.alignment, growing.alignment), dying.bytes, growing.bytes
    ends = [0, a - b, *(end for interval in barred for end in interval)]
    differences = {d for end in ends for d in (end // unit * unit, -(-end // unit) * unit)}
    free = [d for d in differences if not any(low < d < high for low, high in barred)]
    return max((max(min(a, d + b) - max(0, d), 0) for d in free), default=0)


def _bytes_at_once(
    items: Sequence[Item],
    spans: Mapping[int, list[tuple[int, int]]],
    pairs: Mapping[int, Sequence[tuple[int, int]]],
) -> int:
    """The fewest bytes that hold `spans` (item -> its live parts), where item d and items g of `pairs[d]` share."""
    by_item = {i: _runs(spans[i]) for i in sorted(spans)}
    runs = [run for parts in by_item.values() for run in parts]
    held = {i: sum(end - start for start, end in parts) for i, parts in by_item.items()}
    shared = {
        (dying, growing): min(share, held[dying], held[growing])
        for dying in by_item
        for growing, share in pairs.get(dying, ())
        if growing in held
    }
    unit = gcd(*(items[i].alignment for i in by_item), *(start for start, _ in runs))
    lengths = [end - start for start, end in runs]
    if shared:
        members = [i for pair in shared for i in pair]
        whole = all(len(by_item[i]) == 1 for i in members)
        if len(set(members)) < len(members) or min(shared.values()) < unit or not whole:
            return sum(lengths) - _most_saved(shared, held)
        # Each pair is one run: what fills up the one member fills up with it.
        lengths = [held[d] + held[g] - share for (d, g), share in shared.items()]
        lengths += [e - s for i, parts in by_item.items() if i not in members for s, e in parts]
    waste = [-length % unit for length in lengths]
    return sum(lengths) + sum(waste) - max(waste, default=0)


def _most_saved(shared: Mapping[tuple[int, int], int], held: Mapping[int, int]) -> int:
    """The most bytes that pairs can share together: items on either side lie beside each other."""
    sides: tuple[dict[int, int], dict[int, int]] = (defaultdict(int), defaultdict(int))
    for pair, share in shared.items():
        for side, i in zip(sides, pair, strict=True):
            side[i] += share
    return min(sum(min(held[i], share) for i, share in side.items()) for side in sides)


def _runs(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Closed-open spans united where they meet or overlap."""
    ordered = sorted(spans)
    if all(a[1] < b[0] for a, b in pairwise(ordered)):
        return ordered
    result: list[tuple[int, int]] = []
    for start, end in ordered:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
