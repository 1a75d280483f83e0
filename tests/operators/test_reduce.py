"""REDUCE_MAX, _MIN, _ALL equal tflite-micro, what it lacks (REDUCE_ANY, REDUCE_PROD, int16) equals LiteRT."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.graph import Array, Quantization, Tensor
from tests.builders import GraphBuilder

from .elementwise import SPECIAL, cases, operand, reduction
from .equality import assert_equal, refusal

REDUCTIONS = {"REDUCE_MAX": ("int8", "float32"), "REDUCE_MIN": ("int8", "float32"), "REDUCE_ALL": ("bool",)}


def random_reduction(
    b: GraphBuilder, type: str, dtype: str, most: int = 6, **output: Any  # noqa: ANN401 - keywords of `mean`
) -> Tensor:  # fmt: skip
    rank = int(b.rng.integers(1, most + 1))
    x = operand(b, [int(size) for size in b.rng.choice([1, 2, 3, 5], rank)], dtype)
    axes = b.rng.choice(rank, int(b.rng.integers(1, rank + 1)), replace=False)
    given = [int(axis) - (rank if b.rng.random() < 0.3 else 0) for axis in axes]
    return reduction(b, type, x, given, keep_dims=bool(b.rng.random() < 0.5), **output)


def test_extrema_and_all(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [
        random_reduction(b, type, dtype)
        for type, dtypes in REDUCTIONS.items()
        for dtype in dtypes
        for _ in range(200 if full else 12)
    ]
    assert_equal(b, outputs, cases(b, 6), kernels=("native",))


def test_floats_that_are_no_numbers() -> None:
    b = GraphBuilder(0)
    x = operand(b, [len(SPECIAL), 3], "float32")
    outputs = [reduction(b, type, x, [1]) for type in ("REDUCE_MAX", "REDUCE_MIN", "SUM", "MEAN")]
    given = [np.stack([SPECIAL, np.roll(SPECIAL, k), np.roll(SPECIAL, 2 * k)], 1) for k in range(1, 6)]
    given.append(np.full(x.shape, -np.inf, np.float32))
    assert_equal(b, outputs, [[values] for values in given], kernels=("native",))


def test_any_and_products(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    types = [("REDUCE_ANY", "bool"), ("REDUCE_MAX", "int16"), ("REDUCE_MIN", "int16")]
    types += [("REDUCE_PROD", dtype) for dtype in ("float32", "int32", "int64")]
    outputs = [random_reduction(b, type, dtype, 4) for type, dtype in types for _ in range(200 if full else 12)]
    assert_equal(b, outputs, cases(b, 6), kernels=("native",), oracle="litert")


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_quantized_products(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Few terms and moderate scales: beyond them the reference leaves the 48 bits that it states as its bound."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(200 if full else 30):
        rank = int(rng.integers(1, 4))
        zero_point = int(rng.integers(-128, 128)) if dtype == "int8" else 0
        scale = float(np.float32(10 ** (rng.uniform(-2.5, -1) - (0 if dtype == "int8" else 2.5))))
        x = operand(b, rng.integers(1, 4, rank).tolist(), dtype, quantization=Quantization((scale,), (zero_point,)))
        axis = int(rng.integers(-rank, rank))
        terms = x.shape[axis]
        typical = (scale * (100 if dtype == "int8" else 30000)) ** terms
        y_scale = float(np.float32(max(typical / (100 if dtype == "int8" else 30000), 1e-7)))
        quantization = Quantization((y_scale,), (int(rng.integers(-128, 128)) if dtype == "int8" else 0,))
        outputs.append(reduction(b, "REDUCE_PROD", x, [axis], keep_dims=k % 2 == 0, quantization=quantization))
    assert_equal(b, outputs, cases(b, 6), kernels=("native",), oracle="litert")


def test_refusals() -> None:
    b = GraphBuilder(0)
    x, flag = b.input((2, 4), scale=0.1), b.input((2, 4), "bool")
    which = b.input((1,), "int32", name="which")
    other = Quantization((0.2,), (0,))
    for type in ("REDUCE_MAX", "REDUCE_MIN"):
        assert "same quantization" in refusal(b, reduction(b, type, x, [1], quantization=other))
        assert "bool/bool" in refusal(b, reduction(b, type, flag, [1]))
        assert "is computed by the model" in refusal(b, b.one(type, [x, which], (2,), x.quantization))
        assert "[2, 4] and [4], axes [1]" in refusal(b, b.one(type, [x, axis(b, 1)], (4,), x.quantization))
        assert "Found: [2] of 2 dimensions" in refusal(b, b.one(type, [x, axis(b, 2)], (2,), x.quantization))
    for type in ("REDUCE_ALL", "REDUCE_ANY"):
        assert "int8/int8" in refusal(b, reduction(b, type, x, [1]))
    assert "2^7 times" in refusal(b, reduction(b, "REDUCE_PROD", x, [1], quantization=Quantization((1e-20,), (0,))))
    assert "bool/bool" in refusal(b, reduction(b, "REDUCE_PROD", flag, [1]))


def axis(b: GraphBuilder, value: int) -> Tensor:
    values: Array = np.array([value], np.int32)
    return b.constant(values)
