"""`codegen inspect`: what a model holds, and what of it cannot be compiled."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from ..api import Options, compile_with
from ..boards import load_board
from ..custom import load_custom, with_custom
from ..emission.naming import identifier
from ..errors import CodegenError
from ..frontend.reader import read_model
from ..frontend.schema import complete_options
from ..graph import Operator, Tensor
from ..inspection import Inspection, inspect_graph, inspection_json
from ..planning.search import tradeoff
from ..target import Target
from .console import printable, reasons, shortened, show, show_json, table
from .dump import tensor_text
from .memory import curve_lines, memory_json, memory_lines, write_map
from .options import batch_option, custom_option, json_option, kernels_option, model_argument
from .program import is_json

EXAMPLES = """\b
Examples:
  codegen inspect kws.tflite
  codegen inspect kws.tflite --json
  codegen inspect dynamic_batch.tflite --batch 4
  codegen inspect kws.tflite --board mps2-an386 --memory --svg kws.svg
"""


@click.command("inspect", short_help="Show what a model holds.", epilog=EXAMPLES)
@model_argument
@click.option("--board", metavar="NAME", default="host", show_default=True, help="Judge for this board.")
@kernels_option
@batch_option
@custom_option
@click.option("--memory", is_flag=True, help="Plan the memory too: what lies where at the operator that needs most.")
@click.option("--svg", metavar="FILE", type=click.Path(path_type=Path), help="With --memory: write the map as SVG.")
@json_option
def inspect_command(
    *, model: Path, board: str, kernels: str, batch: int, custom: tuple[str, ...], memory: bool, svg: Path | None
) -> None:
    """Show the operators of MODEL: shapes, types, quantization, MACs and parameters.

    Everything that cannot be compiled is listed at once, with reasons; that is no failure here (exit code 0).
    """
    customs = tuple(map(load_custom, custom))
    graph = with_custom(read_model(model, batch=batch), customs)
    inspection = inspect_graph(graph, Target(load_board(board)))
    if svg is not None and not memory:
        raise CodegenError.say("--svg is a picture of --memory", "give both")
    plan = compile_with(model, Options(board, kernels=kernels, batch=batch, custom=customs)).memory if memory else None
    points = tradeoff(plan.schedule.graph, plan.schedule.target) if plan else ()
    if svg is not None and plan is not None:
        write_map(plan, svg, identifier(model.stem, "model"))
    if is_json():
        show_json(inspection_json(inspection) | ({"memory": memory_json(plan, points)} if plan else {}))
        return
    show_inspection(inspection)
    if plan is not None:
        show(Text(), *memory_lines(plan), Text(), *curve_lines(points))


def _type(tensor: Tensor | None) -> str:
    return f"{tensor.dtype}{list(tensor.shape)}" if tensor else "-"


def _quantization(tensor: Tensor) -> str:
    if tensor.quantization is None:
        return "-"
    if tensor.quantization.is_per_channel:
        return f"{len(tensor.quantization.scales)} scales"
    return f"{tensor.scale:.6g} ({tensor.zero_point})"


def _options(op: Operator) -> str:
    """The options that say something: no defaults, no bytes of custom operators; words by themselves."""
    usual = {} if op.is_custom else complete_options(op.type, {})
    words = []
    for name, value in op.options.items():
        is_usual = value == usual.get(name) and name != "padding"
        if isinstance(value, bytes) or is_usual or (name.endswith("_factor") and value == 1):
            continue
        words.append(value if isinstance(value, str) else f"{name}={shortened(str(value))}")
    return ", ".join(words) or "-"


def show_inspection(inspection: Inspection) -> None:
    """The model for people: inputs and outputs, one row an operator, totals, and what is unsupported."""
    graph = inspection.graph
    rows = []
    for facts in inspection.operators:
        op = facts.operator
        computed = [tensor for tensor in op.inputs if tensor is not None and not tensor.is_constant]
        where = f"{facts.subgraph.index}." if len(graph.subgraphs) > 1 else ""
        rows.append(
            (
                f"{where}{op.index}",
                op.type + ("" if facts.is_supported else " (unsupported)"),
                " ".join(_type(tensor) for tensor in computed) or "-",
                " ".join(_type(tensor) for tensor in op.outputs),
                " ".join(_quantization(tensor) for tensor in op.outputs),
                facts.macs,
                facts.parameters,
                _options(op),
                shortened(op.name),
            )
        )
    columns = ("", "operator", "from", "to", "scale (zero)", "MAC", "parameters", "options", "name")
    parameters = inspection.parameters
    totals = (
        f"{len(inspection.operators)} operators, {inspection.macs:,} MAC, "
        f"{sum(tensor.size for tensor in parameters):,} parameters of {sum(t.bytes for t in parameters):,} bytes"
    )
    show(Text(printable(f"{graph.file} (sha256 {graph.sha256})"), "bold"))
    for kind, tensors in (("input", graph.main.inputs), ("output", graph.main.outputs)):
        show(*(Text(f"{kind} {index}: {tensor_text(tensor)}") for index, tensor in enumerate(tensors)))
    show(Text(), table(columns, rows, flexible=("options", "name")), Text(), Text(totals))
    if inspection.unsupported:
        verdict = f"{len(inspection.unsupported)} of {len(inspection.operators)} operators cannot be compiled:"
        show(Text(), Text(verdict, "bold"), reasons(inspection.refusals))
    else:
        show(Text("every operator can be compiled"))
