"""SELECT_V2 equals tflite-micro (types beyond its: LiteRT) over shapes that broadcast, and refuses what it must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from tests.builders import GraphBuilder

from .elementwise import cases, operand, random_shapes, result
from .equality import assert_equal, refusal


def select(b: GraphBuilder, dtype: str, shapes: list[list[int]], k: int = 8) -> Tensor:
    condition = operand(b, shapes[0], "bool", constant=k % 9 == 0)
    x, y = (operand(b, shape, dtype, constant=k % 9 == n) for n, shape in enumerate(shapes[1:], 1))
    return result(b, "SELECT_V2", (condition, x, y), dtype, x.quantization)


@pytest.mark.parametrize(
    ("dtypes", "oracle"),
    [(("int8", "int16", "float32"), "tflite-micro"), (("int32", "int64", "bool"), "litert")],
)
def test_shapes(dtypes: tuple[str, ...], oracle: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for dtype in dtypes:
        for k in range(60 if full else 20):
            shapes = random_shapes(rng, int(rng.integers(1, 6)), 3)
            outputs.append(select(b, dtype, shapes[:1] * 3 if k % 4 == 0 else shapes, k))
    assert_equal(b, outputs, cases(b, 5), kernels=("native",), oracle=oracle)


def test_single_elements_of_any_shape(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    condition, x, y = operand(b, [], "bool"), operand(b, [1, 1], "float32"), operand(b, [1], "float32")
    output = b.one("SELECT_V2", [condition, x, y], (1,), dtype="float32")
    assert_equal(b, [output], cases(b, 3), kernels=("native",))


def test_select(rng: np.random.Generator, full: bool) -> None:
    """Without broadcasting, but for a condition of one value, or of one for each position of the first dimension."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(120 if full else 30):
        shape = rng.integers(1, 6, int(rng.integers(1, 5))).tolist()
        condition = operand(b, (shape, shape[:1], [])[k % 3], "bool")
        dtype = ("int8", "float32", "int16", "int32")[k % 4]
        x, y = operand(b, shape, dtype), operand(b, shape, dtype)
        outputs.append(b.one("SELECT", [condition, x, y], tuple(shape), x.quantization, dtype))
    assert_equal(b, outputs, cases(b, 5), kernels=("native",), oracle="litert")


def test_refusals_of_select() -> None:
    b = GraphBuilder(0)
    x, row = b.input((3, 2), scale=1.0), b.input((1, 2), scale=1.0)
    for condition, y in ((b.input((2,), "bool"), x), (b.input((3, 2), "bool"), row), (b.input((1, 2), "bool"), x)):
        assert "SELECT: x, y and output have one shape" in refusal(
            b, b.one("SELECT", [condition, x, y], (3, 2), x.quantization)
        )


def test_refusals() -> None:
    b = GraphBuilder(0)
    condition, x, wide = b.input((1, 2), "bool"), b.input((1, 2), scale=1.0), b.input((1, 2), "int16")
    assert "int8/int8/int8/int8" in refusal(b, b.one("SELECT_V2", [x, x, x], (1, 2), x.quantization))
    assert "bool/int8/int16/int8" in refusal(b, b.one("SELECT_V2", [condition, x, wide], (1, 2), x.quantization))
    assert "[1, 2] and [1, 2] and [1, 2] and [2]" in refusal(
        b, b.one("SELECT_V2", [condition, x, x], (2,), x.quantization)
    )
    assert "Found: 2 inputs of 3" in refusal(b, b.one("SELECT_V2", [condition, x, None], (1, 2), x.quantization))
