"""Operators that are tables (RELU, RELU6, LOGISTIC, QUANTIZE of int8) equal tflite-micro on all 256 inputs."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from codegen.operators._lookup import table_of
from codegen.operators.relu import function as relu
from tests.builders import GraphBuilder

from .equality import assert_equal, every_int8, refusal


def random_input(b: GraphBuilder, low: float = -4, high: float = 1) -> Tensor:
    return b.input((256,), scale=float(10.0 ** b.rng.uniform(low, high)), zero_point=random_zero_point(b))


def random_zero_point(b: GraphBuilder) -> int:
    return int(b.rng.choice([-128, 127, 0, int(b.rng.integers(-128, 128))]))


def assert_tables_equal(b: GraphBuilder, outputs: list[Tensor]) -> None:
    assert_equal(b, outputs, [[every_int8(x) for x in b.inputs]], kernels=("native",))


@pytest.mark.parametrize("type", ["RELU", "RELU6", "QUANTIZE"])
def test_rescaling(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(500 if full else 60):
        x = random_input(b)
        ratio = 1.0 if k % 4 == 0 else float(10.0 ** rng.uniform(-3, 3))
        outputs.append(b.unary(type, x, scale=x.scale * ratio, zero_point=random_zero_point(b)))
    assert_tables_equal(b, outputs)


def test_logistic(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [b.logistic(random_input(b, -6, 2)) for _ in range(500 if full else 60)]
    assert_tables_equal(b, outputs)


def test_logistic_at_the_ends_of_its_scales(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    scales = [2.0**-28, 1 / 16, 1 / 8, 0.5, 1.0, 7.99, 15.0]
    assert_tables_equal(b, [b.logistic(b.input((256,), scale=s, zero_point=5)) for s in scales])


def test_any_shape_and_in_sequence(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((2, 3, 1, 43), scale=0.05)
    y = b.logistic(b.unary("RELU6", b.unary("RELU", x)))
    assert_equal(b, [y, b.logistic(b.input((), scale=0.1))], [[every_int8(t) for t in b.inputs]], kernels=("auto",))


def test_relu6_clamps_in_the_input_scale() -> None:
    """As tflite-micro: 6 is 60 in a scale of 0.1, whatever the output's scale is."""
    b = GraphBuilder(0)
    y = b.unary("RELU6", b.input((4,), scale=0.1, zero_point=0), scale=0.025, zero_point=-128)
    table = table_of(relu(b.operators[0]))
    assert y.scale != b.inputs[0].scale
    assert (table.min(), table.max(), table[128 + 33]) == (0, 60, 33)


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 4), scale=0.1)
    assert "less than 2^31 times" in refusal(b, b.unary("RELU", x, scale=1e-12))
    assert "less than 2^31 times" in refusal(b, b.unary("QUANTIZE", x, scale=1e-12))
    assert "scale 1/256 and zero point -128" in refusal(b, b.unary("LOGISTIC", x, scale=1 / 128, zero_point=-128))
    assert "at least 2^-28" in refusal(b, b.logistic(b.input((4,), scale=1e-9)))
    assert "same shape. Found: [1, 4] and [4]" in refusal(b, b.one("RELU", [x], (4,), x.quantization))
    assert "is a 32-bit number" in refusal(b, b.unary("RELU6", b.input((4,), scale=1e-12)))
    channels = Quantization((0.1, 0.2, 0.3, 0.4), (0, 0, 0, 0), 1)
    assert "has 4 scales" in refusal(b, b.one("RELU", [x], (1, 4), channels))
