"""Operators of one int8 tensor, which are tables, equal tflite-micro on all 256 inputs, those that it lacks LiteRT."""

from __future__ import annotations

from typing import Any

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


def assert_tables_equal(b: GraphBuilder, outputs: list[Tensor], oracle: str = "tflite-micro") -> None:
    assert_equal(b, outputs, [[every_int8(x) for x in b.inputs]], kernels=("native",), oracle=oracle)


def random_alpha(b: GraphBuilder) -> float:
    return float(np.float32(b.rng.choice([0.2, 0.01, -0.5, 0.0, 3.0, 1.0])))


@pytest.mark.parametrize("type", ["RELU", "RELU6", "QUANTIZE"])
def test_rescaling(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(500 if full else 60):
        x = random_input(b)
        ratio = 1.0 if k % 4 == 0 else float(10.0 ** rng.uniform(-3, 3))
        outputs.append(b.unary(type, x, scale=x.scale * ratio, zero_point=random_zero_point(b)))
    assert_tables_equal(b, outputs)


@pytest.mark.parametrize("type", ["ABS", "LEAKY_RELU", "ELU"])
def test_functions(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(500 if full else 60):
        x = random_input(b)
        scale = float(np.float32(x.scale * (1.0 if k % 4 == 0 else 10.0 ** rng.uniform(-3, 3))))
        options: dict[str, Any] = {"alpha": random_alpha(b)} if type == "LEAKY_RELU" else {}
        outputs.append(b.one(type, [x], x.shape, Quantization((scale,), (random_zero_point(b),)), **options))
    assert_tables_equal(b, outputs)


@pytest.mark.parametrize("type", ["GELU", "LOG", "RELU_N1_TO_1", "RELU_0_TO_1"])
def test_functions_that_tflite_micro_lacks(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(500 if full else 60):
        x = random_input(b, -3, 0)
        scale = float(np.float32(x.scale * (1.0 if k % 4 == 0 else 10.0 ** rng.uniform(-2, 2))))
        options: dict[str, Any] = {"approximate": bool(k % 2)} if type == "GELU" else {"version": 2}
        outputs.append(b.one(type, [x], x.shape, Quantization((scale,), (random_zero_point(b),)), **options))
    assert_tables_equal(b, outputs, "litert")


def test_exponentials(rng: np.random.Generator, full: bool) -> None:
    """Of integers, which tflite-micro lacks: int8 on all inputs, int16 on any, and around each entry of its table."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(500 if full else 60):
        dtype, most = (("int8", 255), ("int16", 32767))[k % 2]
        zero_point = random_zero_point(b) if dtype == "int8" else 0
        x = b.input((256,), dtype, scale=float(10.0 ** rng.uniform(-3, 1)) / most, zero_point=zero_point)
        largest = np.exp(x.scale * (np.iinfo(dtype).max - zero_point))
        quantization = Quantization(
            (float(np.float32(largest / most * 10.0 ** rng.uniform(-0.5, 1))),),
            (random_zero_point(b) if dtype == "int8" else 0,),
        )
        outputs.append(b.one("EXP", [x], x.shape, quantization, dtype))
    steps = np.arange(-256, 256) * 128
    words = [np.resize(steps + k, 512).clip(-32768, 32767).astype(np.int16) for k in (0, 1, 64, 127)]
    cases = [
        [every_int8(x) if x.dtype == "int8" else values[half : half + 256] for x in b.inputs]
        for values in words
        for half in (0, 256)
    ]
    assert_equal(b, outputs, cases, kernels=("native",), oracle="litert")


def test_hard_swish(rng: np.random.Generator, full: bool) -> None:
    """tflite-micro refuses an output scale of 1/128 of the input's or less. Tiny input scales reach its shifts of more
    than 15 bits, which 16-bit numbers do not have."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(500 if full else 80):
        x = random_input(b, -8 if k % 3 == 0 else -4, 2)
        scale = float(np.float32(x.scale * 10.0 ** rng.uniform(-2.1, 6 if k % 5 == 0 else 2)))
        outputs.append(b.one("HARD_SWISH", [x], x.shape, Quantization((scale,), (random_zero_point(b),))))
    assert_tables_equal(b, outputs)


def test_tanh(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [random_input(b, -6, 2) for _ in range(500 if full else 60)]
    inputs += [b.input((256,), scale=s, zero_point=5) for s in (2.0**-28, 1 / 16, 1 / 8, 0.5, 1.0, 7.99, 15.0)]
    assert_tables_equal(b, [b.one("TANH", [x], x.shape, Quantization((1 / 128,), (0,))) for x in inputs])


def test_rsqrt(rng: np.random.Generator, full: bool) -> None:
    """Of inputs from the zero point on; below, an invocation of tflite-micro fails."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(500 if full else 60):
        x = random_input(b, -4, 2)
        quantization = Quantization((float(np.float32(10.0 ** rng.uniform(-4, 2))),), (random_zero_point(b),))
        outputs.append(b.one("RSQRT", [x], x.shape, quantization))
    cases = [[np.maximum(every_int8(x), np.int8(x.zero_point)) for x in b.inputs]]
    assert_equal(b, outputs, cases, kernels=("native",))


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
    assert "128 times the output scale" in refusal(b, b.unary("HARD_SWISH", x, scale=0.1 / 128))
    assert "scale 1/128 and zero point 0" in refusal(b, b.unary("TANH", x, scale=1 / 256, zero_point=0))
    assert "is in [2^-50, 2^11]" in refusal(b, b.unary("RSQRT", x, scale=1e4))
    for type in ("ELU", "GELU"):
        assert "is 2^30 times the output scale or more" in refusal(b, b.unary(type, x, scale=1e-9))
    assert "1 is a 32-bit number" in refusal(b, b.unary("RELU_0_TO_1", x, scale=6e-10))
    assert "is a 32-bit number" in refusal(b, b.unary("RELU6", b.input((4,), scale=1e-12)))
    channels = Quantization((0.1, 0.2, 0.3, 0.4), (0, 0, 0, 0), 1)
    assert "has 4 scales" in refusal(b, b.one("RELU", [x], (1, 4), channels))
