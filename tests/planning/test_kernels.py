"""Kernels that are not worth their code: left out where another takes few instructions more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.cost_cases import clustered, pruned
from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.code_sizes import of_either, reached
from codegen.costs import cost_of
from codegen.emission.module import CModule
from codegen.graph import Array, Graph
from codegen.host import load
from codegen.operators import choose_kernel
from codegen.planning.kernels import without_costly_code
from codegen.target import OBJECTIVES, Objective, Target
from tests.builders import GraphBuilder
from tests.operators.equality import random_cases

M4F = "mps2-an386"


def network(layers: int, units: int) -> Graph:
    """Convolutions with a small fully connected layer behind them."""
    b = GraphBuilder(5)
    x = b.input((1, 12, 12, 16))
    for _ in range(layers):
        x = b.conv_2d(x, 16, (3, 3))
    x = b.pool(x, "AVERAGE_POOL_2D", (12, 12))
    return b.build([b.fully_connected(b.reshape(x, (1, 16)), units)])


def totals(graph: Graph, target: Target) -> tuple[float, int]:
    """Instructions, and bytes of kernels."""
    chosen = [(choose_kernel(graph, op, target), op) for _, op in graph.operators() if op.type != "RESHAPE"]
    costs = [cost_of(kernel, op, target) for kernel, op in chosen]
    code: dict[str, int] = {}
    for kernel, _ in chosen:
        code |= of_either(target.core.name, kernel.name)
    return sum(cost.instructions for cost in costs if cost), sum(code.values())


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_less_code_for_few_instructions(objective: Objective) -> None:
    graph = network(6, 8)
    target = Target(load_board(M4F), optimize=objective)
    fastest, largest = totals(graph, target)
    instructions, code = totals(graph, without_costly_code(graph, target))
    if objective == "speed":
        assert (instructions, code) == (fastest, largest)
    else:
        assert code < largest
        assert fastest <= instructions <= fastest * (1 + {"size": 2.0}.get(objective, 0.005))


def test_a_layer_that_is_all_there_is_keeps_its_kernel() -> None:
    b = GraphBuilder(5)
    graph = b.build([b.fully_connected(b.input((1, 256)), 128)])
    target = Target(load_board(M4F))
    (op,) = graph.main.operators
    assert choose_kernel(graph, op, without_costly_code(graph, target)).name == "cg_fully_connected_pairs_s8"
    assert choose_kernel(graph, op, replace(target, avoid=("cg_fully_connected_pairs_s8",))).name != (
        "cg_fully_connected_pairs_s8"
    )


def test_what_is_avoided_is_taken_where_there_is_nothing_else() -> None:
    b = GraphBuilder(5)
    graph = b.build([b.softmax(b.input((1, 8)))])
    (op,) = graph.main.operators
    target = Target(load_board(M4F), kernels="native", avoid=("cg_softmax_s8",))
    assert choose_kernel(graph, op, target).name == "cg_softmax_s8"


def dense(change: Callable[[np.random.Generator, Array], Array] | None) -> GraphBuilder:
    """Two layers, whose weights `change` makes."""
    b = GraphBuilder(5)
    x = b.input((1, 256))
    for units in (128, 64):
        x = b.fully_connected(x, units)
        op = b.operators[-1]
        old = op.input(1)
        if change is not None and old.data is not None:
            new = replace(old, data=change(b.rng, old.data.copy()))
            b.tensors[b.tensors.index(old)] = new
            b.operators[-1] = replace(op, inputs=(op.inputs[0], new, *op.inputs[2:]))
    return b


@pytest.mark.parametrize(
    ("change", "name", "remark"),
    [
        (None, "", ""),
        (clustered, "cg_conv_2d_clustered_s8", "16 different weights"),
        (pruned(0.8), "cg_conv_2d_sparse_s8", "blocks of four weights"),
        (pruned(0.3), "", ""),
    ],
)
def test_packed_weights_where_flash_counts(
    change: Callable[[np.random.Generator, Array], Array] | None, name: str, remark: str
) -> None:
    b = dense(change)
    model = b.model([b.operators[-1].output])
    packed = compile_with(model, Options(M4F, "net", "native", optimize="size"))
    other = compile_with(
        model, Options(M4F, "net", "native", optimize="size", disable_transforms=("kernel_choice",), streaming=False)
    )
    names = {call.kernel.name for call in packed.memory.schedule.calls}
    if name:
        assert names == {name}
        assert remark in " ".join(packed.files["net.c"].replace("*", " ").split())
        assert _weights(packed) < 0.6 * _weights(other)
    else:
        assert not any("clustered" in found or "sparse" in found for found in names)
    case = random_cases(b, 2)
    for values in case:
        np.testing.assert_array_equal(load(packed)(*values)[0], load(other)(*values)[0])


def _weights(module: CModule) -> int:
    plan: Any = module.plan
    return int(plan["flash"]["weights"])


@pytest.mark.parametrize("board", ["host", "arduino-uno"])
def test_a_core_that_nobody_measured_avoids_nothing(board: str) -> None:
    assert without_costly_code(network(2, 2), Target(load_board(board))).avoid == ()


def test_code_is_counted_once() -> None:
    both = reached("cortex-m4f", ["cg_conv_2d_pairs_s8", "cg_fully_connected_pairs_s8"])
    apart = [reached("cortex-m4f", [name]) for name in ("cg_conv_2d_pairs_s8", "cg_fully_connected_pairs_s8")]
    assert sum(both.values()) < sum(sum(each.values()) for each in apart)
    assert both == apart[0] | apart[1]
