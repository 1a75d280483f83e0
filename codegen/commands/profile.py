"""`codegen profile`: where the time of an inference goes, operator by operator."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from ..device.timing import Timing
from ..emission.module import CModule
from ..errors import CodegenError
from ..verification import Case, generate_cases, read_cases
from .console import printable, show, show_json, table
from .options import Settings, compile_options, model_argument
from .place import Place, place_options
from .program import is_json
from .progress import running

EXAMPLES = """\b
Examples:
  codegen profile kws.tflite --on qemu --board stm32f405           instructions, exact
  codegen profile kws.tflite --on serial:/dev/ttyACM0              cycles, on a board with `codegen firmware`'s image
  codegen profile kws.tflite                                       nanoseconds of this computer
  codegen profile kws.tflite --on qemu --board mps3-an547 --csv kws.csv
"""


@click.command("profile", short_help="Time of every operator.", epilog=EXAMPLES)
@model_argument
@place_options
@click.option("--inputs", metavar="FILE", type=click.Path(path_type=Path), help="An npz whose first case is run.")
@click.option("--csv", "csv_file", metavar="FILE", type=click.Path(path_type=Path), help="Write the rows as CSV too.")
@compile_options
def profile_command(
    *,
    model: Path,
    place: str,
    baud: int | None,
    timeout: float,
    inputs: Path | None,
    csv_file: Path | None,
    settings: Settings,
) -> None:
    """Measure one inference of MODEL: the whole without counters, and with counters every operator.

    The unit is instructions in QEMU, core cycles on a board and in simavr, nanoseconds on this computer and of programs
    that QEMU or Node run on it. Short models are repeated.
    """
    with Place(place, settings.options.board or None, baud, timeout) as where, running() as progress:
        where.transferred = progress.transferred
        settings = settings.for_board(where.board)
        progress.step("compiling")
        module = settings.compile(model)
        case = _case(module, inputs)
        progress.step(f"preparing {place}")
        weights = _plan(module)["flash"]["weights"]
        memory: dict[str, Any] = {"stack_bytes": None, "flash": {"code": None, "weights": weights}}
        if where.kind == "host":
            timing = _on_host(module, case)
        elif where.is_program(module):
            progress.step(f"running on {place}")
            timing, memory["flash"] = where.timing(module, case, settings.cmsis_nn_root)
        else:
            board = where.on_board(module, settings.cmsis_nn_root)
            if not board.session.hello.has_profile:
                hint = "build it with `codegen firmware` without --no-profile"
                raise CodegenError.say("the firmware on the board has no counters", hint)
            progress.step(f"running on {place}")
            timing = board.timing(case, progress.advance)
            memory["stack_bytes"] = board.session.memory().stack_most
            if board.firmware is not None:
                flash = board.firmware.flash()
                memory["flash"] = {"code": flash["code"], "weights": flash["weights"]}
    report = profile_json(module, model, place, timing, memory)
    if csv_file is not None:
        _write(csv_file, as_csv(report))
    if is_json():
        show_json(report)
    else:
        show_profile(report, timing)


def _on_host(module: CModule, case: Case) -> Timing:
    from ..host.profile import host_timing  # noqa: PLC0415 - needs the extra `host`

    return host_timing(module, case)


def _case(module: CModule, inputs: Path | None) -> Case:
    ports = module.interface
    if inputs is not None:
        return read_cases(inputs, ports.inputs, ports.outputs, 1).inputs[0]
    return generate_cases(module.memory.schedule.graph, 1, 0).inputs[0]


def _plan(module: CModule) -> Any:  # noqa: ANN401 - a JSON value
    return module.plan


def operator_times(module: CModule, timing: Timing) -> list[tuple[dict[str, Any], float]]:
    """Every operator that runs, as the plan has it, with its time, in execution order.

    What belongs to no operator (the head of invoke, the loop of a segment) is spread over them by their time.
    """
    operators = {op["id"]: op for op in _plan(module)["operators"]}
    times: dict[str, float] = {}
    rest = 0.0
    for function, time in timing.functions:
        stem = function
        while stem not in operators and re.search(r"_[a-z0-9]+$", stem):
            stem = stem.rsplit("_", 1)[0]
        if stem in operators:
            times[stem] = times.get(stem, 0.0) + time
        else:
            rest += time
    whole = sum(times.values())
    factor = 1 + rest / whole if whole else 1.0
    return [(operators[name], time * factor) for name, time in times.items()]


def profile_json(module: CModule, model: Path, place: str, timing: Timing, memory: dict[str, Any]) -> dict[str, Any]:
    """The profile, as `--json` prints it; `instructions` are in `unit`."""
    target = module.memory.schedule.target
    return {
        "model": str(model),
        "board": target.board.name,
        "on": place,
        "kernels": target.kernels,
        "unit": timing.unit,
        "instructions": timing.total,
        "operators": [
            {
                "index": op["index"],
                "name": op["name"],
                "type": op["type"],
                "kernel": op["kernel"],
                "macs": op["macs"],
                "instructions": round(time),
            }
            for op, time in operator_times(module, timing)
        ],
        "arena_bytes": module.arena_bytes,
        "state_bytes": module.interface.state_bytes,
        **memory,
    }


def as_csv(report: dict[str, Any]) -> str:
    """The operators as rows, and last the total."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("index", "type", "name", "kernel", "macs", report["unit"]))
    for op in report["operators"]:
        writer.writerow((op["index"], op["type"], op["name"], op["kernel"], op["macs"], op["instructions"]))
    writer.writerow(("total", "", "", "", sum(op["macs"] for op in report["operators"]), report["instructions"]))
    return stream.getvalue()


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CodegenError.say(f"{path} cannot be written: {error.strerror or error}") from None


def show_profile(report: dict[str, Any], timing: Timing) -> None:
    """A table for people."""
    unit, total = report["unit"], report["instructions"]
    rows: list[tuple[object, ...]] = [
        (
            op["index"], op["type"], op["name"].split(";")[0], op["kernel"], op["macs"] or None, op["instructions"],
            _percent(op["instructions"], total), _per_mac(op["instructions"], op["macs"]),
        )
        for op in report["operators"]
    ]  # fmt: skip
    macs = sum(op["macs"] for op in report["operators"])
    rows.append((None, "total", "", "", macs, total, "", _per_mac(total, macs)))
    seconds = total / timing.clock_hz
    head = f"{printable(report['model'])} on {report['board']} ({report['on']}): {total:,} {unit} an inference"
    if unit == "nanoseconds" and report["on"] == "qemu":
        head += " of the emulator on this computer: how operators compare, not what the board takes"
    if unit == "cycles":
        head += f", {1000 * seconds:.3f} ms at {timing.clock_hz / 1e6:g} MHz"
    flash, stack = report["flash"], report["stack_bytes"]
    memory = [("arena bytes", f"{report['arena_bytes']:,}"), ("state bytes", f"{report['state_bytes']:,}")]
    if stack is not None:
        memory.append(("stack bytes", f"{stack:,}"))
    code = "" if flash["code"] is None else f"code {flash['code']:,}, "
    memory.append(("flash bytes", f"{code}weights {flash['weights']:,}"))
    show(
        Text(head, "bold"),
        table(("#", "operator", "name", "kernel", "MAC", unit, "share", "per MAC"), rows, flexible=("name", "kernel")),
        Text(),
        table(("", ""), memory),
    )


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def _per_mac(time: float, macs: int) -> str:
    return f"{time / macs:.2f}" if macs else "-"
