"""A lower bound from whole items instead of single ticks: what tells rings apart that are never full at once.

Two items share at most so many bytes, whatever their offsets: none, where each difference of offsets at which their
extents meet is barred at some tick. Of any set of items the arena holds at least the sum of their sizes less what
every pair of them shares at most (Bonferroni). Every set gives a valid bound; a good one is sought.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..graph import Array
    from .problem import Problem

MOST_ITEMS = 400


def extent_bound(problem: Problem) -> int:
    """The bound; 0 where there are too many items to look for one."""
    count = len(problem.sizes)
    if not 0 < count <= MOST_ITEMS:
        return 0
    sizes = np.array(problem.sizes, np.int64)
    shared = np.minimum.outer(sizes, sizes)  # of items that never live together
    for i, near in enumerate(problem.neighbours):
        barred: dict[int, list[tuple[int, int]]] = {}
        for j, low, high in near:
            barred.setdefault(j, []).append((low, high))
        for j, intervals in barred.items():
            unit = gcd(problem.alignments[i], problem.alignments[j])
            shared[i, j] = _most_shared(problem.sizes[j], problem.sizes[i], unit, intervals)
    shared = np.minimum(shared, shared.T)
    np.fill_diagonal(shared, 0)
    return max(_best_set(sizes, shared, seed) for seed in range(count))


def _most_shared(below: int, above: int, unit: int, barred: Iterable[tuple[int, int]]) -> int:
    """The most bytes that [0, below) and [d, d + above) share, d a multiple of `unit` in none of the open intervals."""
    best = 0
    ordered = sorted(barred)
    # Free differences lie between the intervals; the most is shared at the one closest to where both fit together.
    begin = -above
    for low, high in [*ordered, (below, below)]:
        first, last = -(-begin // unit) * unit, low // unit * unit
        if first <= last:
            inner = min(max(min(0, below - above) if above > below else 0, first), last) // unit * unit
            for d in (first, last, inner, min(max(below - above, first), last) // unit * unit):
                if begin <= d <= low:
                    best = max(best, min(below, d + above) - max(0, d))
        begin = max(begin, high)
    return best


def _best_set(sizes: Array, shared: Array, seed: int) -> int:
    """The bound of a set around `seed`: items are added while they gain, and left out again where that gains."""
    inside = np.zeros(len(sizes), np.bool_)
    inside[seed] = True
    gain = sizes - shared[seed]
    while True:
        outside = np.where(inside, 0, gain)
        k = int(outside.argmax())
        loss = np.where(inside, gain, 1)
        worst = int(loss.argmin())
        if loss[worst] < 0:
            inside[worst] = False
            gain = gain + shared[worst]
        elif outside[k] > 0:
            inside[k] = True
            gain = gain - shared[k]
        else:
            break
    members = np.flatnonzero(inside)
    return int(sizes[members].sum() - shared[np.ix_(members, members)].sum() // 2)
