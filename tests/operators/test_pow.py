"""POW equals LiteRT (float32 within 1e-5; tflite-micro has none), and refuses what it must."""

from __future__ import annotations

import numpy as np

from codegen.api import compile_model
from codegen.graph import Quantization
from codegen.host import load
from tests.builders import GraphBuilder

from .elementwise import SPECIAL, operand, pairs, result
from .equality import assert_equal, refusal


def test_pow(rng: np.random.Generator, full: bool) -> None:
    """Powers of integers within 32 bits: beyond, LiteRT converts a double that does not fit."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [
        result(b, "POW", [operand(b, shape[-4:], dtype) for shape in shapes], dtype)
        for dtype in ("float32", "int32")
        for shapes in pairs(rng, 200 if full else 15)
    ]
    exponents = {op.input(1) for op in b.operators}
    given = []
    for _ in range(5):
        case = []
        for x in b.inputs:
            if x.dtype == "int32":
                low, high = (0, 7) if x in exponents else (-19, 20)
                case.append(rng.integers(low, high, x.shape).astype(np.int32))
            else:
                values = rng.normal(0, 3, x.shape)
                case.append(np.asarray(values if x in exponents else np.abs(values)).astype(np.float32))
        given.append(case)
    assert_equal(b, outputs, given, kernels=("native",), oracle="litert", tolerance=1e-5)


def test_floats_that_are_no_numbers() -> None:
    b = GraphBuilder(0)
    x, y = operand(b, [len(SPECIAL), 1], "float32"), operand(b, [len(SPECIAL)], "float32")
    output = result(b, "POW", [x, y], "float32")
    given = [[SPECIAL.reshape(t.shape) for t in (x, y)]]
    assert_equal(b, [output], given, kernels=("native",), oracle="litert", tolerance=1e-5)


def test_integers_beyond_the_reference() -> None:
    """Negative exponents, which LiteRT refuses, round towards 0; powers beyond 32 bits wrap."""
    b = GraphBuilder(0)
    x, y = b.input((7,), "int32"), b.input((7,), "int32")
    model = load(compile_model(b.model([result(b, "POW", [x, y], "int32")])))
    (got,) = model(np.array([2, 1, -1, -1, 0, 0, 3], np.int32), np.array([-1, -5, -3, -4, 0, -2, 40], np.int32))
    assert got.tolist() == [0, 1, -1, 1, 1, 0, int(np.array([3**40 % 2**32], np.uint32).view(np.int32)[0])]


def test_refusals() -> None:
    b = GraphBuilder(0)
    x = b.input((2,), scale=0.1)
    assert "int8/int8/int8" in refusal(b, b.one("POW", [x, x], (2,), Quantization((0.1,), (0,))))
    f = b.input((2,), "float32")
    assert "[2] and [2] and [3]" in refusal(b, b.one("POW", [f, f], (3,), dtype="float32"))
