"""Arena bytes by objective, and what they cost: `python -m benchmarks.memory [--board mps2-an386] [--instructions]`."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from codegen.api import Options, compile_with
from codegen.device_glue import build
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.verification import read_cases

from .report import update_readme
from .run import ROOT, default_models

FOLDER = Path(__file__).with_name("results") / "memory"
OBJECTIVES = ("speed", "balanced", "ram")
PUSHED = "row push"
MARKERS = ("<!-- memory:begin -->", "<!-- memory:end -->")
"""`ram` with --input-rows."""
TARGETS: Mapping[str, tuple[int, int, int | None]] = {
    "kws": (10_400, 5_600, None),
    "vww": (30_000, 28_400, 14_000),
    "ic": (19_500, 14_000, None),
    "sww": (5_000, 3_900, None),
    "ad": (1_500, 800, None),
    "micro_speech": (3_600, 2_400, None),
}
"""What the arena may have on Cortex-M4F: balanced, ram, row push."""
TFLM: Mapping[str, int] = {
    "kws": 22_820,
    "vww": 100_708,
    "ic": 54_996,
    "sww": 16_596,
    "ad": 2_580,
    "micro_speech": 6_836,
}
"""Arena bytes of TensorFlow Lite Micro on Cortex-M4F."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One model under one objective: `arena` bytes with input, output, scratch, rings and sums, the lower bound of its
    lifetimes, the `stack` beside it, and the instructions of an inference in QEMU (0: not measured)."""

    model: str
    objective: str
    arena: int
    bound: int
    stack: int
    instructions: int


def figure(path: Path, board: str, objective: str, kernels: str, *, run: bool) -> Figure | None:
    """Raises CodegenError where outputs are wrong or guards were written; None where rows cannot be pushed."""
    options = Options(board, optimize="ram" if objective == PUSHED else objective, kernels=kernels)
    if objective == PUSHED:
        options = Options(board, optimize="ram", kernels=kernels, input_rows=True)
    try:
        module = compile_with(path, options)
    except CodegenError:
        if objective == PUSHED:
            return None
        raise
    bound = sum(arena.bound for arena in module.memory.arenas)
    stack, instructions = _run(path, module) if run else (0, 0)
    return Figure(path.stem, objective, module.arena_bytes, bound, stack, instructions)


def _run(path: Path, module: CModule) -> tuple[int, int]:
    """Stack bytes and instructions, of a run that gives the golden outputs."""
    ports = module.interface
    cases = read_cases(path.with_suffix(".npz"), ports.inputs, ports.outputs, 1)
    with tempfile.TemporaryDirectory(prefix="codegen-memory-") as folder:
        result = build(module, Path(folder)).run([[array.tobytes() for array in case] for case in cases.inputs])
    assert cases.expected is not None
    expected = tuple(tuple(array.tobytes() for array in case) for case in cases.expected)
    if result.outputs != expected or result.damage:
        raise CodegenError.say(f"{path.stem}: wrong outputs or damaged guards in QEMU")
    return result.stack_bytes, result.instructions or 0


def save(figures: list[Figure], board: str, folder: Path = FOLDER) -> None:
    """One file a board; the same figures give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{board}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field.name for field in fields(Figure))
        writer.writerows(astuple(each) for each in figures)


def table(figures: list[Figure]) -> Table:
    """A row a model: bytes (and by how much they are above their lower bound), and instructions beyond those of
    `speed`."""
    shown = Table("model", "TFLM", *OBJECTIVES, PUSHED, "balanced costs", "ram costs", "at most", box=None)
    by_key = {(each.model, each.objective): each for each in figures}
    for model in dict.fromkeys(each.model for each in figures):
        cells = [by_key.get((model, objective)) for objective in (*OBJECTIVES, PUSHED)]
        sizes = [_size(cell) if cell else "-" for cell in cells]
        limits = " / ".join("-" if n is None else f"{n:,}" for n in TARGETS.get(model, ()))
        costs = [_more(cells[0], cell) for cell in cells[1:3]]
        shown.add_row(model, f"{TFLM[model]:,}" if model in TFLM else "-", *sizes, *costs, limits)
    return shown


def markdown(figures: list[Figure]) -> str:
    """The table of the README."""
    by_key = {(each.model, each.objective): each for each in figures}
    names = (*OBJECTIVES, PUSHED)
    lines = [f"| Model | TFLM | {' | '.join(names)} |", "|---|--:" + "|--:" * len(names) + "|"]
    for model in dict.fromkeys(each.model for each in figures):
        cells = [f"{cell.arena:,}" if (cell := by_key.get((model, name))) else "" for name in names]
        theirs = f"{TFLM[model]:,}" if model in TFLM else ""
        lines.append(f"| {model} | {theirs} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _size(figure: Figure) -> str:
    above = 100 * (figure.arena / figure.bound - 1)
    return f"{figure.arena:,}" + (f" (+{above:.0f} %)" if above >= 1 else "")


def _more(speed: Figure | None, other: Figure | None) -> str:
    if speed is None or other is None or not speed.instructions:
        return "-"
    return f"{100 * (other.instructions / speed.instructions - 1):+.1f} %"


@click.command()
@click.option("--models", type=click.Path(path_type=Path), help="Folder of .tflite and .npz pairs.  [CODEGEN_MODELS]")
@click.option("--model", "names", multiple=True, metavar="NAME", help="Only this model; may be given several times.")
@click.option("--board", default="mps2-an386", show_default=True)
@click.option("--kernels", default="native", show_default=True, help="Who provides the kernels.")
@click.option("--readme", is_flag=True, help="Update the table of README.md.")
@click.option("--instructions", is_flag=True, help="Run in QEMU too: golden outputs, guards, stack and instructions.")
def main(
    *, models: Path | None, names: tuple[str, ...], board: str, kernels: str, readme: bool, instructions: bool
) -> None:
    """Print arena bytes of every model under every objective, everything included, beside what they may be."""
    console = Console(width=140)
    paths = [path for path in sorted((models or default_models()).glob("*.tflite")) if not names or path.stem in names]
    figures = []
    try:
        for path in paths:
            for objective in (*OBJECTIVES, PUSHED):
                found = figure(path, board, objective, kernels, run=instructions)
                figures += [found] if found else []
    except CodegenError as error:
        raise click.ClickException(str(error)) from error
    if instructions and not names and kernels == "native":
        save(figures, board)
    console.print(table(figures))
    if readme:
        console.print(update_readme(ROOT / "README.md", markdown(figures), MARKERS))


if __name__ == "__main__":
    main()
