"""SOFTMAX equals tflite-micro over row sizes, scales and betas, and refuses what it must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.graph import Quantization
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases


def test_softmax(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(400 if full else 60):
        row = int(rng.choice([1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 17, 31, 100, 255, 511]))
        shape = [*rng.integers(1, 4, rng.integers(0, 4)).tolist(), row]
        scale = float(10.0 ** rng.uniform(-5, 2))
        beta = float(rng.choice([1.0, 0.5, 3.7, 0.01, 20.0])) if k % 2 else 1.0
        outputs.append(b.softmax(b.input(shape, scale=scale, zero_point=int(rng.integers(-128, 128))), beta))
    assert_equal(b, outputs, random_cases(b, 12))


def test_rows_of_512_and_more(rng: np.random.Generator) -> None:
    """Upstream divides by 2^32 where 512 elements are equal; there tflite-micro aborts, so inputs are spread."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [b.softmax(b.input((2, row), scale=0.1)) for row in (512, 1000, 4095)]
    cases = [[rng.integers(-128, 128, x.shape).astype(np.int8) for x in b.inputs] for _ in range(4)]
    assert_equal(b, outputs, cases)


@pytest.mark.parametrize(
    ("shape", "scale", "beta", "output", "sentence"),
    [
        ((1, 4096), 0.1, 1.0, (1 / 256, -128), "of int8 at most 4095"),
        ((1, 10), 0.1, 1.0, (1 / 128, -128), "The output of int8 has scale 1/256 and zero point -128 as int8"),
        ((1, 10), 0.1, 1.0, (1 / 256, 0), "Found: scale 0.00390625, zero point 0"),
        ((1, 10), 0.1, 0.0, (1 / 256, -128), "For int8, beta * input scale is more than 2^-26. Found: beta 0"),
        ((1, 10), 0.1, -1.0, (1 / 256, -128), "For int8, beta * input scale is more than 2^-26. Found: beta -1"),
    ],
)
def test_refusals(shape: tuple[int, int], scale: float, beta: float, output: tuple[float, int], sentence: str) -> None:
    b = GraphBuilder(0)
    x = b.input(shape, scale=scale)
    y = b.one("SOFTMAX", [x], shape, Quantization((output[0],), (output[1],)), beta=beta)
    with pytest.raises(CodegenError) as refused:
        compile_model(b.model([y]))
    assert sentence in str(refused.value)
