"""`codegen link`: one arena for several compiled models of an image."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from ..errors import CodegenError
from ..linking import Linked, link, read_plan
from .console import printable, show, show_json, table
from .options import json_option
from .program import is_json

EXAMPLES = """\b
Examples:
  codegen link kws/kws.json vww/vww.json -o firmware/models
  codegen link */*.json -o memory --name memory --json
"""


@click.command("link", short_help="Share an arena between compiled models.", epilog=EXAMPLES)
@click.argument("plans", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where to.")
@click.option("--name", metavar="ID", default="models", show_default=True, help="Of the header and its names.")
@json_option
def link_command(plans: tuple[Path, ...], output: Path, name: str) -> None:
    """Write the memory of several models that run in turn, from their PLANS (<id>.json): <name>.h and <name>.c.

    Of each RAM region the models share what they need while they run; what one keeps between calls is never shared.
    The models are not compiled again.
    """
    linked = link([read_plan(path) for path in plans], name)
    files = linked.files
    try:
        output.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (output / file).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        found = f"{output} cannot be written: {error.strerror or error}"
        raise CodegenError.say(found, "choose another folder with -o") from error
    if is_json():
        show_json(_json(linked, output))
    else:
        _show(linked, output)


def _json(linked: Linked, output: Path) -> dict[str, object]:
    return {
        "name": linked.name,
        "models": [
            {
                "name": model.name,
                "state_bytes": model.state_bytes,
                "arenas": [
                    {"region": planned.region, "bytes": planned.bytes, "persistent": planned.persistent,
                     "symbol": arena.symbol}
                    for planned, arena in linked.arrays[model.name]
                ],
            }
            for model in linked.models
        ],
        "regions": [
            {"region": region, "bytes": linked.bytes_in(region), "apart": linked.alone(region)}
            for region in linked.regions
        ],
        "directory": str(output),
        "files": list(linked.files),
    }  # fmt: skip


def _show(linked: Linked, output: Path) -> None:
    rows = [
        (model.name, arena.region, arena.bytes, "its own" if arena.persistent else "shared", model.state_bytes)
        for model in linked.models
        for arena in model.arenas
    ]
    show(table(("model", "region", "bytes", "", "state"), rows))
    for region in linked.regions:
        together, apart = linked.bytes_in(region), linked.alone(region)
        show(Text(f"{region}: {together:,} bytes together, {apart:,} apart", "bold"))
    show(Text(f"{', '.join(linked.files)} in {printable(str(output))}"))
