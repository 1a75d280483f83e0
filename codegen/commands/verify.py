"""`codegen verify`: run the emitted C and compare every output byte with the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from ..custom import with_custom
from ..emission.interface import EntryPoint
from ..emission.module import CModule
from ..errors import EXIT_MISMATCH, CodegenError, Location, Refusal
from ..feedback import find_pairs
from ..frontend.list_writes import has_list_writes
from ..frontend.reader import read_model
from ..frontend.writer import write_model
from ..graph import Graph
from ..layers import LayerReport, compare_layers
from ..oracle import ORACLES, OracleRefusalError, run_oracle
from ..reference import CHOICES, MIXED, oracle_name, run_reference
from ..signatures import as_main
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
DEFAULT_ORACLE = "tflite-micro"

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
    "--oracle", type=click.Choice(CHOICES), default=None,
    help="The interpreter that says what is right, unless FILE does; mixed: for each operator the first that runs it.  "
    "[default: tflite-micro; where that does not run the model litert for floats, mixed for integers]",
)  # fmt: skip
@click.option("--cases", type=click.IntRange(min=1), metavar="N", help="How many.  [default: all of FILE, else 16]")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="S", help="Of generated cases."
)
@click.option("--signature", metavar="KEY", help="Of a model with several: this one.  [default: all, one by one]")
@click.option("--layers", is_flag=True, help="Compare every intermediate tensor too, and name the first that differs.")
@compile_options
def verify_command(  # noqa: PLR0913 - one for each option
    *,
    model: Path,
    place: str,
    baud: int | None,
    timeout: float,
    inputs: Path | None,
    oracle: str | None,
    cases: int | None,
    seed: int,
    signature: str | None,
    layers: bool,
    settings: Settings,
) -> None:
    """Prove that the C emitted for MODEL gives the reference's bytes.

    Builds the C for --board, runs it on this computer, in QEMU or on a board over all cases, and compares every output:
    integers exactly, floats within 1e-5 of themselves or 1e-6 of their tensor's largest. Exit code 0 when equal, 1 when
    not. Without --board: host, mps2-an386 for --on qemu, and what the board says of itself for --on serial:PORT.
    """
    with Place(place, settings.options.board or None, baud, timeout) as where, running() as progress:
        where.transferred = progress.transferred
        settings = settings.for_board(where.board)
        progress.step("compiling")
        module = settings.compile(model)
        interface = module.interface
        entries = interface.entries if signature is None else (interface.entry(signature),)
        if inputs and len(entries) > 1:
            hint = f"say which by --signature: {', '.join(entry.key for entry in entries)}"
            raise CodegenError.say("--inputs has the cases of one signature, and the model has several", hint)
        if layers and any(entry.subgraph for entry in entries):
            hint = f"add --signature {interface.entries[0].key}"
            raise CodegenError.say("--layers compares the tensors of the main subgraph alone", hint)
        verdicts = []
        for entry in entries:
            subject = _Subject(
                module.calling(entry.key),
                entry,
                model,
                where,
                oracle or DEFAULT_ORACLE,
                oracle is not None,
                settings,
                progress,
            )
            verdicts.append(subject.verdict(inputs, cases, seed, layers=layers))
    if is_json():
        said = [verdict.json() for verdict in verdicts]
        by_key = {entry.key: one for entry, one in zip(entries, said, strict=True)}
        show_json(said[0] if len(said) == 1 else {"model": str(model), "signatures": by_key})
    else:
        for entry, verdict in zip(entries, verdicts, strict=True):
            if entry.key:
                show(Text(f"signature {printable(entry.key)}", "bold"))
            show_verdict(verdict.json(), verdict.comparison)
            if verdict.layers:
                show_layers(verdict.layers, verdict.comparison)
    if not all(verdict.is_equal for verdict in verdicts):
        click.get_current_context().exit(EXIT_MISMATCH)


@dataclass(frozen=True, slots=True, eq=False)
class _Verdict:
    """What was found of one entry point."""

    subject: _Subject
    reference: str
    given: Cases
    comparison: Comparison
    observed: Observation
    layers: LayerReport | None

    @property
    def is_equal(self) -> bool:
        different = self.layers is not None and bool(self.layers.different)
        return self.comparison.is_equal and not self.observed.damage and not different

    def json(self) -> dict[str, Any]:
        """The verdict, as `--json` prints it."""
        said = verdict_json(self.subject, self.reference, self.given, self.comparison, self.observed)
        return said | ({"layers": layers_json(self.layers)} if self.layers else {})


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """What is verified: one entry point of a module, where it runs, how it is compiled, and the oracle (which the user
    chose, or did not)."""

    module: CModule
    entry: EntryPoint
    model: Path
    where: Place
    oracle: str
    is_chosen: bool
    settings: Settings
    progress: Steps

    def verdict(self, inputs: Path | None, cases: int | None, seed: int, *, layers: bool) -> _Verdict:
        """Cases, what is expected of them, and what the module makes of them."""
        ports, progress = self.entry, self.progress
        if inputs:
            given = read_cases(inputs, ports.inputs, ports.outputs, cases)
        else:
            graph = as_main(self.module.memory.schedule.graph, self.entry.subgraph)
            given = generate_cases(graph, cases or DEFAULT_CASES, seed)
        if given.expected is not None:
            subject, expected, reference = self, given.expected, f"outputs of {given.source}"
        else:
            subject, expected, reference = self.answered(given)
        progress.step(f"preparing {self.where.text}")
        runner = self.runner(self.module)
        progress.step(f"running on {self.where.text}", len(given))
        observed = runner.run(given.inputs, progress.advance)
        report = subject.layers(given) if layers else None
        return _Verdict(subject, reference, given, compare(expected, observed.outputs, ports.outputs), observed, report)

    def answered(self, given: Cases) -> tuple[_Subject, tuple[Case, ...], str]:
        """What is right, by whom, and the subject with that oracle. Where nobody chose one, others stand in for models
        that tflite-micro does not run: float16, int8 weights of float operators, operators that it lacks."""
        users = "".join(f", reference of {custom.name}" for custom in self.settings.options.custom)
        self.progress.step(f"running {self.oracle}")
        try:
            return self, self.expected(given), oracle_name(self.oracle) + users
        except OracleRefusalError as refused:
            if self.is_chosen or not ORACLES["litert"].is_installed:
                raise
            refusals = [*refused.refusals]
            for oracle in self.others():
                try:
                    subject, expected, name = replace(self, oracle=oracle, is_chosen=True).answered(given)
                except CodegenError as error:
                    refusals += error.refusals
                else:
                    remark = "" if oracle == MIXED else f"; {self.oracle} does not run this model"
                    return subject, expected, name + remark
            raise CodegenError(*refusals) from refused

    def others(self) -> tuple[str, str]:
        """Integers keep tflite-micro's arithmetic where there is one: LiteRT's differs."""
        made = {tensor.dtype for op in self.source().main.operators for tensor in op.outputs}
        return (MIXED, "litert") if made & {"int8", "int16"} else ("litert", MIXED)

    def source(self) -> Graph:
        """The model as it was read, with the user's operators; this entry point's subgraph first."""
        graph = with_custom(read_model(self.model, batch=self.settings.options.batch), self.settings.options.custom)
        return as_main(graph, self.entry.subgraph)

    def feedback(self) -> tuple[tuple[int, int], ...]:
        wanted = self.settings.options.alias if not self.entry.subgraph else ()
        return find_pairs(self.source(), wanted) if wanted else ()

    def expected(self, given: Cases) -> tuple[Case, ...]:
        """What the oracle says; of a batch or a signature that it does not run by itself, of the model written anew;
        of operators that no interpreter knows, the user's description. tflite-micro computes slices whose shapes a file
        leaves open with wrong ones: it is given what the reader made of them."""
        options = self.settings.options
        if options.custom or self.oracle == MIXED:
            return run_reference(self.source(), given.inputs, self.oracle, feedback=self.feedback())
        source = self.source()
        open_shapes = self.oracle == "tflite-micro" and has_list_writes(source)
        same = options.batch == 1 and not self.entry.subgraph and not open_shapes
        data = self.model.read_bytes() if same else write_model(source)
        return tuple(run_oracle(data, given.inputs, self.oracle, feedback=self.feedback()))

    def runner(self, module: CModule) -> Runner:
        return self.where.runner(module, self.settings.cmsis_nn_root)

    def layers(self, given: Cases) -> LayerReport:
        """Every intermediate tensor, from a module that keeps them all."""
        progress = self.progress
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


def verdict_json(
    subject: _Subject, reference: str, given: Cases, comparison: Comparison, observed: Observation
) -> dict[str, Any]:
    """The verdict, as `--json` prints it. `mismatches` counts elements of all outputs of all cases."""
    module, settings = subject.module, subject.settings
    target, first = module.memory.schedule.target, comparison.first
    upstream = bool(settings.cmsis_nn_root and module.runtime.twin)
    return {
        "model": str(subject.model),
        "signature": subject.entry.key or None,
        "board": target.board.name,
        "on": subject.where.text,
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
