"""Distances of overlap against brute force: every read and every write of a loop, one after the other."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from codegen.graph import Tensor
from codegen.operators._window import Axis, Window
from codegen.operators.access import Access, at_once, elementwise, gathered, rowwise, windowed
from codegen.operators.family import Band
from codegen.planning.overlap import LATEST, Clock, barred

Event = tuple[list[int], list[int]]
"""Bytes read, then bytes written."""


def brute(events: list[Event], difference: int) -> bool:
    """Whether the loop destroys nothing that it still reads, its output `difference` bytes above its input."""
    dead: set[int] = set()
    for reads, writes in events:
        if dead & set(reads):
            return False
        dead |= {byte + difference for byte in writes}
    return True


def outermost(intervals: tuple[tuple[int, int], ...]) -> list[int]:
    """The least and the greatest barred difference, where they are not the neighbours of a free 0."""
    ends = [intervals[0][0] + 1, intervals[-1][1] - 1] if intervals else []
    return ends if len(intervals) == 1 else [end for end in ends if abs(end) > 1]


def clock(access: Access, x: Tensor, y: Tensor) -> Clock:
    found = Clock.of(x.bytes, y.bytes)
    found.read(x, access.reads[x], 0)
    found.write(y, access.writes[y], 0)
    return found


def check(access: Access, events: list[Event], x: Tensor, y: Tensor) -> None:
    """Free differences destroy nothing; the ends of what is barred, and 0 where it is barred, do."""
    c = clock(access, x, y)
    intervals = barred(c.dying, c.growing)
    everything = range(-y.bytes - 1, x.bytes + 2)
    for d in everything:
        if not any(low < d < high for low, high in intervals):
            assert brute(events, d), (d, intervals)
    for end in outermost(intervals):
        assert not brute(events, end), (end, intervals)


@pytest.mark.parametrize("seed", range(150))
def test_random_loops(seed: int) -> None:
    rng = random.Random(seed)
    n, m, steps = rng.randint(1, 12), rng.randint(1, 12), rng.randint(1, 8)
    dying = np.array([rng.randint(-1, steps) for _ in range(n)])
    growing = np.array([rng.choice((rng.randint(0, steps), LATEST)) for _ in range(m)], np.int64)
    events = [
        ([r for r in range(n) if dying[r] == t], [w for w in range(m) if growing[w] == t]) for t in range(steps + 1)
    ]
    intervals = barred(dying, growing)
    for d in range(-m - 1, n + 2):
        if not any(low < d < high for low, high in intervals):
            assert brute(events, d)
    for end in outermost(intervals):
        assert not brute(events, end)


@dataclass(frozen=True)
class Case:
    window: Window
    band: Band | None
    pixels: int
    block: int
    groups: int
    planes: bool
    writes_first: bool


def random_case(rng: random.Random) -> Case:
    def axis(size: int) -> Axis:
        kernel, stride, dilation = rng.randint(1, 3), rng.randint(1, 3), rng.choice((1, 1, 2))
        before = rng.randint(0, (kernel - 1) * dilation)
        span = (kernel - 1) * dilation + 1
        output = max(1, (size + before + rng.randint(0, kernel - 1) - span) // stride + 1)
        return Axis(size, output, kernel, stride, dilation, before)

    images = rng.choice((1, 1, 2))
    groups = rng.choice((1, 1, 2, 3))
    inputs, outputs = groups * rng.randint(1, 3), groups * rng.randint(1, 3)
    window = Window(images, axis(rng.randint(1, 7)), axis(rng.randint(1, 6)), inputs, outputs)
    band = None
    if images == 1 and rng.random() < 0.3:
        first = rng.randrange(window.height.output)
        band = Band(first, rng.randint(first + 1, window.height.output))
    return Case(
        window,
        band,
        rng.choice((0, 1, 1, 2, 4)),
        rng.choice((0, 1, 1, 2, 4)),
        groups,
        rng.random() < 0.3,
        rng.random() < 0.2,
    )


def events_of(case: Case) -> Iterator[Event]:
    """The loop itself: pixels of a tile, blocks of channels, taps of a window."""
    w = case.window
    rows, cols = w.height, w.width
    first, last = (case.band.first, case.band.last) if case.band else (0, rows.output)
    pixels = [(y, x) for y in range(first, last) for x in range(cols.output)]
    tile, size = case.pixels or len(pixels), case.block or w.output_channels
    tiles = [(n, pixels[k : k + tile]) for n in range(w.batches) for k in range(0, len(pixels), tile)]
    blocks = [range(c, min(c + size, w.output_channels)) for c in range(0, w.output_channels, size)]
    order = [(t, b) for b in blocks for t in tiles] if case.planes else [(t, b) for t in tiles for b in blocks]
    for (n, tile_), block in order:
        reads, writes = [], []
        for y, x in tile_:
            for channel in block:
                group = channel // (w.output_channels // case.groups)
                depth = w.input_channels // case.groups
                writes.append(((n * rows.output + y) * cols.output + x) * w.output_channels + channel)
                for ky in range(rows.kernel):
                    for kx in range(cols.kernel):
                        iy = y * rows.stride - rows.before + ky * rows.dilation
                        ix = x * cols.stride - cols.before + kx * cols.dilation
                        if 0 <= iy < rows.input and 0 <= ix < cols.input:
                            at = ((n * rows.input + iy) * cols.input + ix) * w.input_channels + group * depth
                            reads += range(at, at + depth)
        if case.writes_first:
            yield [], writes
            yield reads, []
        else:
            yield reads, writes


@pytest.mark.parametrize("seed", range(120))
def test_windows(seed: int) -> None:
    case = random_case(random.Random(seed))
    w = case.window
    x = Tensor(0, "x", (w.batches, w.height.input, w.width.input, w.input_channels), "int8")
    y = Tensor(1, "y", (w.batches, w.height.output, w.width.output, w.output_channels), "int8")
    access = windowed(
        y, x, w, case.band, pixels=case.pixels, block=case.block, groups=case.groups, channels_outside=case.planes,
        writes_first=case.writes_first,
    )  # fmt: skip
    check(access, list(events_of(case)), x, y)


@pytest.mark.parametrize(("rows", "block", "outside"), [(1, 1, False), (3, 1, False), (3, 2, True), (4, 0, False)])
def test_rows(rows: int, block: int, outside: bool) -> None:
    x, y = Tensor(0, "x", (rows, 5), "int8"), Tensor(1, "y", (rows, 4), "int8")
    size = block or 4
    steps = [(r, c) for r in range(rows) for c in range(0, 4, size)]
    if outside:
        steps.sort(key=lambda step: (step[1], step[0]))
    events = [(list(range(5 * r, 5 * r + 5)), list(range(4 * r + c, 4 * r + min(c + size, 4)))) for r, c in steps]
    check(rowwise(y, x, rows, block=block, columns_outside=outside), events, x, y)


@pytest.mark.parametrize(
    ("from_", "to"), [("int8", "int8"), ("int8", "float32"), ("float32", "int8"), ("int16", "int8")]
)
def test_elements_of_other_sizes(from_: str, to: str) -> None:
    x, y = Tensor(0, "x", (7,), from_), Tensor(1, "y", (7,), to)
    a, b = x.bytes // 7, y.bytes // 7
    events = [(list(range(a * i, a * i + a)), list(range(b * i, b * i + b))) for i in range(7)]
    check(elementwise(y, x), events, x, y)


def test_types_that_c_tells_apart_stay_apart() -> None:
    """A compiler may read an int16 after it has written a float: it knows that they are not the same memory."""
    x, y = Tensor(0, "x", (7,), "int16"), Tensor(1, "y", (7,), "float32")
    assert not elementwise(y, x).reads


def test_a_transposition_and_an_operand_that_is_read_first() -> None:
    x, y = Tensor(0, "x", (3, 4), "int8"), Tensor(1, "y", (4, 3), "int8")
    index = np.arange(12).reshape(3, 4).T.reshape(-1)
    check(gathered(y, {x: index}), [([int(i)], [k]) for k, i in enumerate(index)], x, y)
    c = clock(at_once((x,), y), x, y)
    assert barred(c.dying, c.growing) == ()
