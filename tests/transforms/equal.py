"""The test of every transform: the emitted C with and without it gives what the oracle gives for the original model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from codegen.api import Options, compile_with
from codegen.frontend.reader import read_model
from codegen.frontend.writer import write_model
from codegen.graph import Array, Graph, Operator, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from codegen.transforms import OPTIONAL, legalise
from tests.builders import GraphBuilder
from tests.operators.equality import random_values

KERNELS = ("cmsis-nn", "native")


def check(
    graph: Graph,
    cases: Sequence[Sequence[Array]],
    transform: str,
    *,
    oracle: str = "tflite-micro",
    kernels: Sequence[str] = KERNELS,
    band_rows: Sequence[int | None] = (None,),
    board: str = "host",
    without: bool = True,
) -> Graph:
    """The legal graph with `transform`. `without`: the model compiles without it too, and gives the same."""
    model = write_model(graph)
    expected = run_oracle(model, cases, oracle)
    for disabled in ((), (transform,)) if without else ((),):
        for provider in kernels:
            for rows in band_rows:
                options = Options(board, "m", provider, band_rows=rows, disable_transforms=disabled)
                run = load(compile_with(model, options))
                run.reset()
                for number, (case, wanted) in enumerate(zip(cases, expected, strict=True)):
                    for place, (got, want) in enumerate(zip(run(*case), wanted, strict=True)):
                        where = f"case {number}, output {place}, {provider}, bands {rows}, without {disabled}"
                        np.testing.assert_array_equal(got.reshape(-1), want.reshape(-1), err_msg=where)
    return legalise(read_model(model))


def only(graph: Graph, transform: str) -> Graph:
    """`graph` as the file has it, after this transform and the necessary ones alone."""
    others = [name for name in OPTIONAL if name != transform]
    return legalise(read_model(write_model(graph)), others)


def types(graph: Graph, subgraph: int = 0) -> list[str]:
    return [op.type for op in graph.subgraphs[subgraph].operators]


def maker(graph: Graph, tensor: Tensor) -> Operator:
    """The operator that makes the tensor of that name."""
    return next(op for op in graph.main.operators for made in op.outputs if made.name == tensor.name)


def random_cases(builder: GraphBuilder, count: int = 4) -> list[list[Array]]:
    return [[random_values(builder.rng, tensor) for tensor in builder.inputs] for _ in range(count)]
