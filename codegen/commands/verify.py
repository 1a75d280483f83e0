"""`codegen verify`: run the emitted C and compare every output byte with the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from ..custom import with_custom
from ..emission.module import CModule
from ..errors import EXIT_MISMATCH, CodegenError, Location, Refusal
from ..feedback import find_pairs
from ..frontend.reader import read_model
from ..frontend.writer import write_model
from ..graph import Graph
from ..layers import LayerReport, compare_layers
from ..oracle import ORACLES, find_oracle, run_oracle
from ..reference import run_reference
from ..verification import (
    FLOAT_TOLERANCE,
    Case,
    Cases,
    Comparison,
    Observation,
    Runner,
    compare,
    generate_cases,
    read_cases,
)
from .compile import arenas_json
from .console import printable, show, show_json, table
from .layers import layers_json, show_layers
from .options import Settings, compile_options, model_argument
from .place import Place, place_options
from .program import is_json
from .progress import Steps, running

DEFAULT_CASES = 16

EXAMPLES = """\b
Examples:
  codegen verify kws.tflite
  codegen verify kws.tflite --inputs kws.npz --on qemu --board mps3-an547
  codegen verify kws.tflite --on qemu --kernels native --cases 4 --seed 7 --json
  codegen verify kws.tflite --layers                         # which operator is the first that differs?
  codegen verify kws.tflite --cmsis-nn-root ../CMSIS-NN      # upstream's functions in place of codegen's

\b
An npz has input_0, input_1, ... each with a leading axis of cases, and where the answers are known output_0, ...:
then no interpreter is needed.
"""


@click.command("verify", short_help="Prove the C equal to the reference.", epilog=EXAMPLES)
@model_argument
@place_options
@click.option("--inputs", metavar="FILE", type=click.Path(path_type=Path), help="Cases, as npz; else generated ones.")
@click.option(
    "--oracle", type=click.Choice(tuple(ORACLES)), default="tflite-micro", show_default=True,
    help="The interpreter that says what is right, unless FILE does.",
)  # fmt: skip
@click.option("--cases", type=click.IntRange(min=1), metavar="N", help="How many.  [default: all of FILE, else 16]")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="S", help="Of generated cases."
)
@click.option("--layers", is_flag=True, help="Compare every intermediate tensor too, and name the first that differs.")
@compile_options
def verify_command(  # noqa: PLR0913 - one for each option
    *,
    model: Path,
    place: str,
    baud: int | None,
    timeout: float,
    inputs: Path | None,
    oracle: str,
    cases: int | None,
    seed: int,
    layers: bool,
    settings: Settings,
) -> None:
    """Prove that the C emitted for MODEL gives the reference's bytes.

    Builds the C for --board, runs it on this computer, in QEMU or on a board over all cases, and compares every output:
    integers exactly, floats within 1e-5 relative. Exit code 0 when equal, 1 when not. Without --board: host, mps2-an386
    for --on qemu, and what the board says of itself for --on serial:PORT.
    """
    report: LayerReport | None = None
    with Place(place, settings.options.board or None, baud, timeout) as where, running() as progress:
        settings = settings.for_board(where.board)
        subject = _Subject(model, where, oracle, settings)
        progress.step("compiling")
        module = settings.compile(model)
        ports = module.interface
        if inputs:
            given = read_cases(inputs, ports.inputs, ports.outputs, cases)
        else:
            given = generate_cases(module.memory.schedule.graph, cases or DEFAULT_CASES, seed)
        if given.expected is not None:
            expected, reference = given.expected, f"outputs of {given.source}"
        else:
            users = "".join(f", reference of {custom.name}" for custom in settings.options.custom)
            reference = find_oracle(oracle).name + users
            progress.step(f"running {oracle}")
            expected = subject.expected(given)
        progress.step(f"preparing {place}")
        runner = subject.runner(module)
        progress.step(f"running on {place}", len(given))
        observed = runner.run(given.inputs, progress.advance)
        if layers:
            report = subject.layers(given, progress)
    comparison = compare(expected, observed.outputs, ports.outputs)
    said = verdict_json(module, model, place, reference, given, comparison, observed, settings)
    if is_json():
        show_json(said | ({"layers": layers_json(report)} if report else {}))
    else:
        show_verdict(said, comparison)
        if report:
            show_layers(report, comparison)
    if not comparison.is_equal or observed.damage or (report and report.different):
        click.get_current_context().exit(EXIT_MISMATCH)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is verified: the model's file, where it runs, how it is compiled, and the oracle."""

    model: Path
    where: Place
    oracle: str
    settings: Settings

    def source(self) -> Graph:
        """The model as it was read, with the user's operators."""
        return with_custom(read_model(self.model, batch=self.settings.options.batch), self.settings.options.custom)

    def feedback(self) -> tuple[tuple[int, int], ...]:
        return find_pairs(self.source(), self.settings.options.alias) if self.settings.options.alias else ()

    def expected(self, given: Cases) -> tuple[Case, ...]:
        """What the oracle says; of a batch other than the file's, of the model written anew with it; of operators that
        no interpreter knows, the user's description."""
        options = self.settings.options
        if options.custom:
            return run_reference(self.source(), given.inputs, self.oracle, feedback=self.feedback())
        data = self.model.read_bytes() if options.batch == 1 else write_model(self.source())
        return tuple(run_oracle(data, given.inputs, self.oracle, feedback=self.feedback()))

    def runner(self, module: CModule) -> Runner:
        return self.where.runner(module, self.settings.cmsis_nn_root)

    def layers(self, given: Cases, progress: Steps) -> LayerReport:
        """Every intermediate tensor, from a module that keeps them all."""
        if self.where.kind == "serial":
            found = "--layers needs a firmware that keeps every tensor, and the board has another"
            raise CodegenError.say(found, "use --layers with --on host or --on qemu")
        progress.step("compiling with every tensor kept")
        options = replace(self.settings.options, keep=(), keep_all=True)
        try:
            module = replace(self.settings, options=options, dump_after=None).compile(self.model)
        except CodegenError as error:
            where, found = Location(str(self.model)), "with every tensor kept (--layers) it cannot be compiled"
            refusal = Refusal(where, found, "where memory is short, leave --board out: --layers on this computer")
            raise CodegenError(*error.refusals, refusal) from error
        progress.step(f"building for {self.where.kind}, with every tensor kept")
        runner = self.runner(module)
        progress.step(f"running on {self.where.kind}, with every tensor kept", len(given))
        observed = runner.run(given.inputs, progress.advance)
        progress.step(f"running {self.oracle} for every tensor")
        kept = module.interface.kept
        return compare_layers(self.source(), kept, given.inputs, observed, self.oracle, self.feedback())


