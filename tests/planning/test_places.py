"""Parts that lie in their wholes: nothing is copied, the bytes are the same, and parts live only while they must."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.emission.module import CModule
from codegen.graph import Tensor
from codegen.oracle import run_oracle
from codegen.verification import HostRunner
from tests.builders import GraphBuilder
from tests.operators.equality import random_cases


def same(b: GraphBuilder, x: Tensor) -> Tensor:
    """Something computed with the quantization of `x`."""
    return b.pool(x, "MAX_POOL_2D", (3, 3), stride=(1, 1), padding="SAME")


def joined(b: GraphBuilder) -> Tensor:
    x = b.input((1, 6, 5, 4), scale=0.1)
    return same(b, b.concatenation([same(b, x), same(b, same(b, x))], 1))


def joined_twice(b: GraphBuilder) -> Tensor:
    x = b.input((1, 4, 4, 4), scale=0.1)
    inner = b.concatenation([same(b, x), same(b, x)], 1)
    return same(b, b.concatenation([same(b, x), inner, x], 1))


def read_elsewhere_too(b: GraphBuilder) -> Tensor:
    x = b.input((1, 4, 4, 4), scale=0.1)
    one = same(b, x)
    y = b.concatenation([one, same(b, x)], 1)
    return b.concatenation([same(b, y), same(b, one)], 1)


def one_part_twice(b: GraphBuilder) -> Tensor:
    one = same(b, b.input((1, 4, 4, 4), scale=0.1))
    return same(b, b.concatenation([one, one], 1))


def inner_axis(b: GraphBuilder) -> Tensor:
    x = b.input((1, 4, 4, 4), scale=0.1)
    return same(b, b.concatenation([same(b, x), same(b, x)], 3))


def unaligned(b: GraphBuilder) -> Tensor:
    x = b.input((1, 3, 3, 3), scale=0.1)
    return same(b, b.concatenation([same(b, x), same(b, x)], 1))


def copies(module: CModule) -> int:
    calls = module.memory.schedule.calls
    return sum("concatenation" in call.call.function or "copy" in call.call.function for call in calls)


@pytest.mark.parametrize("kernels", ["native", "cmsis-nn"])
@pytest.mark.parametrize(
    ("make", "left"),
    [(joined, 0), (joined_twice, 1), (read_elsewhere_too, 0), (one_part_twice, 2), (inner_axis, 2), (unaligned, 1)],
    ids=lambda value: value.__name__ if callable(value) else str(value),
)
def test_parts_are_made_where_they_belong(make: Callable[[GraphBuilder], Tensor], left: int, kernels: str) -> None:
    b = GraphBuilder(5)
    model = b.model([make(b)])
    cases = [tuple(case) for case in random_cases(b, 3)]
    module = compile_with(model, Options("host", "net", kernels, streaming=False))
    assert copies(module) == left
    expected = run_oracle(model, cases)
    observed = HostRunner(module, None).run(cases)
    for want, got in zip(expected, observed.outputs, strict=True):
        np.testing.assert_array_equal(want[0].reshape(-1), got[0].reshape(-1))
    assert not observed.damage


def test_a_part_lives_from_its_making_on() -> None:
    b = GraphBuilder(5)
    module = compile_with(b.model([joined(b)]), Options("host", "net", "native", streaming=False))
    lives = [buffer.live for buffer in module.memory.buffers if len(buffer.live) > 1]
    (parts,) = lives
    assert [part.bytes for part in parts] == [120, 120]
    assert parts[0].first < parts[1].first or parts[1].first < parts[0].first
