"""Measures every kernel of a core in QEMU and writes its cost table: `python -m benchmarks.costs --board mps2-an386`.

A kernel's instructions are taken for a sum of counts times weights (`codegen.costs`). The weights that are not
negative and make the relative errors least, in squares, are found from one-operator models.
"""

from __future__ import annotations

import csv
import os
import subprocess
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.cmsis_nn_tree import choose_release
from codegen.costs import work_of
from codegen.device.toolchain import compiler_of
from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.graph import Array, Operator
from codegen.operators import family_of
from codegen.target import Board, Objective, Target
from codegen.transforms import legalise

from . import cost_runs
from .cost_cases import models

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "boards" / "costs"
CORES: Mapping[str, tuple[str, ...]] = {
    "mps2-an386": ("cortex-m4f", "cortex-m4", "cortex-m7f", "cortex-m33f", "cortex-m33"),
    "mps3-an547": ("cortex-m55", "cortex-m85"),
    "mps2-an386-m0plus": ("cortex-m0plus", "cortex-m0"),
    "mps2-an385": ("cortex-m3",),
    "qemu-virt-rv64": ("rv64gc",),
    "qemu-virt-rv32": ("rv32imc",),
    "raspberry-pi-4": ("cortex-a72",),
    "arduino-uno": ("avr5",),
}
"""The boards that are measured, and the cores that their tables stand for: those that run the same instructions."""
OBJECTIVES: tuple[Objective, Objective] = ("balanced", "ram")
"""What kernels are measured for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One kernel on one case: what it has to do, and what it took."""

    case: str
    kernel: str
    work: Mapping[str, float]
    instructions: int


def samples(board: str, tree: Path | None, wanted: Sequence[str], console: Console) -> list[Sample]:
    """Every kernel that takes a case, on every case. `wanted` restricts them to kernels whose names contain a word."""
    jobs = [
        (name, model, kernel, objective)
        for name, model in models()
        for kernel in _kernels(model, board, tree)
        if not wanted or any(word in kernel for word in wanted)
        for objective in _objectives(model, kernel, board, tree)
    ]
    console.print(f"{board}: {len(jobs)} measurements")
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = pool.map(lambda job: _measured(*job, board=board, tree=tree), jobs)
        return [sample for sample in found if sample is not None]


def _options(board: str, tree: Path | None, kernel: str, objective: Objective) -> Options:
    # The constant inputs of one-operator models would fold away what is to be measured.
    release = choose_release(None, tree).name
    return Options(board, "m", cmsis_nn=release, prefer=(kernel,), streaming=False, optimize=objective)


def _objectives(model: bytes, kernel: str, board: str, tree: Path | None) -> tuple[Objective, ...]:
    """`balanced`, and `ram` where the kernel then does something else, for less scratch."""
    (op,) = legalise(read_model(model)).main.operators
    one, other = (_target(op, board, tree, objective) for objective in OBJECTIVES)
    (found,) = (k for k in family_of(op).kernels if k.name == kernel and k.takes(op, one))
    return OBJECTIVES[:1] if work_of(found, op, one) == work_of(found, op, other) else OBJECTIVES


def _target(op: Operator, board: str, tree: Path | None, objective: Objective) -> Target:
    """One that wants every kernel of `op`, also those that are for other objectives."""
    names = tuple(kernel.name for kernel in family_of(op).kernels)
    return Target(load_board(board), choose_release(None, tree), optimize=objective, prefer=names)


def _kernels(model: bytes, board: str, tree: Path | None) -> list[str]:
    (op,) = legalise(read_model(model)).main.operators
    target = _target(op, board, tree, "balanced")
    usable = [k for k in family_of(op).kernels if k.provider == "native" or target.has_cmsis_nn]
    return [kernel.name for kernel in usable if kernel.takes(op, target)]


def _measured(
    case: str, model: bytes, kernel: str, objective: Objective, *, board: str, tree: Path | None
) -> Sample | None:
    """None where the board has no room for the case."""
    try:
        module = compile_with(model, _options(board, tree, kernel, objective))
        schedule = module.memory.schedule
        chosen = schedule.calls[0].kernel
        assert chosen.name == kernel, (case, kernel, chosen.name)
        took = cost_runs.taken(module, tree)
    except CodegenError as error:
        if load_board(board).core.family == "avr":
            return None
        raise RuntimeError(f"{case}, {kernel}: {error}") from error
    case = case if objective == "balanced" else f"{case} ({objective})"
    return Sample(case, kernel, dict(work_of(chosen, schedule.graph.main.operators[0], schedule.target)), took)


def _preference(name: str) -> int:
    """Of counts that always go together, the one that says most comes first."""
    order = ("macs", "windows", "quads", "vectors", "outputs", "inputs", "calls", "pixels", "rows")
    return order.index(name) if name in order else len(order)


