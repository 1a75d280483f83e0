"""RELU and RELU6 behind an operator that clamps are its fused activation, where the numbers say so."""

from __future__ import annotations

import numpy as np

from codegen.transforms.fused_activation import fused_activation
from tests.builders import GraphBuilder
from tests.transforms.equal import check, maker, random_cases, types

NAME = "fused_activation"


def test_every_operator_with_both_activations(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 2):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        x = b.input((1, 6, 5, 3))
        outputs = []
        for type in ("RELU", "RELU6"):
            makers = [
                b.conv_2d(x, 4), b.depthwise_conv_2d(x), b.fully_connected(x, 7), b.add(x, b.input(x.shape)),
                b.add(x, x, scale=6 / 200, zero_point=-100), b.add(x, x, zero_point=-128), b.add(x, x, zero_point=127),
            ]  # fmt: skip
            outputs += [b.one(type, [y], y.shape, y.quantization) for y in makers]
        legal = check(b.build(outputs), random_cases(b), NAME, band_rows=(None, 2))
        assert len(legal.main.operators) == len(outputs)
        assert {op.option("fused_activation_function") for op in legal.main.operators} == {"RELU", "RELU6"}


def test_what_is_not_exact_stays() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 4, 4, 2), scale=0.1, zero_point=0)
    rescaled = b.unary("RELU", b.add(x, x, scale=0.2, zero_point=1), scale=0.3, zero_point=1)
    moved = b.one("RELU6", [b.add(x, x, scale=0.2, zero_point=1)], x.shape, b._quantization("int8", 0.2, 2))
    a = b.add(x, x)
    read_twice = b.one("RELU", [a], a.shape, a.quantization)
    clamped = b.add(x, x, "RELU6", scale=0.1, zero_point=0)
    already = b.one("RELU", [clamped], x.shape, clamped.quantization)
    pooled = b.pool(x)
    other = b.one("RELU", [pooled], pooled.shape, pooled.quantization)
    graph = b.build([rescaled, moved, a, read_twice, already, other, b.one("RELU", [x], x.shape, x.quantization)])
    check(graph, random_cases(b), NAME)
    assert types(fused_activation(graph)) == types(graph)


def test_a_chain_fuses_its_first() -> None:
    b = GraphBuilder(2)
    x = b.input((1, 5, 5, 2))
    y = b.conv_2d(x, 3, padding="VALID", scale=0.05, zero_point=-20)
    for type in ("RELU6", "RELU", "RELU6"):
        y = b.one(type, [y], y.shape, y.quantization)
    legal = check(b.build([y]), random_cases(b), NAME)
    assert types(legal) == ["CONV_2D", "COMPOSED"]
    first = legal.main.operators[0]
    assert first.option("fused_activation_function") == "RELU6" and first.index == 0
    assert maker(legal, y).index == 3
    assert np.prod(first.output.shape) == 27
