"""What fits where: `python -m benchmarks.fit [--readme]`, a table of models and boards from `codegen fit`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.testing import CliRunner

from codegen.cli import main as codegen

from .report import update_readme
from .run import ROOT, default_models

BEGIN, END = "<!-- fit:begin -->", "<!-- fit:end -->"


def markdown(paths: list[Path]) -> str:
    """A row for each board, a column for each model: milliseconds, or what is short."""
    found = {path.stem: {entry["board"]: entry for entry in _fit(path)} for path in paths}
    boards = dict.fromkeys(name for entries in found.values() for name in entries)
    lines = [f"| Board | {' | '.join(found)} |", "|---|" + "--:|" * len(found)]
    for board in boards:
        cells = [_cell(entries.get(board)) for entries in found.values()]
        lines.append(f"| {board} | {' | '.join(cells)} |")
    caption = (
        "Milliseconds of one inference by the core's cost table, at one instruction a cycle, or what is short; by "
        "`codegen fit` without a build (`python -m benchmarks.fit --readme`)."
    )
    return "\n".join([*lines, "", caption])


def _fit(path: Path) -> list[dict[str, object]]:
    result = CliRunner().invoke(codegen, ["fit", str(path), "--json"])
    if not result.stdout.startswith("["):
        raise click.ClickException(result.output)
    entries: list[dict[str, object]] = json.loads(result.stdout)
    return entries


def _cell(entry: dict[str, object] | None) -> str:
    if entry is None:
        return ""
    if not entry["fits"]:
        short = [
            name
            for name in ("RAM", "flash")
            if _number(entry, name.lower()) > _number(entry, f"{name.lower()}_available")
        ]
        return " and ".join(short) or "no"
    time = entry["milliseconds"]
    return "fits" if time is None else f"{float(str(time)):.3g}"


def _number(entry: dict[str, object], key: str) -> float:
    value = entry.get(key)
    return float("inf") if value is None else float(str(value))


@click.command()
@click.option("--models", type=click.Path(path_type=Path), help="Folder of .tflite files.  [CODEGEN_MODELS]")
@click.option("--readme", is_flag=True, help="Update the table of README.md.")
def main(models: Path | None, readme: bool) -> None:
    """Print which model fits which board, and how long an inference takes there."""
    text = markdown(sorted((models or default_models()).glob("*.tflite")))
    click.echo(text)
    if readme:
        click.echo(update_readme(ROOT / "README.md", text, (BEGIN, END)))


if __name__ == "__main__":
    main()
