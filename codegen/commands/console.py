"""What commands print: results on standard output, messages on standard error, colour on terminals alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

import click
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from ..errors import CodegenError, Location, Refusal

_WIDE = 10_000


def console(*, stderr: bool = False) -> Console:
    """A console on the stream of this moment. In files and pipes lines are as long as they need to be."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def show(*renderables: RenderableType, stderr: bool = False) -> None:
    """Print each, without trailing blanks where no terminal needs them."""
    target = console(stderr=stderr)
    for renderable in renderables:
        if target.is_terminal:
            target.print(renderable, soft_wrap=not isinstance(renderable, Table))
        else:
            with target.capture() as captured:
                target.print(renderable, soft_wrap=not isinstance(renderable, Table))
            click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()), err=stderr)


def show_json(value: object) -> None:
    """`value` as the one JSON document of standard output."""
    click.echo(json.dumps(value, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], flexible: Collection[str] = ()) -> Table:
    """A table without lines; columns whose cells are integers are set to the right, with thousands apart.

    Where the terminal is too narrow, texts of the `flexible` columns are cut, of the last one first.
    """
    lines: list[list[object]] = [list(row) for row in rows]
    _cut(columns, lines, flexible)
    result = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0), show_header=any(columns))
    for place, column in enumerate(columns):
        cells = [row[place] for row in lines if row[place] is not None]
        is_number = bool(cells) and all(isinstance(cell, int) for cell in cells)
        result.add_column(column, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in lines:
        result.add_row(*(Text(_cell(value)) for value in row))
    return result


_LEAST = 12
"""Characters that a cut column keeps."""


def _cut(columns: Sequence[str], rows: list[list[object]], flexible: Collection[str]) -> None:
    widths = [max(len(_cell(cell)) for cell in cells) for cells in zip(columns, *rows, strict=True)]
    excess = sum(widths) + 2 * (len(widths) - 1) - console().width
    for place in reversed(range(len(columns))):
        if columns[place] in flexible and excess > 0:
            keep = max(_LEAST, widths[place] - excess)
            excess -= max(0, widths[place] - keep)
            for row in rows:
                row[place] = shortened(_cell(row[place]), keep)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else printable(str(value))


def printable(text: str) -> str:
    """`text` of a file on one line, without control characters that a terminal would obey.

    >>> printable("conv" + chr(27) + "[2J")
    'conv?[2J'
    """
    return "".join(c if c.isprintable() else "?" for c in text)


# ---------------------------------------------------------------------------------------------------- refusals
def _place(location: Location) -> str:
    """Where in the file: what `Location` says, less the file."""
    name = shortened(location.operator_name, 80) if location.operator_name else None
    return printable(str(Location(None, location.subgraph, location.operator_index, location.operator_type, name)))


def shortened(text: str, most: int = 60) -> str:
    """`text` of at most `most` characters: converters join the names of all layers that they fused.

    >>> shortened("conv;relu", 6)
    'con...'
    """
    return text if len(text) <= most else f"{text[: most - 3]}..."


def reasons(refusals: Sequence[Refusal]) -> Text:
    """What is wrong at which operators, equal reasons once, each with what can be done."""
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        groups.setdefault((refusal.found, refusal.hint), []).append(refusal)
    block = Text()
    for (found, hint), same in groups.items():
        for place in filter(None, (_place(refusal.location) for refusal in same)):
            block.append(f"  {place}\n", "bold")
        block.append(f"    {_lines(found)}\n")
        block.append(_hint(hint, "    "))
    return block


def refusal_block(error: CodegenError) -> Text:
    """Every refusal of `error` in one block, by file."""
    block = Text()
    for file, members in groupby(error.refusals, key=lambda refusal: refusal.location.file):
        refusals = list(members)
        block.append("error: ", "bold red")
        first = refusals[0]
        if len(refusals) == 1 and not _place(first.location):
            block.append(f"{printable(file)}: {_lines(first.found)}\n" if file else f"{_lines(first.found)}\n")
            block.append(_hint(first.hint, "  "))
            continue
        count = "1 problem" if len(refusals) == 1 else f"{len(refusals)} problems"
        block.append(f"{printable(file or 'the model')} was refused: {count}\n")
        block.append(reasons(refusals))
    block.rstrip()
    return block


def _lines(text: str) -> str:
    """Compilers' messages have lines of their own."""
    return "\n".join(printable(line) for line in text.splitlines())


def _hint(hint: str, indent: str) -> str:
    return f"{indent}hint: {_lines(hint)}\n" if hint else ""


def refusal_json(refusal: Refusal) -> dict[str, Any]:
    """One refusal as it stands in JSON."""
    where = refusal.location
    return {
        "file": where.file,
        "subgraph": where.subgraph,
        "operator_index": where.operator_index,
        "operator_type": where.operator_type,
        "operator_name": where.operator_name,
        "found": refusal.found,
        "hint": refusal.hint,
    }
