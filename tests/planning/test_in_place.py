"""Elementwise operators of segments write over an operand's rows, where nothing else needs them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.errors import InternalError
from codegen.frontend.reader import read_model
from codegen.graph import Graph, Operator, Tensor
from codegen.host import load
from codegen.operators import graph_checked
from codegen.operators.access import Access, Steps
from codegen.planning.in_place import is_safe, overwritable
from codegen.planning.model import MemoryPlan
from codegen.planning.regions import plan_memory
from codegen.planning.schedule import Stream, make_schedule
from codegen.replay import _Replay
from codegen.target import Target
from codegen.transforms import legalise
from codegen.verify import check_plan
from tests.builders import GraphBuilder
from tests.operators.equality import random_cases

BOARD = "mps2-an386"
TARGET = Target(load_board(BOARD), kernels="native")


def residual(*, twice: bool = False) -> tuple[GraphBuilder, bytes]:
    """x + conv(conv(x)), `twice`: the sum's operand is read by another operator too."""
    b = GraphBuilder(3)
    x = b.conv_2d(b.input((1, 12, 6, 4)), 8)
    y = b.conv_2d(b.conv_2d(x, 8), 8)
    z = b.conv_2d(b.binary("ADD", y, x), 4)
    return b, b.model([z, b.pool(y, "MAX_POOL_2D", (2, 2))] if twice else [z])


def graph_of(model: bytes) -> Graph:
    return graph_checked(legalise(read_model(model), ()), TARGET)


def planned(model: bytes, *bands: int) -> MemoryPlan:
    return check_plan(plan_memory(make_schedule(graph_of(model), TARGET, streams=[Stream(0, bands)])))


@pytest.mark.parametrize("bands", [(1, 1, 1, 1, 1), (2, 1, 3, 2, 1), (1, 4, 2, 3, 12)])
def test_a_sum_lies_where_its_operand_was(bands: tuple[int, ...]) -> None:
    b, model = residual()
    plan = planned(model, *bands)
    adding = next(call for call in plan.schedule.calls if call.operator.type == "ADD").operator
    operand, ring = adding.input(0), plan.buffer_of(adding.output)
    assert plan.schedule.overwritten == {operand}
    assert ring is not None
    assert plan.buffer_of(operand) is ring
    assert ring.ring is not None
    assert ring.ring % bands[2] == ring.ring % bands[3] == 0  # neither band goes round its end
    whole = load(compile_with(model, Options(BOARD, "net", "native", streams=())))
    rows = load(compile_with(model, Options(BOARD, "net", "native", streams=(Stream(0, bands),))))
    for case in random_cases(b, 3):
        np.testing.assert_array_equal(whole(*case)[0], rows(*case)[0])


def test_what_is_read_elsewhere_is_not_written_over() -> None:
    _, model = residual(twice=True)
    graph = graph_of(model)
    adding = next(op for op in graph.main.operators if op.type == "ADD")
    assert adding not in overwritable(graph, TARGET)
    assert not planned(model, 1, 1, 1, 1, 1).schedule.overwritten


def test_outputs_of_the_model_are_not_written_over() -> None:
    b = GraphBuilder(3)
    x = b.conv_2d(b.input((1, 12, 6, 4)), 8)
    graph = graph_of(b.model([b.one("HARD_SWISH", [x], x.shape, x.quantization), x]))
    assert not overwritable(graph, TARGET)


def test_an_output_that_is_written_ahead_of_its_operand_is_not_safe() -> None:
    x, y = (Tensor(k, f"t{k}", (1, 2, 2, 1), "int8") for k in range(2))
    op = Operator(0, "ADD", (x,), (y,))
    steps = np.arange(4)
    assert is_safe(x, op, Access(4, {x: Steps(steps)}, {y: Steps(steps)}))
    assert not is_safe(x, op, Access(4, {x: Steps(steps)}, {y: Steps(steps[::-1].copy())}))
    assert not is_safe(x, op, Access(4, {}, {y: Steps(steps)}))


def test_the_replay_finds_a_sum_that_is_read_before_it_is_made() -> None:
    plan = planned(residual()[1], 1, 1, 1, 1, 1)
    without = replace(plan.schedule)
    object.__setattr__(without, "calls", tuple(c for c in plan.schedule.calls if c.operator.type != "ADD"))
    with pytest.raises(InternalError, match="is not there when"):
        _Replay(replace(plan, schedule=without)).run()


def test_the_replay_finds_a_kernel_that_writes_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(residual()[1], 1, 1, 1, 1, 1)
    adding = next(call for call in plan.schedule.calls if call.operator.type == "ADD")

    def ahead(_kernel: object, op: Operator, *_: object) -> Access:
        steps = np.arange(op.output.size)
        return Access(len(steps), {op.input(0): Steps(steps)}, {op.output: Steps(steps[::-1].copy())})

    monkeypatch.setattr(type(adding.kernel), "access", ahead)
    with pytest.raises(InternalError, match="before it reads it"):
        check_plan(plan)
