"""PRELU equals tflite-micro over shapes, scales and types, and refuses what it must."""

from __future__ import annotations

import numpy as np

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder

from .elementwise import SPECIAL, cases, operand, random_quantization, random_shapes
from .equality import assert_equal, refusal


def prelu(b: GraphBuilder, dtype: str, shapes: list[list[int]], k: int = 3) -> Tensor:
    x = operand(b, shapes[0], dtype)
    alpha = operand(b, shapes[1], "float32" if dtype == "float32" else "int8", constant=k % 3 != 0)
    quantization = random_quantization(b, dtype)
    if quantization and k % 4:
        scale = float(np.float32(x.scale * b.rng.choice([0.1, 1, 1.3, 4])))
        quantization = Quantization((scale,), quantization.zero_points)
    shape = np.broadcast_shapes(x.shape, alpha.shape)
    return b.one("PRELU", [x, alpha], shape, quantization, dtype)


def test_prelu(rng: np.random.Generator, full: bool) -> None:
    """Up to 4 dimensions: the reference's float form knows no more."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for dtype in ("int8", "int16", "float32"):
        for k in range(60 if full else 15):
            first, second = random_shapes(rng, int(rng.integers(1, 5)))
            outputs.append(prelu(b, dtype, [first, first[-1:] if k % 2 else second], k))
    assert_equal(b, outputs, cases(b, 6), kernels=("native",))


def test_every_pair_of_int8(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [prelu(b, "int8", [[256, 1], [1, 256]]) for _ in range(6)]
    every = np.arange(-128, 128).astype(np.int8)
    assert_equal(b, outputs, [[every.reshape(x.shape) for x in b.inputs]], kernels=("native",))


def test_floats_that_are_no_numbers() -> None:
    b = GraphBuilder(0)
    output = prelu(b, "float32", [[len(SPECIAL), 1], [1, len(SPECIAL)]])
    assert_equal(b, [output], [[SPECIAL.reshape(x.shape) for x in b.inputs]], kernels=("native",))


def test_refusals() -> None:
    b = GraphBuilder(0)
    x, wide = b.input((1, 2), scale=1.0), b.input((1, 2), "int16", scale=1.0)
    assert "int16/int16/int16" in refusal(b, b.one("PRELU", [wide, wide], (1, 2), wide.quantization, "int16"))
    tiny = Quantization((1e-12,), (0,))
    assert "2^30 times the output scale" in refusal(b, b.one("PRELU", [x, x], (1, 2), tiny))
    assert "[1, 2] and [1, 2] and [2]" in refusal(b, b.one("PRELU", [x, x], (2,), x.quantization))