def fitted(found: Sequence[Sample]) -> tuple[dict[str, float], float]:
    """The weights that are not negative, and the largest relative error that they leave."""
    took = np.array([sample.instructions for sample in found], float)
    columns: dict[str, Array] = {}
    for name in sorted(dict.fromkeys(name for sample in found for name in sample.work), key=_preference):
        column = np.array([sample.work.get(name, 0.0) for sample in found]) / took
        if column.any() and not any(np.allclose(column / column.max(), c / c.max()) for c in columns.values()):
            columns[name] = column
    names, terms = list(columns), np.stack(list(columns.values()), axis=1)
    weights, active = np.zeros(len(names)), list(range(len(names)))
    while active:
        values, *_ = np.linalg.lstsq(terms[:, active], np.ones(len(found)), rcond=1e-9)
        if (values >= 0).all():
            weights[active] = values
            break
        active.pop(int(np.argmin(values * np.abs(terms[:, active]).max(axis=0))))
    error = float(np.abs(terms @ weights - 1).max())
    return {name: round(float(w), 4) for name, w in zip(names, weights, strict=True) if w > 1e-4}, error


def table_text(name: str, found: Sequence[Sample], how: str) -> str:
    """The TOML file of a cost table."""
    by_kernel = defaultdict(list)
    for sample in found:
        by_kernel[sample.kernel].append(sample)
    emulator = load_board(name).core.emulator
    assert emulator is not None
    tree = " --cmsis-nn-root CMSIS-NN" if "CMSIS-NN v" in how else ""
    lines = [
        f"# What kernels cost, in {emulator.counts}: the sum of counts times weights (codegen/costs.py). Made by",
        f"#   python -m benchmarks.costs --board {name}{tree}",
        f"cores = [{', '.join(f'{core!r}' for core in CORES[name])}]".replace("'", '"'),
        f'how = "{how}"',
    ]
    for kernel in sorted(by_kernel):
        weights, error = fitted(by_kernel[kernel])
        inline = ", ".join(f"{name} = {weight}" for name, weight in weights.items())
        lines += ["", f"[kernels.{kernel}]", f"cases = {len(by_kernel[kernel])}", f"error = {error:.3f}"]
        lines += [f"weights = {{ {inline} }}"]
    return "\n".join(lines) + "\n"


def _how(board: Board, tree: Path | None) -> str:
    compiler, emulator = compiler_of(board.core), board.core.emulator
    assert emulator is not None
    gcc = subprocess.run([compiler, "-dumpversion"], capture_output=True, text=True, check=True).stdout.strip()
    counted = f"{emulator.counts} in {cost_runs.counter_of(board)}"
    kernels = (
        "" if "cmsis-nn" not in board.kernels
        else f", CMSIS-NN {choose_release(None, tree).name}" if tree else ", own functions for CMSIS-NN's"
    )  # fmt: skip
    return f"GCC {gcc} {cost_runs.level(board)}, {counted}{kernels}"


@click.command()
@click.option("--board", "boards", multiple=True, type=click.Choice(tuple(CORES)), help="Boards to measure.  [all]")
@click.option("--kernel", "wanted", multiple=True, metavar="WORD", help="Only kernels whose names contain it.")
@click.option(
    "--cmsis-nn-root",
    envvar="CMSIS_NN_ROOT",
    type=click.Path(path_type=Path),
    help="Upstream's tree, for Cortex-M.",
)
def main(boards: tuple[str, ...], wanted: tuple[str, ...], cmsis_nn_root: Path | None) -> None:
    """Measure kernels and write boards/costs/<core>.toml; the measurements stay in benchmarks/results/costs/<core>.csv.

    With --kernel, other kernels keep their last measurements.
    """
    console = Console(width=None if os.isatty(1) else 140)
    for board in boards or tuple(CORES):
        is_arm = load_board(board).core.family == "cortex-m"
        if is_arm and cmsis_nn_root is None:
            raise click.UsageError(f"{board} is measured with upstream's functions: --cmsis-nn-root is missing")
        tree = cmsis_nn_root if is_arm else None
        kept = ROOT / "benchmarks" / "results" / "costs" / f"{CORES[board][0]}.csv"
        found = samples(board, tree, wanted, console)
        new = {sample.kernel for sample in found}
        if wanted and kept.exists():
            found += [sample for sample in _load(kept) if sample.kernel not in new]
        found.sort(key=lambda sample: (sample.kernel, sample.case))
        _save(kept, found)
        FOLDER.mkdir(exist_ok=True)
        path = FOLDER / f"{CORES[board][0]}.toml"
        path.write_text(table_text(board, found, _how(load_board(board), tree)), encoding="utf-8")
        console.print(f"{path.name}: {len(found)} measurements of {len({s.kernel for s in found})} kernels")


def _save(path: Path, found: Sequence[Sample]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kernel", "case", "instructions", "work"))
        for sample in found:
            work = " ".join(f"{name}={count:g}" for name, count in sample.work.items() if count)
            writer.writerow((sample.kernel, sample.case, sample.instructions, work))


def _load(path: Path) -> list[Sample]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Sample(
                row["case"],
                row["kernel"],
                {name: float(count) for name, count in (part.split("=") for part in row["work"].split())},
                int(row["instructions"]),
            )
            for row in csv.DictReader(file)
        ]


if __name__ == "__main__":
    main()