def verdict_json(  # noqa: PLR0913, PLR0917 - what a verdict is about
    module: CModule,
    model: Path,
    on: str,
    reference: str,
    given: Cases,
    comparison: Comparison,
    observed: Observation,
    settings: Settings,
) -> dict[str, Any]:
    """The verdict, as `--json` prints it. `mismatches` counts elements of all outputs of all cases."""
    target, first = module.memory.schedule.target, comparison.first
    upstream = bool(settings.cmsis_nn_root and module.runtime.twin)
    return {
        "model": str(model),
        "board": target.board.name,
        "on": on,
        "kernels": target.kernels,
        "oracle": reference,
        "cases": comparison.cases,
        "waited": comparison.waited,
        "mismatches": comparison.mismatches,
        "max_abs_diff": comparison.max_abs_diff,
        "arena_bytes": module.arena_bytes,
        "arenas": arenas_json(module),
        "elements": comparison.elements,
        "inputs": given.source,
        "seed": given.seed,
        "float_tolerance": FLOAT_TOLERANCE,
        "cmsis_nn": {"release": target.cmsis_nn.name, "upstream": upstream},
        "first_difference": {
            "case": first.case,
            "output": first.output,
            "name": first.name,
            "element": list(first.element),
            "expected": first.expected,
            "found": first.found,
        }
        if first
        else None,
        **observed.figures,
    }


def show_verdict(report: dict[str, Any], comparison: Comparison) -> None:
    """The verdict for people; the seed is in it."""
    damage = report.get("guards", {}).get("damage", [])
    if comparison.is_equal and not damage:
        head = Text(f"equal: {comparison.elements:,} values of {comparison.cases} cases", "bold green")
    elif comparison.is_equal:
        head = Text("memory outside the model was written", "bold red")
    else:
        share = f"{comparison.mismatches:,} of {comparison.elements:,} values"
        head = Text(f"different: {share}, by at most {comparison.max_abs_diff}", "bold red")
    release = report["cmsis_nn"]
    source = f"upstream {release['release']}" if release["upstream"] else f"portable {release['release']}"
    arenas = ", ".join(f"{a['region']} {a['bytes']:,}" for a in report["arenas"])
    rows = [
        ("model", report["model"]),
        ("board", f"{report['board']}, on {report['on']}"),
        ("kernels", f"{report['kernels']}, CMSIS-NN: {source}"),
        ("reference", report["oracle"]),
        ("inputs", report["inputs"] + (f"; {comparison.waited} waited for more" if comparison.waited else "")),
        ("arena bytes", arenas or "0"),
    ]
    if "stack_bytes" in report:
        rows.append(("stack bytes", f"{report['stack_bytes']:,}"))
    if "flash" in report:
        flash = report["flash"]
        rows.append(("flash bytes", f"code {flash['code']:,}, weights {flash['weights']:,}"))
    rows += [(unit, f"{report[unit]:,} an inference") for unit in ("instructions", "cycles") if unit in report]
    if "guards" in report:
        rows.append(("guards", "; ".join(damage) or "intact"))
    show(head, table(("", ""), rows))
    if comparison.first:
        show(Text(printable(f"first difference: {comparison.first}")))
