"""Signal operators in tests: custom options, and numbers of every size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flatbuffers import flexbuffers

from codegen.graph import Array, Tensor
from tests.builders import GraphBuilder

SCHEMA_TYPES = {"int16": 7, "int32": 2, "float32": 0}


def custom(
    b: GraphBuilder, type: str, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor], **options: object
) -> Tensor:
    """Appends a custom operator; its first output."""
    b.operator(type, inputs, *outputs, custom_options=bytes(flexbuffers.Dumps(options)))
    return outputs[0]


def plain(b: GraphBuilder, dtype: str, *shape: int) -> Tensor:
    """A tensor that is not quantized."""
    return b.tensor(shape, dtype)


def plain_input(b: GraphBuilder, dtype: str, *shape: int) -> Tensor:
    tensor = plain(b, dtype, *shape)
    b.inputs.append(tensor)
    return tensor


def any_size(rng: np.random.Generator, tensor: Tensor) -> Array:
    """Numbers of every magnitude, or one magnitude, or the ends of the type, or silence."""
    shape, dtype = tensor.shape, np.dtype(tensor.dtype)
    if dtype.kind == "f":
        return (rng.normal(0, 1, shape) * 10.0 ** rng.integers(-3, 4)).astype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(np.bool_)
    kind, bits = int(rng.integers(0, 6)), dtype.itemsize * 8
    ends = np.iinfo(dtype)
    if kind == 0:
        return np.zeros(shape, dtype)
    if kind == 1:
        return rng.choice(np.array([ends.min, ends.max], dtype), shape)
    whole = rng.integers(ends.min, ends.max, shape, dtype, endpoint=True)
    shifts = rng.integers(0, bits, shape if kind == 2 else ())
    return np.asarray(whole if kind == 3 else np.right_shift(whole, shifts.astype(dtype)), dtype).reshape(shape)


def any_cases(b: GraphBuilder, count: int) -> list[list[Array]]:
    return [[any_size(b.rng, tensor) for tensor in b.inputs] for _ in range(count)]
