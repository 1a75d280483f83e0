"""What the tests of operators of two tensors share: operands of any type and shapes that broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen.graph import Array, Quantization, Tensor
from tests.builders import RANGES, GraphBuilder

from .equality import random_values

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")


def random_shapes(rng: np.random.Generator, rank: int, count: int = 2) -> list[list[int]]:
    """Shapes that broadcast: dimensions of 1 and missing ones at random."""
    shape = rng.integers(1, 5, rank).tolist()
    shapes = []
    for _ in range(count):
        one = [1 if rng.random() < 0.3 else size for size in shape]
        shapes.append(one[int(rng.integers(0, rank + 1)) :] if rng.random() < 0.3 else one)
    return shapes


def pairs(rng: np.random.Generator, count: int) -> list[tuple[list[int], list[int]]]:
    """`count` pairs of shapes, of any rank up to 6: alike in every third, else broadcast."""
    found = []
    for k in range(count):
        first, second = random_shapes(rng, int(rng.integers(0, 7)))
        found.append((first, first if k % 3 == 0 else second))
    return found


def random_quantization(b: GraphBuilder, dtype: str, low: float = -4, high: float = 1) -> Quantization | None:
    """A scale of any size and any zero point (int16: 0, others: none)."""
    if dtype not in RANGES:
        return None
    zero_point = 0 if dtype == "int16" else int(b.rng.choice([-128, 127, *b.rng.integers(-128, 128, 4).tolist()]))
    return Quantization((float(np.float32(10.0 ** b.rng.uniform(low, high))),), (zero_point,))


def operand(
    b: GraphBuilder,
    shape: Sequence[int],
    dtype: str,
    *,
    constant: bool = False,
    quantization: Quantization | None = None,
) -> Tensor:
    """A graph input, or a constant, of any type; quantized as said, else at random."""
    quantization = quantization or random_quantization(b, dtype)
    tensor = b.tensor(shape, dtype, quantization)
    if not constant:
        b.inputs.append(tensor)
        return tensor
    b.tensors.pop()
    return b.tensor(shape, dtype, quantization, data=values(b.rng, tensor))


def values(rng: np.random.Generator, tensor: Tensor) -> Array:
    """Values of `tensor`; for every second tensor of wide integers from a small range, so that some are equal."""
    if tensor.dtype == "int64":
        return np.asarray(rng.integers(-(2**62), 2**62, tensor.shape) >> int(rng.integers(0, 62))).astype(np.int64)
    if tensor.dtype == "int32":
        return np.asarray(rng.integers(-(2**31), 2**31, tensor.shape) >> int(rng.integers(0, 31))).astype(np.int32)
    if tensor.dtype == "float32" and rng.random() < 0.3:
        return np.asarray(rng.integers(-3, 4, tensor.shape)).astype(np.float32)
    return random_values(rng, tensor)


def cases(b: GraphBuilder, count: int) -> list[list[Array]]:
    """`count` cases of random inputs."""
    return [[values(b.rng, tensor) for tensor in b.inputs] for _ in range(count)]


def result(
    b: GraphBuilder, type: str, inputs: Sequence[Tensor], dtype: str, quantization: Quantization | None = None,
    **options: Any,  # noqa: ANN401 - option values are of any type
) -> Tensor:  # fmt: skip
    """The operator's output, of the shape of the inputs broadcast to each other."""
    shape = np.broadcast_shapes(*(x.shape for x in inputs))
    return b.one(type, inputs, shape, quantization, dtype, **options)


def reduction(
    b: GraphBuilder, type: str, x: Tensor, axes: list[int], *, keep_dims: bool = False,
    quantization: Quantization | None = None,
) -> Tensor:  # fmt: skip
    reduced = {axis % len(x.shape) for axis in axes}
    shape = [1 if k in reduced else size for k, size in enumerate(x.shape) if keep_dims or k not in reduced]
    inputs = [x, b.constant(np.array(axes, np.int32))]
    version = 1 if type == "REDUCE_ANY" else 2
    return b.one(type, inputs, shape, quantization or x.quantization, x.dtype, version=version, keep_dims=keep_dims)


SPECIAL = np.array(
    [0, -0.0, 1, -1, 2.5, np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-38, 1e-45, -1e-45, 16777217, 6, 0.1], np.float32
)
"""Floats at the edges."""
