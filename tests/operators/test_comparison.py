"""EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL and the logical operators equal tflite-micro."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from tests.builders import GraphBuilder

from .elementwise import SPECIAL, cases, operand, pairs, random_quantization, result
from .equality import assert_equal, refusal

TYPES = ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL")
DTYPES = ("int8", "int32", "int64", "float32")


def comparison(b: GraphBuilder, type: str, dtype: str, shapes: tuple[list[int], list[int]], k: int = 6) -> Tensor:
    """Operands of scales below 1, every third pair alike in it."""
    first = random_quantization(b, dtype, -4, -0.01)
    quantizations = first, first if k % 3 == 0 else random_quantization(b, dtype, -4, -0.01)
    x, y = (
        operand(b, shape, dtype, constant=k % 7 == n, quantization=quantizations[n]) for n, shape in enumerate(shapes)
    )
    return result(b, type, (x, y), "bool")


@pytest.mark.parametrize("type", TYPES)
def test_comparisons(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    dtypes = (*DTYPES, "bool") if type in ("EQUAL", "NOT_EQUAL") else DTYPES
    outputs = [
        comparison(b, type, dtype, shapes, k)
        for dtype in dtypes
        for k, shapes in enumerate(pairs(rng, 60 if full else 9))
    ]
    given = cases(b, 6)
    for case in given:  # wide numbers that are equal
        case[:] = [v // 2**20 if v.dtype.kind == "i" and v.itemsize > 1 else v for v in case]
    assert_equal(b, outputs, given, kernels=("native",))


def test_every_pair_of_int8(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [comparison(b, type, "int8", ([256, 1], [1, 256]), k) for type in TYPES for k in range(4, 7)]
    every = np.arange(-128, 128).astype(np.int8)
    assert_equal(b, outputs, [[every.reshape(x.shape) for x in b.inputs]], kernels=("native",))


def test_floats_that_are_no_numbers(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [comparison(b, type, "float32", ([len(SPECIAL), 1], [len(SPECIAL)])) for type in TYPES]
    assert_equal(b, outputs, [[SPECIAL.reshape(x.shape) for x in b.inputs]], kernels=("native",))


def test_greater_of_int16(rng: np.random.Generator, full: bool) -> None:
    """tflite-micro takes int16 but leaves its parameters unset, so that its results mean nothing: LiteRT it is."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for shapes in pairs(rng, 60 if full else 12):
        quantization = random_quantization(b, "int16")
        inputs = [operand(b, shape[-4:], "int16", quantization=quantization) for shape in shapes]
        outputs.append(result(b, "GREATER", inputs, "bool"))
    assert_equal(b, outputs, cases(b, 6), kernels=("native",), oracle="litert")


@pytest.mark.parametrize("type", ["LOGICAL_AND", "LOGICAL_OR"])
def test_logical(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k, shapes in enumerate(pairs(rng, 60 if full else 15)):
        operands = [operand(b, shape, "bool", constant=k % 7 == n) for n, shape in enumerate(shapes)]
        outputs.append(result(b, type, operands, "bool"))
    outputs.append(b.one("LOGICAL_NOT", [outputs[1]], outputs[1].shape, dtype="bool"))
    x = operand(b, [2, 3, 5], "bool")
    outputs.append(b.one("LOGICAL_NOT", [x], x.shape, dtype="bool"))
    assert_equal(b, outputs, cases(b, 6), kernels=("native",))


def test_refusals() -> None:
    b = GraphBuilder(0)
    x, f, flag = b.input((1, 2), scale=0.5), b.input((1, 2), "float32"), b.input((1, 2), "bool")
    big, wide, wider = (
        b.input((1, 2), scale=1.5),
        b.input((1, 2), "int16", scale=0.1),
        b.input((1, 2), "int16", scale=0.2),
    )
    for type in TYPES:
        assert "int8/float32/bool" in refusal(b, b.one(type, [x, f], (1, 2), dtype="bool"))
        assert "int8/int8/int8" in refusal(b, b.one(type, [x, x], (1, 2), x.quantization))
        assert "less than 1. Found: 0.5 and 1.5" in refusal(b, b.one(type, [x, big], (1, 2), dtype="bool"))
        assert "[1, 2] and [1, 2] and [2]" in refusal(b, b.one(type, [x, x], (2,), dtype="bool"))
        if type != "GREATER":
            assert "int16/int16/bool" in refusal(b, b.one(type, [wide, wide], (1, 2), dtype="bool"))
        if type not in ("EQUAL", "NOT_EQUAL"):
            assert "bool/bool/bool" in refusal(b, b.one(type, [flag, flag], (1, 2), dtype="bool"))
    y = b.one("GREATER", [wide, wider], (1, 2), dtype="bool")
    assert "same scale and zero point. Found: 0.1, 0 and 0.2, 0" in refusal(b, y)
    assert "float32/bool/bool" in refusal(b, b.one("LOGICAL_AND", [f, flag], (1, 2), dtype="bool"))
    assert "float32/float32" in refusal(b, b.one("LOGICAL_NOT", [f], (1, 2), dtype="float32"))
    assert "[1, 2] and [2]" in refusal(b, b.one("LOGICAL_NOT", [flag], (2,), dtype="bool"))
