"""Measures models on emulated boards: `python -m benchmarks.run [--models DIR] [--boards ...] [--check PERCENT]`."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from rich.console import Console

from codegen.errors import CodegenError

from . import report, results
from .incumbent import load_incumbent
from .measure import Job, Row, measure, prepare, providers

ROOT = Path(__file__).resolve().parent.parent
BOARDS = tuple(report.CORES)
PROVIDERS = ("auto", "speed", "size", "native", "cmsis-nn", "upstream")


def default_models() -> Path:
    """The folder of the real models."""
    return Path(os.environ.get("CODEGEN_MODELS", str(ROOT.parent / "shared" / "models")))


@click.command()
@click.option("--models", type=click.Path(path_type=Path), help="Folder of .tflite and .npz pairs.  [CODEGEN_MODELS]")
@click.option("--model", "names", multiple=True, metavar="NAME", help="Only this model; may be given several times.")
@click.option("--boards", default=",".join(BOARDS), show_default=True, help="Boards with an emulator, by comma.")
@click.option("--providers", "sources", default=",".join(PROVIDERS), show_default=True, help="By comma.")
@click.option(
    "--cmsis-nn-root", envvar="CMSIS_NN_ROOT", type=click.Path(path_type=Path), help="Upstream's tree, for `upstream`."
)
@click.option("--check", type=float, metavar="PERCENT", help="Write nothing; exit 1 where a figure grew by more.")
@click.option("--readme", is_flag=True, help="Update the table of README.md.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(  # noqa: PLR0913, PLR0917 - one parameter an option
    models: Path | None,
    names: tuple[str, ...],
    boards: str,
    sources: str,
    cmsis_nn_root: Path | None,
    check: float | None,
    readme: bool,
    as_json: bool,
) -> None:
    """Measure every model on every board by every provider of kernels, and compare with benchmarks/results.

    Instructions, bytes and stack are exact and repeatable for one release of GCC and QEMU; the time to compile is not,
    and is printed only.
    """
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else 140)
    folder = models or default_models()
    paths = [path for path in sorted(folder.glob("*.tflite")) if not names or path.stem in names]
    if not paths:
        raise click.ClickException(f"no model in {folder}: give the folder by --models or CODEGEN_MODELS")
    try:
        rows, seconds = _measure_all(paths, boards.split(","), sources.split(","), cmsis_nn_root, console)
    except CodegenError as error:
        raise click.ClickException(str(error)) from error
    kept = results.load()
    found = results.changes(kept, rows)
    new = sum(row.key not in kept for row in rows)
    _show(rows, seconds, found, new, console, as_json=as_json)
    if check is not None:
        _judge(found, check, console)
        return
    everything = results.merged(kept, rows)
    results.save(everything)
    incumbent = load_incumbent()
    (results.FOLDER / "m4f.svg").write_text(report.chart(everything, incumbent), encoding="utf-8")
    if readme:
        console.print(report.update_readme(ROOT / "README.md", report.markdown(everything, incumbent)))


def _measure_all(
    paths: list[Path], boards: list[str], sources: list[str], tree: Path | None, console: Console
) -> tuple[list[Row], dict[results.Key, float]]:
    """The rows in order, and the seconds that compiling took: one after the other, so that they are comparable."""
    chosen = providers(tuple(sources), tree)
    if "upstream" in sources and tree is None:
        console.print("upstream is left out: give its tree by --cmsis-nn-root or CMSIS_NN_ROOT")
    jobs: list[Job] = [prepare(path, board, one) for board in boards for path in paths for one in chosen]
    with ThreadPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(measure, jobs))
    return rows, {row.key: job.seconds for row, job in zip(rows, jobs, strict=True)}


def _show(
    rows: list[Row],
    seconds: dict[results.Key, float],
    found: list[results.Change],
    new: int,
    console: Console,
    *,
    as_json: bool,
) -> None:
    if as_json:
        print(json.dumps([dataclasses.asdict(row) | {"compile_seconds": seconds[row.key]} for row in rows], indent=1))
        return
    console.print(report.terminal_table(rows, seconds))
    console.print(f"{len(found)} figures differ from those kept in benchmarks/results; {new} rows are new")
    for change in found:
        console.print(f"  {change}", highlight=False)


def _judge(found: list[results.Change], bound: float, console: Console) -> None:
    worse = results.grown(found, bound)
    if worse:
        console.print(f"{len(worse)} figures grew by more than {bound:g} %:")
        for change in worse:
            console.print(f"  {change}", highlight=False)
        sys.exit(1)
    console.print(f"no figure grew by more than {bound:g} %")


if __name__ == "__main__":
    main()
