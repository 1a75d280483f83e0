"""What pruned and clustered weights save: `python -m benchmarks.compressed [--models DIR] [--board NAME]`.

The weights of convolutions and fully connected layers of real models are replaced: 75 % of the blocks of four in a row
are 0, or a layer has 16 different values. Outputs are those of tflite-micro on the same file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from codegen.api import Options, compile_with
from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.frontend.writer import write_model
from codegen.graph import Array, Graph, Operator, Tensor
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner

from .run import default_models

SHARE = 0.75
CLUSTERS = 16
PACKED = ("CONV_2D", "FULLY_CONNECTED")
OBJECTIVES = ("balanced", "size")


def pruned(weights: Array, rng: np.random.Generator) -> Array:
    """`SHARE` of the blocks of four weights in a row of a filter are 0."""
    rows = weights.reshape(len(weights), -1).copy()
    whole = rows.shape[1] // 4 * 4
    blocks = rows[:, :whole].reshape(len(rows), -1, 4)
    blocks[rng.random(blocks.shape[:2]) < SHARE] = 0
    rows[:, :whole] = blocks.reshape(len(rows), whole)
    return rows.reshape(weights.shape)


def clustered(weights: Array, rng: np.random.Generator) -> Array:  # noqa: ARG001
    """The nearest of `CLUSTERS` values that as many weights have each."""
    shares = (np.arange(CLUSTERS) + 0.5) / CLUSTERS
    values = np.unique(np.round(np.quantile(weights, shares)).astype(np.int8))
    nearest = np.abs(weights.astype(int)[..., None] - values.astype(int)).argmin(axis=-1)
    return np.asarray(values[nearest])


CHANGES = {"as it is": None, "pruned": pruned, "clustered": clustered}


def changed(graph: Graph, name: str) -> Graph:
    """`graph` with the weights that `name` makes."""
    change = CHANGES[name]
    if change is None:
        return graph
    rng = np.random.default_rng(0)
    made: dict[Tensor, Tensor] = {}
    for op in graph.main.operators:
        weights = op.input(1) if op.type in PACKED else None
        if weights is not None and weights.data is not None:
            made[weights] = replace(weights, data=change(weights.data, rng))

    def with_weights(op: Operator) -> Operator:
        return replace(op, inputs=tuple(made.get(t, t) if t is not None else None for t in op.inputs))

    main = graph.main
    tensors = tuple(made.get(tensor, tensor) for tensor in main.tensors)
    new = replace(main, tensors=tensors, operators=tuple(map(with_weights, main.operators)))
    return replace(graph, subgraphs=(new, *graph.subgraphs[1:]))


@click.command()
@click.option("--models", type=click.Path(path_type=Path), help="Folder of .tflite files.  [CODEGEN_MODELS]")
@click.option("--model", "names", multiple=True, default=("ad", "kws"), show_default=True)
@click.option("--board", default="mps2-an386", show_default=True, help="A board with an emulator.")
def main(models: Path | None, names: tuple[str, ...], board: str) -> None:
    """Measure models with pruned and with clustered weights."""
    table = Table("model", "weights", "objective", "flash", "constants", "code", "instructions", "kernels")
    for name in names:
        graph = read_model((models or default_models()) / f"{name}.tflite")
        for what in CHANGES:
            model = write_model(changed(graph, what))
            for objective in OBJECTIVES:
                table.add_row(
                    name, what, objective, *_measured(model, Options(board, name, "native", optimize=objective))
                )
    Console(width=160).print(table)


def _measured(model: bytes, options: Options) -> tuple[str, ...]:
    """Flash, constants and code in bytes, instructions, and the kernels by how often they are called."""
    module = compile_with(model, options)
    rng = np.random.default_rng(1)
    case = tuple(rng.integers(-128, 128, port.tensor.shape, np.int8) for port in module.interface.inputs)
    (expected,) = run_oracle(model, [case])
    observed = QemuRunner(module, None).run([case])
    (found,) = observed.outputs
    if found is None or any(not np.array_equal(a.ravel(), b.ravel()) for a, b in zip(found, expected, strict=True)):
        raise CodegenError.say(f"{options.name} by {options.optimize}: the outputs are not those of tflite-micro")
    flash = observed.figures["flash"]
    kernels = Counter(call.kernel.name for call in module.memory.schedule.calls)
    said = ", ".join(f"{count} {kernel}" for kernel, count in kernels.most_common(3))
    sizes = (flash["code"] + flash["weights"], flash["weights"], flash["code"], observed.figures["instructions"])
    return (*(f"{size:,}" for size in sizes), said)


if __name__ == "__main__":
    main()
