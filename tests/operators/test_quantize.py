"""QUANTIZE and DEQUANTIZE of every type equal tflite-micro; DEQUANTIZE to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Array, Quantization, Tensor
from codegen.operators.quantize import PAIRS
from tests.builders import RANGES, GraphBuilder

from .equality import assert_equal, every_int8, random_values, refusal


def quantize(b: GraphBuilder, x: Tensor, scale: float, zero_point: int, dtype: str = "int8") -> Tensor:
    quantization = Quantization((float(np.float32(scale)),), (zero_point,))
    return b.one("QUANTIZE", [x], x.shape, quantization, dtype)


def halves(rng: np.random.Generator, x: Tensor, scale: float) -> Array:
    """Numbers around the middle between two steps of `scale`, where rounding shows."""
    middle = (rng.integers(-300, 300, x.shape) + 0.5).astype(np.float32) * np.float32(scale)
    nearby: Array = np.nextafter(middle, rng.choice([-np.inf, np.inf], x.shape).astype(np.float32))
    return nearby


def test_quantize(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(150 if full else 30):
        x = b.input((1, int(rng.integers(1, 300))), "float32")
        zero_point = int(rng.choice([-128, 127, int(rng.integers(-128, 128))]))
        outputs.append(quantize(b, x, 10 ** rng.uniform(-4, 2), zero_point))
    cases = [
        *([random_values(rng, x) for x in b.inputs] for _ in range(3)),
        *([halves(rng, x, y.scale) for x, y in zip(b.inputs, outputs, strict=True)] for _ in range(3)),
        [np.zeros(x.shape, np.float32) for x in b.inputs],
    ]
    assert_equal(b, outputs, cases, kernels=("native",))


def test_quantize_to_int16(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(150 if full else 30):
        x = b.input((1, int(rng.integers(1, 300))), "float32")
        zero_point = int(rng.choice([0, 0, -32768, 32767, int(rng.integers(-32768, 32768))]))
        outputs.append(quantize(b, x, 10 ** rng.uniform(-6, 0), zero_point, "int16"))
    cases = [
        *([random_values(rng, x) for x in b.inputs] for _ in range(3)),
        *([halves(rng, x, y.scale) for x, y in zip(b.inputs, outputs, strict=True)] for _ in range(3)),
    ]
    assert_equal(b, outputs, cases, kernels=("native",))


@pytest.mark.parametrize(("source", "target"), [(x, y) for x, every in PAIRS if x != "float32" for y in every])
def test_requantize(source: str, target: str, rng: np.random.Generator, full: bool) -> None:
    """Ratios of scales from tiny to huge, 1 among them; zero points anywhere."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(100 if full else 20):
        points = [
            0 if dtype == "int32" else int(rng.integers(RANGES[dtype][0], RANGES[dtype][1] + 1))
            for dtype in (source, target)
        ]
        x = b.input((200,), source, float(10 ** rng.uniform(-4, 1)), points[0])
        ratio = float(rng.choice([1.0, 2.0, 10 ** rng.uniform(-3, 3), 2.0**-33, 2.0**28]))
        outputs.append(quantize(b, x, x.scale / ratio, points[1], target))
    x = b.input((256,), source, 0.1, {"uint8": 128}.get(source, 0))
    outputs.append(quantize(b, x, 0.1, {"uint8": 128}.get(target, 0), target))  # only the zero point moves
    assert_equal(b, outputs, [[random_values(rng, x) for x in b.inputs] for _ in range(4)], kernels=("native",))


@pytest.mark.parametrize("dtype", ["uint8", "int16"])
def test_dequantize_of_other_types(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(100 if full else 20):
        zero_point = int(rng.integers(RANGES[dtype][0], RANGES[dtype][1] + 1))
        x = b.input((256,), dtype, float(10 ** rng.uniform(-8, 4)), zero_point)
        outputs.append(b.unary("DEQUANTIZE", x, dtype="float32"))
    assert_equal(b, outputs, [[random_values(rng, x) for x in b.inputs] for _ in range(3)], kernels=("native",))


def test_dequantize(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(150 if full else 30):
        x = b.input((256,), scale=float(10 ** rng.uniform(-8, 4)), zero_point=int(rng.integers(-128, 128)))
        outputs.append(b.unary("DEQUANTIZE", x, dtype="float32"))
    assert_equal(b, outputs, [[every_int8(x) for x in b.inputs]], kernels=("native",))


def test_between_float_inputs_and_outputs(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = quantize(b, b.input((2, 8), "float32"), 0.05, 3)
    y = b.unary("DEQUANTIZE", b.softmax(x), dtype="float32")
    assert_equal(b, [y], [[random_values(rng, t) for t in b.inputs] for _ in range(5)], kernels=("auto",))


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((4,), "float32")
    assert "Quantized tensors have one positive scale" in refusal(b, b.one("QUANTIZE", [x], (4,)))
    assert "Found: float32/int32" in refusal(b, quantize(b, x, 0.1, 0, "int32"))
    assert "Found: uint8/int16" in refusal(b, quantize(b, b.input((4,), "uint8"), 0.1, 0, "int16"))
    assert "has the zero point 3" in refusal(b, quantize(b, b.input((4,), "int8"), 0.1, 3, "int32"))
    assert "Found: int32/float32" in refusal(b, b.unary("DEQUANTIZE", b.input((4,), "int32", 0.1), dtype="float32"))
