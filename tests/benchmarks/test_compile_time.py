"""A network of 3.5 million parameters compiles within its limits of time and memory."""

from __future__ import annotations

from benchmarks.compile_time import LIMIT_BYTES, LIMIT_SECONDS, Cost, measure, mobilenet_v2
from codegen.frontend.reader import read_model


def test_mobilenet_v2() -> None:
    model = mobilenet_v2()
    graph = read_model(model)
    weights = [op.input(k) for _, op in graph.operators() if op.type.endswith(("CONV_2D", "CONNECTED")) for k in (1, 2)]
    assert 3_400_000 < sum(tensor.size for tensor in weights) < 3_600_000
    # Other tests take caches and clock from it: of three runs the shortest says what it costs.
    costs = (measure(model, "mps2-an386") for _ in range(3))
    assert any(cost.is_within_limits for cost in costs)


def test_limits() -> None:
    assert Cost(LIMIT_SECONDS / 2, LIMIT_BYTES // 2).is_within_limits
    assert not Cost(LIMIT_SECONDS, LIMIT_BYTES // 2).is_within_limits
    assert not Cost(LIMIT_SECONDS / 2, LIMIT_BYTES).is_within_limits
