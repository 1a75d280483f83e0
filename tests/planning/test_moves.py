"""Moves: chains of equal tensors need what their hungriest operator needs, and give the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.host import load
from codegen.planning.model import Segment
from codegen.planning.schedule import Stream
from tests.builders import GraphBuilder
from tests.operators.equality import random_cases

PORTABLE = ("cg_conv_2d_s8", "cg_depthwise_conv_2d_s8")
"""Kernels without scratch."""


def chain(layers: int) -> GraphBuilder:
    b = GraphBuilder(7)
    x = b.input((1, 12, 10, 4))
    for layer in range(layers):
        x = b.depthwise_conv_2d(x, (3, 3)) if layer % 2 else b.conv_2d(x, 4, (3, 3))
    return b


@pytest.mark.parametrize("layers", [3, 6])
def test_a_chain_needs_what_one_layer_needs(layers: int) -> None:
    b = chain(layers)
    model = b.model([b.operators[-1].output])
    fast = compile_with(model, Options("host", "net", "native", streaming=False, optimize="speed", prefer=PORTABLE))
    small = compile_with(model, Options("host", "net", "native", streaming=False, optimize="ram", prefer=PORTABLE))
    (arena,) = small.memory.arenas
    assert arena.bytes == arena.bound
    assert arena.bytes < 1.2 * 12 * 10 * 4
    assert not any(op.type == "MOVE" for op in fast.memory.schedule.graph.main.operators)
    assert arena.bytes < fast.arena_bytes
    one, other = load(fast), load(small)
    for case in random_cases(b, 4):
        np.testing.assert_array_equal(one(*case)[0], other(*case)[0])


def test_no_move_without_need() -> None:
    b = chain(6)
    module = compile_with(
        b.model([b.operators[-1].output]),
        Options("host", "net", "native", streaming=False, optimize="ram", prefer=PORTABLE),
    )
    operators = module.memory.schedule.graph.main.operators
    assert 0 < sum(op.type == "MOVE" for op in operators) < 6
    source = [op.index for op in operators if op.type != "MOVE"]
    assert source == sorted(source)
    assert [step.operator.index for step in module.memory.schedule.calls] == sorted(op.index for op in operators)


def test_the_plan_says_what_lies_over_what() -> None:
    b = chain(3)
    model = b.model([b.operators[-1].output])
    module = compile_with(model, Options("host", "net", "native", streaming=False, prefer=PORTABLE))
    buffers = {line["id"]: line for line in module.plan["buffers"]}  # type: ignore[attr-defined]
    pairs = [(buffers[dying], line) for line in buffers.values() for dying in line["over"]]
    assert len(pairs) >= 3
    for dying, growing in pairs:
        assert growing["offset"] < dying["offset"] + dying["bytes"]
        assert dying["offset"] < growing["offset"] + growing["bytes"]
        assert dying["live"][-1][3] == growing["live"][0][2]


def test_operators_behind_a_segment_are_moved_too() -> None:
    b = GraphBuilder(7)
    x = b.conv_2d(b.conv_2d(b.input((1, 12, 10, 1)), 2, (3, 3)), 4, (3, 3))
    for layer in range(12):
        x = b.depthwise_conv_2d(x, (3, 3)) if layer % 2 else b.conv_2d(x, 4, (3, 3))
    model = b.model([x])
    found = []
    for left_out in ((), ("moves",)):
        options = Options(
            "host", "net", "native", streams=(Stream(0, (1, 2)),), optimize="ram", prefer=PORTABLE,
            disable_transforms=left_out,
        )  # fmt: skip
        found.append(compile_with(model, options))
    moved, plain = found
    assert isinstance(moved.memory.schedule.body[0], Segment)
    assert any(op.type == "MOVE" for op in moved.memory.schedule.graph.main.operators)
    assert moved.arena_bytes < plain.arena_bytes
    one, other = load(moved), load(plain)
    for case in random_cases(b, 4):
        np.testing.assert_array_equal(one(*case)[0], other(*case)[0])
