"""Elementwise operators of one float32 or int16 tensor equal tflite-micro, those that it lacks equal LiteRT; int8 is in
test_lookup.

Floats are equal to the last bit: the emitted C calls the C library that the interpreters were linked with.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.graph import Array, Quantization, Tensor
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal

FLOAT = (
    "ABS", "NEG", "CEIL", "FLOOR", "ROUND", "SQRT", "RSQRT", "SQUARE", "EXP", "LOG", "SIN", "COS", "ELU", "HARD_SWISH",
    "TANH", "LOGISTIC", "RELU", "RELU6",
)  # fmt: skip
LITERT = ("RELU_N1_TO_1", "RELU_0_TO_1", "SIGN")
INT16 = ("ABS", "LOGISTIC", "TANH", "RELU", "RELU6", "RSQRT")
SYMMETRIC = ("ABS", "RELU")
"""Operators of int16 that take no zero point but 0."""
POWER = 2.0**-15
SPECIAL = (
    0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -1.5, -2.5, 3.0, -3.0, 6.0, 1e-6, -1e-6, 16.619047, 16.61905, -9.0, -9.000001, 88.7,
    -104.0, 8388607.5, 8388609.0, 2.2e9, -2.2e9, 1e38, -1e38, 1e-42, np.inf, -np.inf, np.nan,
)  # fmt: skip


def random_shape(rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(rng.integers(1, 6, int(rng.integers(0, 7))).tolist())


def random_floats(rng: np.random.Generator, tensor: Tensor) -> Array:
    """Of any magnitude, some of them halves, the first ones special."""
    values = rng.normal(0, 1, tensor.size) * 10.0 ** rng.integers(-4, 5)
    values = np.where(rng.random(tensor.size) < 0.2, np.round(values * 2) / 2, values)
    values[: len(SPECIAL)] = rng.permutation(SPECIAL)[: tensor.size]
    return values.reshape(tensor.shape).astype(np.float32)


def float_cases(b: GraphBuilder, count: int) -> list[list[Array]]:
    return [[random_floats(b.rng, x) for x in b.inputs] for _ in range(count)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_float(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for shape in [(1000,), *(random_shape(rng) for _ in range(40 if full else 5))]:
        outputs += [b.one(type, [b.input(shape, "float32")], shape, dtype="float32") for type in FLOAT]
        for alpha in (0.2, -0.5, 0.0, 3.0):
            x = b.input(shape, "float32")
            outputs.append(b.one("LEAKY_RELU", [x], shape, dtype="float32", alpha=float(np.float32(alpha))))
    assert_equal(b, outputs, float_cases(b, 10), kernels=("native",))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_float_that_tflite_micro_lacks(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    shapes = [(1000,), *(random_shape(rng) for _ in range(40 if full else 5))]
    outputs = [b.one(type, [b.input(s, "float32")], s, dtype="float32") for type in LITERT for s in shapes]
    assert_equal(b, outputs, float_cases(b, 10), kernels=("native",), oracle="litert")


@pytest.mark.parametrize("approximate", [False, True])
def test_gelu(approximate: bool, rng: np.random.Generator) -> None:
    """LiteRT has an erfc and a tanh of its own, which may differ from the C library's in the last bit. Below -2, little
    but that is left of 1 + tanh."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    shapes = [(1000,), *(random_shape(rng) for _ in range(5))]
    outputs = [b.one("GELU", [b.input(s, "float32")], s, dtype="float32", approximate=approximate) for s in shapes]
    least = -2.0 if approximate else -9.0
    cases = [[np.maximum(rng.normal(0, 3, x.shape), least).astype(np.float32) for x in b.inputs] for _ in range(5)]
    assert_equal(b, outputs, cases, kernels=("native",), oracle="litert", tolerance=1e-5)


# ------------------------------------------------------------------------------------------------------- int16
def every_int16(b: GraphBuilder) -> list[list[Array]]:
    return [[np.arange(-32768, 32768).astype(np.int16) for _ in b.inputs]]


def random_scale(b: GraphBuilder, low: float = -6, high: float = 0) -> float:
    return float(np.float32(10.0 ** b.rng.uniform(low, high)))


