"""ARG_MAX and ARG_MIN equal tflite-micro over axes, ties and types, and refuse what they must."""

from __future__ import annotations

import numpy as np

from codegen.graph import Tensor
from tests.builders import GraphBuilder

from .elementwise import SPECIAL, cases, operand
from .equality import assert_equal, refusal


def arg(b: GraphBuilder, type: str, x: Tensor, axis: int, dtype: str = "int32") -> Tensor:
    shape = [size for k, size in enumerate(x.shape) if k != axis % len(x.shape)]
    return b.one(type, [x, b.constant(np.array(axis, np.int32))], shape, dtype=dtype, output_type=dtype)


def test_arg_max(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(400 if full else 60):
        rank = int(rng.integers(1, 6))
        x = operand(b, rng.integers(1, 8, rank).tolist(), ("int8", "float32")[k % 2])
        outputs.append(arg(b, ("ARG_MAX", "ARG_MIN")[k // 2 % 2], x, int(rng.integers(-rank, rank))))
    assert_equal(b, outputs, cases(b, 6), kernels=("native",))


def test_positions_of_64_bits(rng: np.random.Generator, full: bool) -> None:
    """TensorFlow's default; tflite-micro lacks them."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(100 if full else 20):
        rank = int(rng.integers(1, 5))
        x = operand(b, rng.integers(1, 8, rank).tolist(), ("int8", "float32")[k % 2])
        outputs.append(arg(b, ("ARG_MAX", "ARG_MIN")[k // 2 % 2], x, int(rng.integers(-rank, rank)), "int64"))
    assert_equal(b, outputs, cases(b, 4), kernels=("native",), oracle="litert")


def test_floats_that_are_no_numbers() -> None:
    """As in the reference, what is not a number stays where it comes first and is passed over elsewhere."""
    b = GraphBuilder(0)
    x = operand(b, [len(SPECIAL), 5], "float32")
    outputs = [arg(b, type, x, axis) for type in ("ARG_MAX", "ARG_MIN") for axis in (0, 1)]
    given = [[np.stack([np.roll(SPECIAL, 3 * i + k) for i in range(5)], 1)] for k in range(16)]
    assert_equal(b, outputs, given, kernels=("native",))


def test_refusals() -> None:
    b = GraphBuilder(0)
    x, which = b.input((2, 4), scale=0.1), b.input((1,), "int32", name="which")
    one = b.constant(np.array([1], np.int32))
    for type in ("ARG_MAX", "ARG_MIN"):
        assert "int8/int16" in refusal(b, b.one(type, [x, one], (2,), dtype="int16"))
        assert "[2, 4] and [4], axis 1" in refusal(b, b.one(type, [x, one], (4,), dtype="int32"))
        assert "'which' is computed by the model" in refusal(b, b.one(type, [x, which], (2,), dtype="int32"))
        beyond = b.constant(np.array([2], np.int32))
        assert "[2] of 2 dimensions" in refusal(b, b.one(type, [x, beyond], (2,), dtype="int32"))
