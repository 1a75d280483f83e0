"""The figures for people: a table in the terminal, a table in the README, a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from rich.table import Table

from .incumbent import Incumbent
from .measure import Row
from .results import Key

BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
SHOWN_BOARD, SHOWN_PROVIDER = "mps2-an386", "auto"
COMPARED = ("mps2-an386", "mps3-an547", "mps2-an386-m0plus")
CORES = {
    "mps2-an386-m0plus": "M0+",
    "mps2-an385": "M3",
    "mps2-an386": "M4F",
    "mps2-an500": "M7F",
    "mps3-an547": "M55",
}


def terminal_table(rows: Sequence[Row], seconds: Mapping[Key, float]) -> Table:
    """Every figure of `rows`."""
    table = Table(title="one inference; bytes at -O2", title_justify="left")
    table.add_column("model")
    table.add_column("core")
    table.add_column("kernels")
    heads = ("arena", "bound", "weights", "code", "code -Os", "stack", "instructions", "compile ms")
    for head in heads:
        table.add_column(head, justify="right")
    for row in rows:
        figures = (row.arena_bytes, row.arena_bound, row.weight_bytes, row.code_bytes, row.code_bytes_os)
        table.add_row(
            row.model,
            CORES.get(row.board, row.board),
            row.provider,
            *(f"{figure:,}" for figure in (*figures, row.stack_bytes, row.instructions)),
            f"{1000 * seconds[row.key]:.0f}" if row.key in seconds else "",
        )
    return table


def ours(rows: Mapping[Key, Row], incumbent: Incumbent, board: str = SHOWN_BOARD) -> list[Row]:
    """A row for each model of the incumbent: what the compiler makes of it without options."""
    return [row for model in incumbent.arena if (row := rows.get((board, model, SHOWN_PROVIDER))) is not None]


def markdown(rows: Mapping[Key, Row], incumbent: Incumbent) -> str:
    """The table of the README, beside the incumbent."""
    low, high = incumbent.code_kilobytes
    instructions = " | ".join(f"{CORES[board]} | TFLM" for board in COMPARED)
    lines = [
        f"| Model | Arena | TFLM | Weights | Code | Stack | {instructions} |",
        "|---|--:|--:|--:|--:|--:" + "|--:|--:" * len(COMPARED) + "|",
    ]
    for row in ours(rows, incumbent):
        cells = [f"{n:,}" for n in (incumbent.arena[row.model], row.weight_bytes, row.code_bytes, row.stack_bytes)]
        for board in COMPARED:
            mine = rows.get((board, row.model, SHOWN_PROVIDER))
            theirs = incumbent.instructions.get(board, {}).get(row.model)
            cells += [f"**{mine.instructions:,}**" if mine else "", f"{theirs:,}" if theirs else ""]
        lines.append(f"| {row.model} | **{row.arena_bytes:,}** | " + " | ".join(cells) + " |")
    caption = (
        "Bytes on Cortex-M4F at -O2, and instructions of one inference on three cores (QEMU), with no option but the "
        "board, by `python -m benchmarks.run`; code is all of flash but weights and tables. TFLM is TensorFlow Lite "
        f"Micro's interpreter with CMSIS-NN, whose code takes {low} to {high} KB; its figures are quoted "
        "([how they were measured](benchmarks/incumbent.toml)). All cores and providers: "
        "[benchmarks/results](benchmarks/results)."
    )
    return "\n".join([*lines, "", caption])


def update_readme(readme: Path, text: str, markers: tuple[str, str] = (BEGIN, END)) -> str:
    """Puts `text` between the markers of `readme`; what was done, as a sentence."""
    first, last = markers
    if not readme.is_file():
        return f"{readme.name} is absent: its table was not updated"
    old = readme.read_text(encoding="utf-8")
    head, begin, rest = old.partition(first)
    _, end, tail = rest.partition(last)
    if not begin or not end:
        return f"{readme.name} lacks the markers {first} and {last}: its table was not updated"
    new = f"{head}{first}\n\n{text}\n\n{last}{tail}"
    if new == old:
        return f"the table of {readme.name} is up to date"
    readme.write_text(new, encoding="utf-8")
    return f"the table of {readme.name} was updated"


# ---------------------------------------------------------------------------------------------------------- chart
_WIDTH, _LEFT, _SPAN, _BAR, _STEP = 760, 120, 500, 12, 40
_OURS, _THEIRS, _TEXT = "#0b7285", "#adb5bd", "#343a40"


def chart(rows: Mapping[Key, Row], incumbent: Incumbent) -> str:
    """Arena (in percent of the incumbent's) and code beside the incumbent's, as an SVG picture."""
    shown = ours(rows, incumbent)
    low, high = incumbent.code_kilobytes
    parts = [_words(_LEFT, 24, f"Arena on Cortex-M4F, in percent of {incumbent.name}", bold=True)]
    y = 40
    for row in shown:
        theirs = incumbent.arena[row.model]
        share = row.arena_bytes / theirs
        parts += [
            _words(_LEFT - 8, y + 14, row.model, anchor="end"),
            _box(_LEFT, y, _SPAN, _BAR, _THEIRS),
            _box(_LEFT, y + _BAR, _SPAN * share, _BAR, _OURS),
            _words(_LEFT + _SPAN + 6, y + 10, f"{theirs:,}"),
            _words(_LEFT + _SPAN * share + 6, y + _BAR + 10, f"{row.arena_bytes:,} ({100 * share:.0f} %)"),
        ]
        y += _STEP
    y += 24
    scale = _SPAN / high
    parts.append(_words(_LEFT, y, f"Code in flash, KB (shaded: {incumbent.name}, {low} to {high})", bold=True))
    y += 16
    parts.append(_box(_LEFT + low * scale, y - 4, (high - low) * scale, len(shown) * 24 + 4, _THEIRS))
    for row in shown:
        size = row.code_bytes / 1024
        parts += [
            _words(_LEFT - 8, y + 11, row.model, anchor="end"),
            _box(_LEFT, y, size * scale, _BAR, _OURS),
            _words(_LEFT + size * scale + 6, y + 10, f"{size:.1f}"),
        ]
        y += 24
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y + 12}" font-family="sans-serif"'
    return "\n".join([f'{head} font-size="12">', _box(0, 0, _WIDTH, y + 12, "#ffffff"), *parts, "</svg>", ""])


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _words(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{_TEXT}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