@pytest.mark.parametrize("type", ["ABS", "RELU", "RELU6", "LEAKY_RELU"])
def test_int16(type: str, rng: np.random.Generator, full: bool) -> None:
    """All 65536 inputs, at any scales."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(60 if full else 10):
        zero_points = [0 if type in SYMMETRIC else int(b.rng.choice([0, 32767, -32768, 77])) for _ in range(2)]
        x = b.input((65536,), "int16", random_scale(b), zero_points[0])
        scale = x.scale * (1.0 if k % 3 == 0 else float(10.0 ** rng.uniform(-3, 3)))
        quantization = Quantization((float(np.float32(scale)),), (zero_points[1],))
        options: dict[str, Any] = (
            {"alpha": float(np.float32(rng.choice([0.2, -0.5, 0.0, 3.0])))} if type == "LEAKY_RELU" else {}
        )
        outputs.append(b.one(type, [x], x.shape, quantization, "int16", **options))
    assert_equal(b, outputs, every_int16(b), kernels=("native",))


@pytest.mark.parametrize("type", ["LOGISTIC", "TANH"])
def test_sigmoids_of_int16(type: str, rng: np.random.Generator, full: bool) -> None:
    """All 65536 inputs: at any scale, at powers of two, of which those are special that fit the table, near them."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    scales = [*(2.0**k for k in range(-16, 1)), 2.0**-12 * 1.0003, 2.0**-11 * 0.9997, 2.0**-12 * 1.002, 2.0**-44, 5.3]
    scales += [random_scale(b, -7, 0.3) for _ in range(40 if full else 6)]
    outputs = []
    for scale in scales:
        x = b.input((65536,), "int16", scale)
        outputs.append(b.one(type, [x], x.shape, Quantization((POWER,), (0,)), "int16"))
    assert_equal(b, outputs, every_int16(b), kernels=("native",))


def test_rsqrt_of_int16(rng: np.random.Generator, full: bool) -> None:
    """All inputs from 0 on; below, an invocation of tflite-micro fails."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(60 if full else 10):
        x = b.input((32768,), "int16", random_scale(b))
        outputs.append(b.one("RSQRT", [x], x.shape, Quantization((random_scale(b, -6, 1),), (0,)), "int16"))
    assert_equal(b, outputs, [[np.arange(32768).astype(np.int16) for _ in b.inputs]], kernels=("native",))


def test_abs_of_int16_that_is_not_quantized() -> None:
    b = GraphBuilder(0)
    x = b.tensor((65536,), "int16")
    b.inputs.append(x)
    assert_equal(b, [b.one("ABS", [x], x.shape, dtype="int16")], every_int16(b), kernels=("native",))


def test_in_sequence_and_of_a_constant(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((3, 1, 7), "int16", 1e-3)
    y = b.one("LEAKY_RELU", [x], x.shape, Quantization((2e-3,), (0,)), "int16", alpha=0.5)
    z = b.one("TANH", [y], x.shape, Quantization((POWER,), (0,)), "int16")
    f = b.one("EXP", [b.one("NEG", [b.input((4, 5), "float32")], (4, 5), dtype="float32")], (4, 5), dtype="float32")
    assert_equal(b, [z, y, f], random_cases(b, 4), kernels=("auto",))


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((4,), "int16", 0.01)
    power = Quantization((POWER,), (0,))
    assert "input scale is less than 2^31 times" in refusal(
        b, b.one("RELU", [x], (4,), Quantization((1e-13,), (0,)), "int16")
    )
    assert "zero point 0" in refusal(b, b.one("ABS", [x], (4,), Quantization((0.01,), (3,)), "int16"))
    assert "zero point 0" in refusal(b, b.one("RELU", [x], (4,), Quantization((0.01,), (3,)), "int16"))
    assert "has none" in refusal(b, b.one("ABS", [x], (4,), None, "int16"))
    for type in ("LOGISTIC", "TANH"):
        wrong = b.one(type, [x], (4,), Quantization((2.0**-14,), (0,)), "int16")
        assert "An int16 output has the scale 2^-15. Found: scale 6.1" in refusal(b, wrong)
        large = b.input((4,), "int16", 5.4)
        assert "less than 16 / 3" in refusal(b, b.one(type, [large], (4,), power, "int16"))
        small = b.input((4,), "int16", 2.0**-45)
        assert "at least 2^-44" in refusal(b, b.one(type, [small], (4,), power, "int16"))
        shifted = b.input((4,), "int16", 0.01, 5)
        assert "zero point 0" in refusal(b, b.one(type, [shifted], (4,), power, "int16"))
    assert "alpha is a number" in refusal(b, b.one("LEAKY_RELU", [x], (4,), power, "int16", alpha=float("inf")))
    assert "alpha is a number" in refusal(b, b.one("LEAKY_RELU", [x], (4,), power, "int16", alpha=1e30))
    assert "float32. Found: int16/int16" in refusal(b, b.one("SQRT", [x], (4,), power, "int16"))
    assert "same shape" in refusal(b, b.one("SIN", [b.input((4,), "float32")], (2, 2), dtype="float32"))


@pytest.mark.parametrize("type", [name for name in FLOAT if name not in INT16 and name != "EXP"])
def test_tflite_micro_refuses_int16_too(type: str) -> None:
    b = GraphBuilder(0)
    x = b.input((4,), "int16", 0.01)
    model = b.model([b.one(type, [x], (4,), Quantization((0.01,), (0,)), "int16")])
    with pytest.raises(CodegenError, match="Input and output are float32"):
        compile_model(model)
    with pytest.raises(CodegenError):
        run_oracle(model, [[np.zeros(4, np.int16)]])
