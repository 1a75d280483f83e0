"""LOG_SOFTMAX equals tflite-micro over row sizes and scales, and refuses what it must."""

from __future__ import annotations

import numpy as np

from codegen.graph import Quantization
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal

OUTPUT = Quantization((1 / 16,), (127,))


def random_shape(rng: np.random.Generator) -> list[int]:
    row = int(rng.choice([1, 2, 3, 5, 10, 17, 31, 100, 255]))
    return [*rng.integers(1, 4, int(rng.integers(0, 4))).tolist(), row]


def test_int8(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(400 if full else 60):
        x = b.input(random_shape(rng), scale=float(10.0 ** rng.uniform(-6, 2)))
        outputs.append(b.one("LOG_SOFTMAX", [x], x.shape, OUTPUT))
    assert_equal(b, outputs, random_cases(b, 12), kernels=("native",))


def test_int8_at_the_ends(rng: np.random.Generator) -> None:
    """The least scales, scales of which only the greatest element counts, and the longest rows, all alike and not."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input((3, 9), scale=s) for s in (1.6e-8, 2.0**-25, 15.5, 31.0, 32.0, 63.0, 1e6)]
    inputs += [b.input((2, row), scale=s) for row in (1000, 4095) for s in (1e-4, 0.1)]
    outputs = [b.one("LOG_SOFTMAX", [x], x.shape, OUTPUT) for x in inputs]
    assert_equal(b, outputs, random_cases(b, 12), kernels=("native",))


def test_float(rng: np.random.Generator, full: bool) -> None:
    """Equal to the last bit."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input(random_shape(rng), "float32") for _ in range(200 if full else 40)]
    outputs = [b.one("LOG_SOFTMAX", [x], x.shape, dtype="float32") for x in inputs]
    assert_equal(b, outputs, random_cases(b, 8), kernels=("native",))


def test_refusals() -> None:
    b = GraphBuilder(0)
    x = b.input((1, 10), scale=0.1)
    wrong = b.one("LOG_SOFTMAX", [x], (1, 10), Quantization((1 / 16,), (0,)))
    assert "An int8 output has scale 1/16 and zero point 127. Found: scale 0.0625, zero point 0" in refusal(b, wrong)
    small = b.input((1, 10), scale=1e-9)
    assert "more than 2^-26. Found: scale 1e-09" in refusal(b, b.one("LOG_SOFTMAX", [small], (1, 10), OUTPUT))
    long = b.input((4096,), scale=0.1)
    assert "of int8 at most 4095" in refusal(b, b.one("LOG_SOFTMAX", [long], (4096,), OUTPUT))
    assert "at least 1 element" in refusal(b, b.one("LOG_SOFTMAX", [b.input((), scale=0.1)], (), OUTPUT))
    wide = b.input((4,), "int16", 0.1)
    assert "float32 or int8" in refusal(b, b.one("LOG_SOFTMAX", [wide], (4,), OUTPUT, "int16"))
