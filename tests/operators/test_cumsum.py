"""CUMSUM equals tflite-micro over axes, options, scales and types, and refuses what it must."""

from __future__ import annotations

import numpy as np

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder

from .elementwise import cases, operand
from .equality import assert_equal, refusal


def cumsum(b: GraphBuilder, x: Tensor, axis: int, k: int, quantization: Quantization | None) -> Tensor:
    inputs = [x, b.constant(np.array([axis], np.int32))]
    return b.one("CUMSUM", inputs, x.shape, quantization, x.dtype, exclusive=k % 2 == 0, reverse=k // 2 % 2 == 0)


def test_cumsum(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(400 if full else 60):
        rank = int(rng.integers(1, 6))
        x = operand(b, rng.integers(1, 7, rank).tolist(), ("int8", "float32")[k // 4 % 2])
        quantization = None
        if x.dtype == "int8":
            scale = float(np.float32(x.scale * rng.choice([0.1, 1, 2.7, 40])))
            quantization = Quantization((scale,), (int(rng.integers(-128, 128)),))
        outputs.append(cumsum(b, x, int(rng.integers(-rank, rank)), k, quantization))
    assert_equal(b, outputs, cases(b, 6), kernels=("native",))


def test_long_sums_wrap_as_in_the_reference(rng: np.random.Generator) -> None:
    b = GraphBuilder(0)
    x = operand(b, [100], "int8", quantization=Quantization((0.1,), (-128,)))
    outputs = [cumsum(b, x, 0, k, Quantization((0.5,), (0,))) for k in range(4)]
    assert_equal(b, outputs, [[np.full(100, 127, np.int8)], *cases(b, 3)], kernels=("native",))


def test_refusals() -> None:
    b = GraphBuilder(0)
    x = b.input((2, 4), scale=0.1)
    assert "2^-19 times" in refusal(b, cumsum(b, x, 0, 0, Quantization((1e-9,), (0,))))
    assert "[2] of 2 dimensions" in refusal(b, cumsum(b, x, 2, 0, x.quantization))
    assert "int16/int16" in refusal(b, cumsum(b, b.input((2,), "int16"), 0, 0, Quantization((0.1,), (0,))))
    which = b.input((1,), "int32", name="which")
    assert "'which' is computed" in refusal(b, b.one("CUMSUM", [x, which], x.shape, x.quantization))
