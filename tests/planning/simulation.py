"""Item sets for tests, and an occupancy simulation byte by tick that shares nothing with the solver."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from codegen.planning.model import Item, Live

TICKS = 12
ALIGNMENTS = (1, 2, 4, 8, 16)


@st.composite
def interval(draw: st.DrawFn) -> tuple[int, int]:
    first = draw(st.integers(0, TICKS - 1))
    return first, draw(st.integers(first, TICKS - 1))


@st.composite
def plain(draw: st.DrawFn, name: str) -> Item:
    """One rectangle, as whole tensors have."""
    size = draw(st.integers(0, 40))
    return Item(name, size, draw(st.sampled_from(ALIGNMENTS)), (Live(0, size, *draw(interval())),))


@st.composite
def ring(draw: st.DrawFn, name: str) -> Item:
    """Several intervals of the whole height."""
    size = draw(st.integers(1, 40))
    live = tuple(Live(0, size, *span) for span in draw(st.lists(interval(), min_size=1, max_size=3)))
    return Item(name, size, draw(st.sampled_from(ALIGNMENTS)), live)


@st.composite
def staircase(draw: st.DrawFn, name: str) -> Item:
    """Rows that die (or come alive) one after the other, with a hole now and then."""
    rows, height = draw(st.integers(1, 6)), draw(st.integers(1, 8))
    first, last = draw(interval())
    grows, step = draw(st.booleans()), draw(st.integers(0, 2))
    live = []
    for row in range(rows):
        if grows:
            live.append(Live(row * height, height, min(first + row * step, last), last))
        else:
            live.append(Live(row * height, height, first, max(last - (rows - 1 - row) * step, first)))
    hole = draw(st.integers(-3, rows - 1))
    if hole >= 0 and rows > 1:
        del live[hole]
    return Item(name, rows * height + draw(st.integers(0, 3)), draw(st.sampled_from(ALIGNMENTS)), tuple(live))


@st.composite
def item_sets(draw: st.DrawFn, most: int = 14) -> list[Item]:
    kinds = draw(st.lists(st.sampled_from((plain, plain, ring, staircase)), max_size=most))
    return [draw(kind(f"{kind.__name__}{place}")) for place, kind in enumerate(kinds)]


def occupancy(items: Sequence[Item], offsets: Sequence[int]) -> dict[tuple[int, int], int]:
    """(tick, byte) -> the item there. Fails on the first byte that two items hold at once."""
    held: dict[tuple[int, int], int] = {}
    for i, (item, at) in enumerate(zip(items, offsets, strict=True)):
        assert at >= 0 and at % item.alignment == 0, (item, at)
        for live in item.live:
            for tick in range(live.first, live.last + 1):
                for byte in range(at + live.offset, at + live.offset + live.bytes):
                    owner = held.setdefault((tick, byte), i)
                    assert owner == i, f"{items[owner].name} and {item.name} share byte {byte} at tick {tick}"
    return held


def largest_sum(items: Sequence[Item]) -> int:
    """The most bytes that are live at one tick, counted one by one."""
    ticks: dict[int, set[tuple[int, int]]] = {}
    for i, item in enumerate(items):
        for live in item.live:
            for tick in range(live.first, live.last + 1):
                ticks.setdefault(tick, set()).update((i, live.offset + b) for b in range(live.bytes))
    return max(map(len, ticks.values()), default=0)


def least_height(items: Sequence[Item], limit: int) -> int:
    """The smallest height below `limit` at which solid items of alignment 1 fit, by trying every offset; or `limit`."""
    order = sorted(range(len(items)), key=lambda i: -items[i].bytes)

    def fits(height: int, k: int, held: frozenset[tuple[int, int]]) -> bool:
        if k == len(order):
            return True
        item = items[order[k]]
        for at in range(height - item.bytes + 1):
            cells = {
                (tick, at + b) for r in item.live for tick in range(r.first, r.last + 1) for b in range(item.bytes)
            }
            if held.isdisjoint(cells) and fits(height, k + 1, held | cells):
                return True
        return False

    return next((height for height in range(largest_sum(items), limit) if fits(height, 0, frozenset())), limit)
