"""`codegen compile`: a model to a folder of C."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from ..emission.module import CModule
from ..errors import CodegenError
from .console import printable, show, show_json, table
from .memory import peak_lines, peaks_json
from .options import Settings, compile_options, model_argument
from .program import is_json

EXAMPLES = """\b
Examples:
  codegen compile kws.tflite --board stm32f407-discovery
  codegen compile kws.tflite --board mps2-an386 -o firmware/kws --kernels native
  codegen compile kws.tflite --board nucleo-f446re --optimize speed --flash 300000
  codegen compile kws.tflite --board my_board.toml --cmsis-nn-root ../CMSIS-NN
  codegen compile kws.tflite --board host --json
"""


@click.command("compile", short_help="Compile a model to C for a board.", epilog=EXAMPLES)
@model_argument
@click.option("-o", "--output", metavar="DIR", type=click.Path(path_type=Path), help="Where to.  [default: ./ID]")
@compile_options
def compile_command(model: Path, output: Path | None, settings: Settings) -> None:
    """Compile MODEL, a quantized .tflite file, to standalone C for a board.

    The folder then holds <id>.h, <id>.c, the constants, the runtime files that this model uses, CMakeLists.txt, the
    plan as <id>.json and a picture of it, memory against time, as <id>.svg. A refused model (exit code 2) writes
    nothing.
    """
    if not settings.options.board:
        hint = "`codegen boards` lists them; `--board host` is this computer"
        raise CodegenError.say("the option --board is missing", hint)
    module = settings.compile(model)
    folder = write_module(module, output or Path(module.name))
    if is_json():
        show_json(summary_json(module, model, folder))
    else:
        show_summary(module, model)
        show(Text(f"\n{len(module.files)} files in {printable(str(folder))}"))


def write_module(module: CModule, folder: Path) -> Path:
    """Writes the module; what the operating system refuses is a `CodegenError` as well."""
    whole = folder.resolve()
    if whole == Path.cwd() or whole in Path.cwd().parents:
        raise CodegenError.say(f"{folder} is the current folder or above it", "name a folder of its own with -o")
    try:
        module.write(whole)
    except OSError as error:
        found = f"{folder} cannot be written: {error.strerror or error}"
        raise CodegenError.say(found, "choose another folder with -o") from error
    return folder


def summary_json(module: CModule, model: Path, folder: Path) -> dict[str, Any]:
    """What the summary says; the whole plan is in `<id>.json`."""
    plan, target = _plan(module), module.memory.schedule.target
    return {
        "model": str(model),
        "name": module.name,
        "sha256": plan["model"]["sha256"],
        "board": target.board.name,
        "core": target.core.name,
        "kernels": target.kernels,
        "cmsis_nn": target.cmsis_nn.name,
        "arena_bytes": module.arena_bytes,
        "arenas": arenas_json(module),
        "peaks": peaks_json(module.memory),
        "weight_bytes": plan["flash"]["weights"],
        "macs": sum(op["macs"] for op in plan["operators"]),
        "operators": [
            {key: op[key] for key in ("index", "type", "name", "kernel", "provider", "macs")}
            for op in plan["operators"]
        ],
        "directory": str(folder),
        "files": list(module.files),
    }


def arenas_json(module: CModule) -> list[dict[str, Any]]:
    """Each arena's bytes, its lower bound and what the board's region has."""
    return [
        {"region": a.region.name, "bytes": a.bytes, "bound": a.bound, "available": a.region.usable}
        for a in module.memory.arenas
    ]


def _plan(module: CModule) -> Any:  # noqa: ANN401 - a JSON value
    return module.plan


def show_summary(module: CModule, model: Path) -> None:
    """A few lines: memory against the board's, flash, and which kernels compute what."""
    plan, target = _plan(module), module.memory.schedule.target
    board = target.board
    head = f"{module.name}: {printable(model.name)} for {board.name} ({target.core.name}), kernels {target.kernels}"
    if any(op["provider"] == "cmsis-nn" for op in plan["operators"]):
        head += f", CMSIS-NN {target.cmsis_nn}"
    memory: list[tuple[object, ...]] = [
        (f"RAM {a.region.name}", a.bytes, a.bound, a.region.usable, _share(a.bytes, a.region.usable))
        for a in module.memory.arenas
    ]
    weights = plan["flash"]["weights"]
    region = board.region(plan["flash"]["region"])
    room = board.flash_bytes if region.name == board.place_constants[0] else region.usable
    memory.append((f"constants, {region.name}", weights, None, room, _share(weights, room)))
    peak = peak_lines(module.memory)
    counts, macs = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for op in plan["operators"]:
        key = (op["type"], op["kernel"] or "no call: the same bytes")
        counts[key] += 1
        macs[key] += op["macs"]
    show(
        Text(head, "bold"),
        Text(),
        table(("memory", "bytes", "lower bound", "of the board's", "share"), memory),
        *peak,
        Text(),
        table(("operator", "kernel", "count", "MAC"), [(*key, counts[key], macs[key]) for key in counts]),
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"
