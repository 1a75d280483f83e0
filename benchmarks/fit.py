"""What fits where: `python -m benchmarks.fit [--readme]`, a table of models and boards from `codegen fit`."""

from __future__ import annotations

from pathlib import Path

import click

from codegen.api import Options
from codegen.errors import CodegenError
from codegen.fit import Fit, fit_all

from .report import update_readme
from .run import ROOT, default_models

BEGIN, END = "<!-- fit:begin -->", "<!-- fit:end -->"


def markdown(paths: list[Path]) -> str:
    """A row for each board, a column for each model: milliseconds, or what is short."""
    found = {path.stem: {one.board.name: one for one in fit_all(path, Options(), [])} for path in paths}
    boards = dict.fromkeys(name for entries in found.values() for name in entries)
    lines = [f"| Board | {' | '.join(found)} |", "|---|" + "--:|" * len(found)]
    for board in boards:
        cells = [_cell(entries[board]) if board in entries else "" for entries in found.values()]
        lines.append(f"| {board} | {' | '.join(cells)} |")
    caption = (
        "Milliseconds of one inference by the core's cost table, at one instruction a cycle, or what is short; ~: an "
        "estimate, for cores or kernels that nobody measured; fits: what counts there says nothing of the board; "
        "operators: some of them have no kernel that reads program memory. By `codegen fit`, which builds nothing "
        "(`python -m benchmarks.fit --readme`)."
    )
    return "\n".join([*lines, "", caption])


def _cell(one: Fit) -> str:
    """Milliseconds, or what is short."""
    if not one.fits:
        sizes = (("RAM", one.ram, one.ram_available), ("flash", one.flash, one.flash_available))
        short = [name for name, need, there in sizes if need > there] + ["operators"] * bool(one.need.refusal)
        return ", ".join(short) or "no"
    if one.seconds is None:
        return "fits"
    mark = "~" if one.need.is_estimate else ""
    return mark + (f"{1000 * one.seconds:.3g}" if one.seconds < 1 else f"{1000 * one.seconds:,.0f}")


@click.command()
@click.option("--models", type=click.Path(path_type=Path), help="Folder of .tflite files.  [CODEGEN_MODELS]")
@click.option("--readme", is_flag=True, help="Update the table of README.md.")
def main(models: Path | None, readme: bool) -> None:
    """Print which model fits which board, and how long an inference takes there."""
    try:
        text = markdown(sorted((models or default_models()).glob("*.tflite")))
    except CodegenError as error:
        raise click.ClickException(str(error)) from error
    click.echo(text)
    if readme:
        click.echo(update_readme(ROOT / "README.md", text, (BEGIN, END)))


if __name__ == "__main__":
    main()
