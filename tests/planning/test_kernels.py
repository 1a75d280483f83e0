"""Kernels that are not worth their code: left out where another takes few instructions more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen.boards import load_board
from codegen.code_sizes import of_either, reached
from codegen.costs import cost_of
from codegen.graph import Graph
from codegen.operators import choose_kernel
from codegen.planning.kernels import without_costly_code
from codegen.target import OBJECTIVES, Objective, Target
from tests.builders import GraphBuilder

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


@pytest.mark.parametrize("board", ["host", "arduino-uno"])
def test_a_core_that_nobody_measured_avoids_nothing(board: str) -> None:
    assert without_costly_code(network(2, 2), Target(load_board(board))).avoid == ()


def test_code_is_counted_once() -> None:
    both = reached("cortex-m4f", ["cg_conv_2d_pairs_s8", "cg_fully_connected_pairs_s8"])
    apart = [reached("cortex-m4f", [name]) for name in ("cg_conv_2d_pairs_s8", "cg_fully_connected_pairs_s8")]
    assert sum(both.values()) < sum(sum(each.values()) for each in apart)
    assert both == apart[0] | apart[1]
