"""SPLIT, SPLIT_V, PACK and UNPACK equal tflite-micro over axes, counts and types, and refuse what they must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal

DTYPES = ("int8", "int16", "int32", "float32")


def outputs_of(
    b: GraphBuilder, type: str, inputs: list[Tensor], shapes: list[list[int]], x: Tensor, **options: int
) -> list[Tensor]:
    outputs = [
        b.tensor(shape, x.dtype, x.quantization, name=f"{type}_{len(b.tensors)}_{k}") for k, shape in enumerate(shapes)
    ]
    b.operator(type, inputs, *outputs, **options)
    return outputs


def random_input(b: GraphBuilder, dtype: str) -> tuple[Tensor, int, int]:
    """An input of 1 to 5 dimensions, an axis of it, the same as it may be given."""
    shape = b.rng.integers(1, 7, int(b.rng.integers(1, 6))).tolist()
    axis = int(b.rng.integers(0, len(shape)))
    return b.input(shape, dtype), axis, axis - (len(shape) if b.rng.random() < 0.5 else 0)


def random_split(b: GraphBuilder, dtype: str) -> list[Tensor]:
    x, axis, given = random_input(b, dtype)
    size = x.shape[axis]
    count = int(b.rng.choice([n for n in range(1, size + 1) if size % n == 0]))
    shape = [*x.shape[:axis], size // count, *x.shape[axis + 1 :]]
    return outputs_of(b, "SPLIT", [b.constant(np.array(given, np.int32)), x], [shape] * count, x, num_splits=count)


def random_split_v(b: GraphBuilder, dtype: str) -> list[Tensor]:
    x, axis, given = random_input(b, dtype)
    cuts = np.flatnonzero(b.rng.random(x.shape[axis] - 1) < 0.4) + 1
    sizes = np.diff([0, *cuts, x.shape[axis]]).astype(np.int32)
    shapes = [[*x.shape[:axis], int(size), *x.shape[axis + 1 :]] for size in sizes]
    inputs = [x, b.constant(sizes), b.constant(np.array(given, np.int32))]
    return outputs_of(b, "SPLIT_V", inputs, shapes, x, num_splits=len(sizes))


def random_unpack(b: GraphBuilder, dtype: str) -> list[Tensor]:
    x, axis, given = random_input(b, dtype)
    shape = [*x.shape[:axis], *x.shape[axis + 1 :]]
    return outputs_of(b, "UNPACK", [x], [shape] * x.shape[axis], x, num=x.shape[axis], axis=given)


@pytest.mark.parametrize("dtype", DTYPES)
def test_taking_apart(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(80 if full else 12):
        outputs += [*random_split(b, dtype), *random_split_v(b, dtype), *random_unpack(b, dtype)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


@pytest.mark.parametrize("dtype", [*DTYPES, "int64"])
def test_pack(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Of computed tensors, constants and tensors that come twice."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(150 if full else 20):
        shape = b.rng.integers(1, 6, int(b.rng.integers(0, 5))).tolist()
        inputs: list[Tensor] = []
        for _ in range(int(b.rng.integers(1, 5))):
            kind = b.rng.random()
            if kind < 0.2 and inputs:
                inputs.append(inputs[0])
            elif kind < 0.4:
                inputs.append(b.constant(np.asarray(b.rng.integers(-99, 99, shape)).astype(dtype), 0.25, 0))
            else:
                inputs.append(b.input(shape, dtype, 0.25, 0))
        axis, rank = int(b.rng.integers(0, len(shape) + 1)), len(shape) + 1
        wanted = [*shape[:axis], len(inputs), *shape[axis:]]
        given = axis - (rank if b.rng.random() < 0.5 else 0)
        y = b.one("PACK", inputs, wanted, Quantization((0.25,), (0,)), dtype, values_count=len(inputs), axis=given)
        outputs.append(y)
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


def test_in_between(rng: np.random.Generator) -> None:
    """Parts that later operators read, one that none reads, and a part that is an output too."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.unary("RELU", b.input((2, 6, 4), scale=0.1, zero_point=0), scale=0.1, zero_point=0)
    first, _unread, last = outputs_of(
        b, "SPLIT", [b.constant(np.array(1, np.int32)), x], [[2, 2, 4]] * 3, x, num_splits=3
    )
    y = b.one("PACK", [last, first], (2, 2, 2, 4), x.quantization, values_count=2, axis=1)
    halves = outputs_of(b, "UNPACK", [y], [[2, 2, 4]] * 2, y, num=2, axis=2)
    assert_equal(b, [first, *halves], random_cases(b, 4), kernels=("auto",))


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, one = b.input((2, 4)), b.constant(np.array(1, np.int32))

    def said(type: str, inputs: list[Tensor], shapes: list[list[int]], **options: int) -> str:
        return refusal(b, outputs_of(b, type, inputs, shapes, x, **options)[0])

    assert "along which they add up. Found: [2, 4] and [2, 2] and [2, 1], axis 1" in said(
        "SPLIT", [one, x], [[2, 2], [2, 1]]
    )
    assert "Outputs have the same shape. Found: [2, 3] and [2, 1]" in said("SPLIT", [one, x], [[2, 3], [2, 1]])
    axis = b.input((), "int32", name="axis")
    assert "tensor 'axis' is no int32 or int64 constant" in said("SPLIT", [axis, x], [[2, 2], [2, 2]])
    two = b.constant(np.array(2, np.int32))
    assert "Found: [2] of 2 dimensions" in said("SPLIT_V", [x, one, two], [[2, 4]])
    assert "Found: [2, 4] and [2], axis 1, num 1" in said("UNPACK", [x], [[2]], num=1, axis=1)
    assert "Found: axis -3 of 2 dimensions" in said("UNPACK", [x], [[2]], num=1, axis=-3)
    assert "[2, 4] and [2, 4] and [3, 2, 4], axis 0, values_count 2" in said(
        "PACK", [x, x], [[3, 2, 4]], values_count=2, axis=0
    )
    other = b.input((2, 4), "int16")
    assert "Found: int8, int16" in said("PACK", [x, other], [[2, 2, 4]], values_count=2, axis=0)
