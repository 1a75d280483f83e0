"""FILL, ZEROS_LIKE, SHAPE and BROADCAST_ARGS equal tflite-micro, RANGE, which it lacks, LiteRT."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Tensor
from codegen.host import load
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal


def random_shape(b: GraphBuilder) -> list[int]:
    return [int(n) for n in b.rng.integers(1, 6, int(b.rng.integers(1, 6)))]


@pytest.mark.parametrize("dtype", ["int8", "int32", "float32"])
def test_fill(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """With computed values and constants; dimensions of int32 and int64."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(60 if full else 12):
        shape = random_shape(b)
        constant = b.constant(np.asarray(b.rng.integers(-99, 99)).astype(dtype))
        value = b.input((), dtype) if b.rng.random() < 0.5 else constant
        dims = b.constant(np.array(shape, str(b.rng.choice(["int32", "int64"]))))
        outputs.append(b.one("FILL", [dims, value], shape, value.quantization, dtype))
    b.input((1,), dtype)  # never without an input
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int16", "int64", "bool"])
def test_fill_of_other_types(dtype: str, rng: np.random.Generator) -> None:
    """Which tflite-micro refuses: LiteRT is the oracle."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    value = b.input((), dtype)
    y = b.one("FILL", [b.constant(np.array([3, 4], np.int32)), value], (3, 4), value.quantization, dtype)
    assert_equal(b, [y], random_cases(b, 2), kernels=("auto",), oracle="litert")


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "float32"])
def test_zeros_like(dtype: str, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input(random_shape(b), dtype) for _ in range(8)]
    outputs = [b.one("ZEROS_LIKE", [x], x.shape, x.quantization, dtype) for x in inputs]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "float32", "bool"])
def test_shape(dtype: str, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input(random_shape(b), dtype) for _ in range(8)]
    outputs = [b.one("SHAPE", [x], (len(x.shape),), None, "int32", out_type="int32") for x in inputs]
    assert_equal(b, outputs, random_cases(b, 1), kernels=("auto",))


def test_shape_of_int64(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    y = b.one("SHAPE", [b.input((3, 1, 4))], (3,), None, "int64", out_type="int64")
    assert_equal(b, [y], random_cases(b, 1), kernels=("auto",), oracle="litert")


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_broadcast_args(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs, case = [], []
    for _ in range(60 if full else 15):
        shape = random_shape(b)
        pair: list[Tensor] = []
        for cut in (0, int(b.rng.integers(0, len(shape)))):
            values = np.array([1 if b.rng.random() < 0.4 else n for n in shape[cut:]], dtype)
            if b.rng.random() < 0.3:
                pair.append(b.constant(values))
            else:
                pair.append(b.input(values.shape, dtype))
                case.append(values)
        outputs.append(b.one("BROADCAST_ARGS", pair[:: 1 if b.rng.random() < 0.5 else -1], (len(shape),), None, dtype))
    assert_equal(b, outputs, [case], kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32"])
def test_range_of_constants(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(60 if full else 15):
        count, delta = int(b.rng.integers(1, 40)), int(b.rng.choice([1, 3, -2, -7]))
        start = int(b.rng.integers(-50, 50))
        numbers = np.array([start, start + delta * count, delta]).astype(dtype)
        if dtype == "float32":
            numbers = numbers * np.float32(0.1) - np.array([0, 0.03 * np.sign(delta), 0], np.float32)
        inputs = [b.constant(np.asarray(x)) for x in numbers]
        outputs.append(b.one("RANGE", inputs, (count,), None, dtype))
    b.input((1,))  # never without an input
    assert_equal(b, outputs, random_cases(b, 1), kernels=("auto",), oracle="litert")


def test_range_of_computed_numbers() -> None:
    """Of the length that the file says; LiteRT would choose another at run time."""
    b = GraphBuilder(0)
    start, limit, delta = (b.input((), "int32") for _ in range(3))
    compiled = load(compile_model(b.model([b.one("RANGE", [start, limit, delta], (4,), None, "int32")])))
    case: list[Array] = [np.array(x, np.int32) for x in (7, 1, -2)]
    assert compiled(*case)[0].tolist() == [7, 5, 3, 1]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, dims = b.input((2, 3)), b.constant(np.array([2, 3], np.int32))
    assert "The value is one element. Found: 6" in refusal(b, b.one("FILL", [dims, x], (2, 3), x.quantization))
    one = b.input(())
    assert "Found: [] and [3, 2]" in refusal(b, b.one("FILL", [dims, one], (3, 2), x.quantization))
    y = b.one("FILL", [b.input((2,), "int32", name="dims"), one], (2, 3), x.quantization)
    assert "tensor 'dims' is computed by the model" in refusal(b, y)
    assert "Found: int8 and int16" in refusal(b, b.one("ZEROS_LIKE", [x], (2, 3), None, "int16"))
    assert "Found: float32" in refusal(b, b.one("SHAPE", [x], (2,), None, "float32"))
    assert "Found: [2, 3] and [3]" in refusal(b, b.one("SHAPE", [x], (3,), None, "int32"))
    shapes = [b.input((2,), "int32"), b.input((3,), "int32")]
    assert "Found: [2] and [3] and [2]" in refusal(b, b.one("BROADCAST_ARGS", shapes, (2,), None, "int32"))
    numbers = [b.constant(np.array(n, np.int32)) for n in (0, 10, 3)]
    assert "Found: 0 to 10 by 3 for 5" in refusal(b, b.one("RANGE", numbers, (5,), None, "int32"))
    assert "Found: 10 to 0 by 3 for 4" in refusal(
        b, b.one("RANGE", [numbers[1], numbers[0], numbers[2]], (4,), None, "int32")
    )
