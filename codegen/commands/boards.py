"""`codegen boards`: the boards that models can be compiled for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from ..boards import list_boards
from ..target import STATUS_TEXTS, Board
from .console import show, show_json, table
from .options import json_option
from .program import is_json

EXAMPLES = """\b
Examples:
  codegen boards
  codegen boards --json
  codegen compile kws.tflite --board my_board.toml    # a board of your own, in a file like those of boards/
"""


@click.command("boards", short_help="List the boards.", epilog=EXAMPLES)
@json_option
def boards_command() -> None:
    """List the boards: core, clock, flash and RAM, and how far each is proven."""
    boards = list_boards()
    if is_json():
        show_json([board_json(board) for board in boards])
        return
    rows = [
        (b.name, b.core.name, _megahertz(b), b.flash_bytes, b.ram_bytes, STATUS_TEXTS[b.status], b.title)
        for b in boards
    ]
    show(table(("name", "core", "MHz", "flash", "RAM", "status", "title"), rows, flexible=("title",)))


def _megahertz(board: Board) -> str:
    return "-" if board.is_host else f"{board.clock_hz / 1e6:g}"


def board_json(board: Board) -> dict[str, Any]:
    """A board as `--json` lists it: clock in Hz, sizes in bytes less what is reserved."""
    return {
        "name": board.name,
        "title": board.title,
        "core": board.core.name,
        "status": board.status,
        "clock": board.clock_hz,
        "flash": board.flash_bytes,
        "ram": board.ram_bytes,
        "regions": [asdict(region) for region in board.regions],
        "place": {
            "arena": list(board.place_arena),
            "constants": list(board.place_constants),
            "code": list(board.place_code),
        },
        "kernels": list(board.kernels),
        "emulator": board.machine,
        "sources": list(board.sources),
    }
