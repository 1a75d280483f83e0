"""Estimates cycles of an inference on Cortex-M4 and M0+: `python -m benchmarks.cycles --board mps2-an386`.

Every executed basic block is counted in an emulator (Unicorn), its instructions priced by the core's manual
(`benchmarks.timings`, which says what is assumed). The emulated instructions are those that QEMU counts.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from codegen.verification import read_cases

from .emulation import Image, Profile
from .measure import Job, Provider, built, prepare
from .run import ROOT, default_models
from .timings import m0plus_cycles, m4_cycles

PRICES = {"mps2-an386": m4_cycles, "mps2-an386-m0plus": m0plus_cycles}
RESULTS = ROOT / "benchmarks" / "results" / "cycles" / "cycles.csv"


def profiled(job: Job) -> Profile:
    """One inference of the model's first case."""
    module = job.module
    ports = module.interface.entries[0]
    cases = read_cases(job.model.with_suffix(".npz"), ports.inputs, ports.outputs, 1)
    with tempfile.TemporaryDirectory(prefix="codegen-cycles-") as folder:
        elf = built(job, Path(folder))
        board = module.memory.schedule.target.board
        return Image(elf, board, [array.tobytes() for array in cases.inputs[0]]).profile()


def cycles_by_function(profile: Profile, board: str) -> tuple[Counter[str], Counter[str]]:
    """(cycles, instructions) of each function."""
    price = PRICES[board]
    cycles: Counter[str] = Counter()
    instructions: Counter[str] = Counter()
    for block, count in profile.executed.items():
        code, name = profile.code(block), profile.function(block[0])
        jumped = profile.jumped[block]
        cycles[name] += jumped * price(code, branched=True) + (count - jumped) * price(code, branched=False)
        instructions[name] += count * len(code)
    return cycles, instructions


@click.command()
@click.option("--models", type=click.Path(path_type=Path), help="Folder of .tflite and .npz pairs.  [CODEGEN_MODELS]")
@click.option("--model", "names", multiple=True, metavar="NAME", help="Only this model; may be given several times.")
@click.option("--board", "boards", multiple=True, type=click.Choice(tuple(PRICES)), help="Board.  [both]")
@click.option("--optimize", default="balanced", show_default=True, help="The compiler's objective.")
@click.option("--functions", is_flag=True, help="The ten costliest functions of each model as well.")
@click.option("--cmsis-nn-root", envvar="CMSIS_NN_ROOT", type=click.Path(path_type=Path), help="Upstream's tree.")
def main(
    models: Path | None,
    names: tuple[str, ...],
    boards: tuple[str, ...],
    optimize: str,
    functions: bool,
    cmsis_nn_root: Path | None,
) -> None:
    """Print the estimated cycles of each model, and write benchmarks/results/cycles/cycles.csv."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table("board", "model", "instructions", "cycles", "per instruction")
    rows = []
    for board in boards or tuple(PRICES):
        for path in sorted((models or default_models()).glob("*.tflite")):
            if names and path.stem not in names:
                continue
            job = prepare(path, board, Provider("auto", "auto", cmsis_nn_root, optimize))
            cycles, instructions = cycles_by_function(profiled(job), board)
            total, count = sum(cycles.values()), sum(instructions.values())
            rows.append((board, path.stem, optimize, count, total))
            table.add_row(board, path.stem, f"{count:,}", f"{total:,}", f"{total / count:.2f}")
            for name, value in cycles.most_common(10) if functions else ():
                table.add_row("", f"  {name}", f"{instructions[name]:,}", f"{value:,}", "")
    console.print(table)
    if not names:
        _save(rows)


def _save(rows: list[tuple[str, str, str, int, int]]) -> None:
    kept = {}
    if RESULTS.exists():
        with RESULTS.open(encoding="utf-8", newline="") as file:
            kept = {tuple(row[:3]): row for row in list(csv.reader(file))[1:]}
    kept |= {row[:3]: [str(value) for value in row] for row in rows}
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("board", "model", "optimize", "instructions", "cycles"))
        writer.writerows(kept[key] for key in sorted(kept))


if __name__ == "__main__":
    main()
