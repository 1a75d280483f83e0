"""Placements in which every output lies over its dying input as closely as it may, for tests that run them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from codegen.planning.model import Item, Overlap, Placement
from codegen.planning.problem import Problem


def tight(items: Sequence[Item], overlaps: Sequence[Overlap] = (), most_steps: int = 0) -> Placement:
    """Every growing item at the edge of what is barred below its dying item, where nothing else is in the way; chains
    of such pairs in zones of their own. Other items one after the other."""
    problem = Problem.of(items, overlaps)
    pairs = {o.growing: o for o in sorted(overlaps, key=lambda o: -o.dying) if o.barred}
    offsets: dict[int, int] = {}
    zone: dict[int, int] = {}
    for i in sorted(range(len(items)), key=lambda i: min((r.first for r in items[i].live), default=0) * len(items) + i):
        o = pairs.get(i)
        unit = items[i].alignment
        offsets[i], zone[i] = 0, i
        if o is not None and o.dying in offsets:
            at = (offsets[o.dying] + o.barred[0][0]) // unit * unit
            near = [(j, low, high) for j, low, high in problem.neighbours[i] if zone.get(j) == zone[o.dying]]
            if not any(low < at - offsets[j] < high for j, low, high in near):
                offsets[i], zone[i] = at, zone[o.dying]
    begin = 0
    for z in sorted(set(zone.values())):
        members = [i for i in zone if zone[i] == z]
        unit = 16
        lowest = min(offsets[i] for i in members) // unit * unit
        for i in members:
            offsets[i] += begin - lowest
        begin = -(-max(offsets[i] + items[i].bytes for i in members) // unit) * unit
    return Placement(tuple(offsets[i] for i in range(len(items))), begin, problem.bound)


@contextmanager
def tight_plans() -> Iterator[None]:
    """Plans are tight in here, and nothing is moved."""
    with patch("codegen.planning.regions.solve", tight), patch("codegen.api.with_moves", lambda schedule, *_: schedule):
        yield
