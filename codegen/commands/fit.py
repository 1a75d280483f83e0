"""`codegen fit`: which boards a model fits, with margins, time and energy, before anything is built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from ..api import Options
from ..boards import load_board
from ..costs import is_estimated
from ..errors import CodegenError
from ..fit import Fit, fit_all, is_rated
from ..fit_rules import has_image
from ..target import KERNEL_CHOICES, OBJECTIVES
from .console import printable, show, show_json
from .options import batch_option, json_option, model_argument
from .program import is_json
from .progress import running

EXAMPLES = """\b
Examples:
  codegen fit kws.tflite
  codegen fit kws.tflite --board microbit --board raspberry-pi-pico
  codegen fit kws.tflite --optimize ram --json
  codegen fit kws.tflite --optimize speed --flash 300000
"""
_TIGHT = 0.9


@click.command("fit", short_help="Which boards does a model fit?", epilog=EXAMPLES)
@model_argument
@click.option("--board", "boards", multiple=True, metavar="NAME", help="Only this board; may be given several times.")
@click.option("--kernels", type=click.Choice(KERNEL_CHOICES), default="auto", show_default=True, help="As of compile.")
@click.option("--optimize", type=click.Choice(OBJECTIVES), default="balanced", show_default=True, help="As of compile.")
@click.option("--flash", type=click.IntRange(min=1), metavar="BYTES", help="As of compile; what is more does not fit.")
@batch_option
@json_option
def fit_command(
    *, model: Path, boards: tuple[str, ...], kernels: str, optimize: str, flash: int | None, batch: int
) -> None:
    """Tell of every board whether MODEL fits, from its plan: nothing is built.

    RAM is exact, flash within 5 %, time from the measured cost of each kernel at one instruction a cycle. What is an
    estimate is marked: kernels or cores that nobody measured.
    """
    chosen = [load_board(name) for name in boards]
    for board in chosen:
        if not is_rated(board):
            raise CodegenError.say(
                f"the code of core {board.core.name} was not measured", "`codegen firmware` says what an image takes"
            )
    with running() as progress:
        progress.step("planning for every core")
        options = replace(Options(), kernels=kernels, optimize=optimize, flash=flash, batch=batch)
        found = fit_all(model, options, chosen)
    if is_json():
        show_json([fit_json(one) for one in found])
    else:
        show_fits(found, model, optimize)


def fit_json(one: Fit) -> dict[str, Any]:
    """A board's row, as `--json` prints it: bytes, instructions, milliseconds, millijoules."""
    seconds, joules = one.seconds, one.joules
    return {
        "board": one.board.name,
        "core": one.board.core.name,
        "status": one.board.status,
        "of": "image" if has_image(one.board) else "model",
        "fits": one.fits,
        "model_ram": one.model_ram,
        "arena_bytes": one.need.arena,
        "state_bytes": one.need.state,
        "ram": one.ram,
        "ram_available": one.ram_available,
        "model_flash": one.model_flash,
        "weight_bytes": one.need.weights,
        "flash": one.flash,
        "flash_available": one.flash_available,
        "instructions": one.need.instructions,
        "unit": one.unit,
        "time_is": None if seconds is None else "estimate" if one.need.is_estimate else "measured",
        "code_is": "estimate" if is_estimated(one.board.core.name) else "measured",
        "clock": one.board.clock_hz,
        "milliseconds": None if seconds is None else round(1000 * seconds, 4),
        "millijoules": None if joules is None else round(1000 * joules, 5),
        "hints": list(one.hints),
    }


def show_fits(found: list[Fit], model: Path, optimize: str) -> None:
    """A table for people: green fits, yellow is tight, red does not fit."""
    result = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title, justify in (
        ("board", "left"), ("fits", "left"), ("RAM", "right"), ("of", "right"), ("flash", "right"), ("of", "right"),
        ("ms", "right"), ("mJ", "right"), ("what would help", "left"),
    ):  # fmt: skip
        result.add_column(title, justify="right" if justify == "right" else "left", overflow="fold")
    for one in sorted(found, key=lambda one: (not one.fits, one.seconds or 0.0, one.board.name)):
        share = max(one.ram / one.ram_available, one.flash / one.flash_available)
        colour = "red" if not one.fits else "yellow" if share > _TIGHT else "green"
        result.add_row(
            one.board.name, Text("yes" if one.fits else "no", colour),
            Text(f"{one.ram:,}", "red" if one.ram > one.ram_available else ""), f"{one.ram_available:,}",
            Text(f"{one.flash:,}", "red" if one.flash > one.flash_available else ""), f"{one.flash_available:,}",
            _number(one.seconds, one.need.is_estimate), _number(one.joules, one.need.is_estimate), "; ".join(one.hints),
        )  # fmt: skip
    few = {one.need.arena + one.need.state for one in found}
    span = f"{min(few):,}" if len(few) == 1 else f"{min(few):,} to {max(few):,}"
    show(
        Text(f"{printable(str(model))}, optimized for {optimize}: the model itself takes {span} bytes of RAM", "bold"),
        result,
        Text(
            "\nRAM and flash of what `codegen firmware` makes: the model, a stack, and what serves the serial line or "
            "the program round it; where it makes nothing (sources only) of the model alone.\n"
            "ms: instructions of the measured cost tables, one a cycle (AVR: cycles); wait states of flash come on "
            "top. ~: an estimate, for kernels or cores that nobody measured."
        ),
    )


def _number(value: float | None, is_estimate: bool) -> str:
    """Thousandths, with three digits."""
    if value is None:
        return "-"
    return "~" * is_estimate + (f"{1000 * value:.3g}" if value < 1 else f"{1000 * value:,.0f}")
