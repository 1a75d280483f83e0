"""The memory map as a picture: addresses against time, one panel an arena, buffers coloured by what they hold.

Plain SVG without scripts: it opens in every browser, and the same plan gives the same bytes. Pointing at a buffer
shows its name, size and life (the element `title`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ..planning.peak import Peak, Span, peaks, union

if TYPE_CHECKING:
    from ..planning.model import Arena, Buffer, MemoryPlan

WIDTH, HEIGHT = 1000, 420
"""Of a panel's plot."""
LEFT, RIGHT, TOP, BELOW = 90, 30, 64, 150
COLUMNS_MOST = 500
"""More ticks than this share columns: the picture of a plan of thousands of calls stays small."""
LABELS_MOST = 64
COLOURS = {
    "input": ("#2e7d32", "input"),
    "output": ("#c62828", "output"),
    "kept": ("#6a1b9a", "kept"),
    "intermediate": ("#1565c0", "intermediate"),
    "ring": ("#00838f", "ring of rows"),
    "sums": ("#8d6e63", "sums"),
    "scratch": ("#9e9e9e", "scratch"),
}
"""Colour and legend of each kind of buffer."""
OTHER = "#455a64"
STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #222 }
    .head { font-size: 15px; font-weight: 600 }
    .small { font-size: 10px }
    .inside { fill: #fff; font-size: 11px; pointer-events: none }
    .grid { stroke: #ddd }
    .axis { stroke: #555 }
    .bound { stroke: #e65100; stroke-dasharray: 6 4 }
    .peak { fill: #ffb300; fill-opacity: .28 }
    .edge { fill: none; stroke: #e65100; stroke-width: 1.5; pointer-events: none }
    .b { stroke: #fff; stroke-width: .6 }
    .b:hover { stroke: #000; stroke-width: 1.5 }
"""


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """A buffer's bytes `span` in columns [first, last)."""

    buffer: Buffer
    first: int
    last: int
    span: Span

    @property
    def area(self) -> int:
        return (self.last - self.first) * (self.span[1] - self.span[0])


def memory_map(plan: MemoryPlan, name: str) -> str:
    """The SVG text of `plan`."""
    panels = [_Panel(plan, peak, name) for peak in peaks(plan)]
    height = sum(panel.height for panel in panels) + (0 if panels else 60)
    width = LEFT + WIDTH + RIGHT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f"<title>{escape(name)}: memory against time</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    at = 0
    for panel in panels:
        lines += [f'<g transform="translate(0 {at})">', *panel.lines(), "</g>"]
        at += panel.height
    if not panels:
        lines.append(f'<text x="{LEFT}" y="34" class="head">{escape(name)}: nothing is computed, no arena</text>')
    return "\n".join([*lines, "</svg>", ""])


class _Panel:
    height = TOP + HEIGHT + BELOW

    def __init__(self, plan: MemoryPlan, peak: Peak, name: str) -> None:
        self.plan = plan
        self.peak = peak
        self.name = name
        self.arena: Arena = peak.arena
        self.ticks = max(len(plan.schedule.calls), 1)
        self.columns = min(self.ticks, COLUMNS_MOST)
        self.bytes = max(self.arena.bytes, 1)

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._scale()
        yield self._peak_band()
        for box in sorted(self._boxes(), key=lambda box: (-box.area, box.buffer.id, box.first, box.span)):
            yield from self._drawn(box)
        yield self._peak_edge()
        yield from self._bound()
        yield from self._operators()
        yield from self._legend()

    # ------------------------------------------------------------------------------------------------- geometry
    def _x(self, column: float) -> float:
        return round(LEFT + WIDTH * column / self.columns, 2)

    def _y(self, address: float) -> float:
        """Address 0 lies at the bottom."""
        return round(TOP + HEIGHT * (1 - address / self.bytes), 2)

    def _column(self, tick: int) -> int:
        return tick * self.columns // self.ticks

    # ---------------------------------------------------------------------------------------------------- parts
    def _head(self) -> Iterator[str]:
        arena, peak = self.arena, self.peak
        state = f"; {self.plan.state_bytes:,} bytes of state apart" if self.plan.state_bytes else ""
        where = ""
        if peak.call is not None:
            op = peak.call.operator
            where = f", most in use at operator {op.index} {op.type}: {peak.bytes:,}"
        text = f"{self.name}, {arena.region.name}: {arena.bytes:,} bytes{where}{state}"
        yield f'<text x="{LEFT}" y="28" class="head">{escape(text)}</text>'
        largest = ", ".join(f"{_name(b)} {n:,}" for b, n in peak.live[:6])
        more = f" and {len(peak.live) - 6} more" if len(peak.live) > 6 else ""
        yield f'<text x="{LEFT}" y="46" class="small">at the peak: {escape(largest + more)}</text>'

    def _scale(self) -> Iterator[str]:
        step = _step(self.bytes)
        for address in range(0, self.bytes + 1, step):
            y = self._y(address)
            yield f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y}" y2="{y}" class="grid"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{address:,}</text>'
        bottom = TOP + HEIGHT
        yield f'<line x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{bottom}" class="axis"/>'
        yield f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{bottom}" y2="{bottom}" class="axis"/>'

    def _peak_place(self) -> str:
        x, width = self._x(self._column(self.peak.tick)), max(round(WIDTH / self.columns, 2), 2)
        return f'x="{x}" y="{TOP - 8}" width="{width}" height="{HEIGHT + 16}"'

    def _peak_band(self) -> str:
        title = f"<title>peak: {self.peak.bytes:,} bytes in use</title>"
        return f'<rect {self._peak_place()} class="peak">{title}</rect>'

    def _peak_edge(self) -> str:
        """Over the buffers, so that what lies at the peak is seen."""
        return f'<rect {self._peak_place()} class="edge"/>'

    def _bound(self) -> Iterator[str]:
        y = self._y(self.arena.bound)
        if self.arena.bound < self.arena.bytes:
            yield f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{y}" y2="{y}" class="bound"/>'
            text = f"lower bound {self.arena.bound:,}"
            yield f'<text x="{LEFT + WIDTH - 4}" y="{y - 4}" text-anchor="end" class="small">{text}</text>'

    def _boxes(self) -> Iterator[_Box]:
        """What each buffer uses, columns alike as one."""
        for buffer in self.plan.buffers:
            if buffer.region != self.arena.region.name:
                continue
            used: list[list[Span]] = [[] for _ in range(self.columns)]
            for live in buffer.live:
                at = buffer.offset + live.offset
                for column in range(self._column(live.first), self._column(live.last) + 1):
                    if live.bytes:
                        used[column].append((at, at + live.bytes))
            columns = [tuple(union(spans)) for spans in used]
            first = 0
            for spans, group in groupby(columns):
                last = first + sum(1 for _ in group)
                for span in spans:
                    yield _Box(buffer, first, last, span)
                first = last

    def _drawn(self, box: _Box) -> Iterator[str]:
        x, width = self._x(box.first), round(self._x(box.last) - self._x(box.first), 2)
        y, height = self._y(box.span[1]), round(self._y(box.span[0]) - self._y(box.span[1]), 2)
        buffer = box.buffer
        colour = COLOURS.get(buffer.kind, (OTHER, ""))[0]
        if buffer.kind in ("intermediate", "scratch", "ring"):
            colour = _tint(colour, (0, 0.18, 0.34)[buffer.id % 3])  # neighbours are told apart by their shade
        yield (
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" class="b">'
            f"<title>{escape(self._told(buffer))}</title></rect>"
        )
        label = f"{_name(buffer)} {buffer.bytes:,}"
        if height >= 13 and width >= 6.2 * len(label):
            yield f'<text x="{x + 4}" y="{round(y + height / 2 + 4, 2)}" class="inside">{escape(label)}</text>'

    def _told(self, buffer: Buffer) -> str:
        first, last = min(x.first for x in buffer.live), max(x.last for x in buffer.live)
        calls = self.plan.schedule.calls
        life = f", operators {calls[first].operator.index} to {calls[last].operator.index}" if calls else ""
        return f"{buffer.kind} {buffer.name}: {buffer.bytes:,} bytes at {buffer.offset:,}{life}"

    def _operators(self) -> Iterator[str]:
        """Their names under the columns in which they run, as many as can be read."""
        runs: list[tuple[str, int, int]] = []
        for (_, _), group in groupby(
            enumerate(self.plan.schedule.calls), key=lambda entry: (entry[1].subgraph, entry[1].position)
        ):
            ticks = list(group)
            op = ticks[0][1].operator
            runs.append((f"{op.index} {op.type}", self._column(ticks[0][0]), self._column(ticks[-1][0]) + 1))
        for text, first, last in _sample(runs):
            x, y = round((self._x(first) + self._x(last)) / 2 + 3, 2), TOP + HEIGHT + 14
            turned = f'transform="rotate(-55 {x} {y})" text-anchor="end" class="small"'
            yield f'<text x="{x}" y="{y}" {turned}>{escape(text[:24])}</text>'

    def _legend(self) -> Iterator[str]:
        present = {buffer.kind for buffer in self.plan.buffers if buffer.region == self.arena.region.name}
        x, y = LEFT, TOP + HEIGHT + BELOW - 22
        for kind, (colour, text) in COLOURS.items():
            if kind in present:
                yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
                yield f'<text x="{x + 17}" y="{y}">{text}</text>'
                x += 34 + 7 * len(text)
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" class="peak"/>'
        yield f'<text x="{x + 17}" y="{y}">peak</text>'


def _sample(runs: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """At most LABELS_MOST of `runs`, evenly."""
    every = -(-len(runs) // LABELS_MOST) or 1
    return list(runs[::every])


def short_name(name: str) -> str:
    """The end of a layer's path, which tells it from others.

    >>> short_name("model/block_1/conv2d/Relu6;model/block_1/bn"), short_name("x" * 30)
    ('conv2d/Relu6', 'xxxxxxxxxxxxxxxxxxxxxxx…')
    """
    last = "/".join(name.split(";", 1)[0].split("/")[-2:])
    return last if len(last) <= 24 else f"{last[:23]}…"


def _name(buffer: Buffer) -> str:
    return short_name(buffer.name) if buffer.tensor is not None else buffer.kind


def _tint(colour: str, white: float) -> str:
    """`colour` with a share of white.

    >>> _tint("#1565c0", 0), _tint("#000000", 0.5)
    ('#1565c0', '#808080')
    """
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in parts)


def _step(size: int) -> int:
    """A round distance of about eight grid lines.

    >>> _step(8192), _step(100), _step(55_296), _step(1)
    (1024, 16, 8192, 1)
    """
    step = 1
    while step * 8 < size:
        step *= 2
    return step
