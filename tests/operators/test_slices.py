"""SLICE, STRIDED_SLICE and DYNAMIC_UPDATE_SLICE equal tflite-micro; with the masks that it does not read, LiteRT."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Tensor
from codegen.host import load
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, random_values, refusal

DTYPES = ("int8", "int16", "int32", "float32", "bool")


def random_shape(b: GraphBuilder, most: int, size: int = 6) -> list[int]:
    return [int(n) for n in b.rng.integers(1, size, int(b.rng.integers(1, most + 1)))]


def indices(b: GraphBuilder, values: object, dtype: str = "int32") -> Tensor:
    return b.constant(np.asarray(values).astype(dtype))


# ------------------------------------------------------------------------------------------------------- SLICE
def random_slice(b: GraphBuilder, dtype: str) -> Tensor:
    shape = random_shape(b, 5)
    begin = [int(b.rng.integers(0, n)) for n in shape]
    size = [int(b.rng.integers(1, n - first + 1)) for n, first in zip(shape, begin, strict=True)]
    given = [
        -1 if first + s == n and b.rng.random() < 0.5 else s for n, first, s in zip(shape, begin, size, strict=True)
    ]
    kind = str(b.rng.choice(["int32", "int64"]))
    x = b.input(shape, dtype)
    return b.one("SLICE", [x, indices(b, begin, kind), indices(b, given, kind)], size, x.quantization, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_slice(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_slice(b, dtype) for _ in range(200 if full else 30)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


def test_slice_from_a_computed_begin(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs, ranges = [], {}
    for _ in range(60 if full else 15):
        shape = random_shape(b, 5)
        size = [int(b.rng.integers(1, n + 1)) for n in shape]
        kind = str(b.rng.choice(["int32", "int64"]))
        x, begin = b.input(shape, str(b.rng.choice(["int8", "int16", "float32"]))), b.input((len(shape),), kind)
        ranges[begin] = [n - s for n, s in zip(shape, size, strict=True)]
        outputs.append(b.one("SLICE", [x, begin, indices(b, size, kind)], size, x.quantization, x.dtype))

    def values(tensor: Tensor) -> Array:
        if tensor not in ranges:
            return random_values(rng, tensor)
        return np.array([rng.integers(0, last + 1) for last in ranges[tensor]]).astype(tensor.dtype)

    assert_equal(b, outputs, [[values(x) for x in b.inputs] for _ in range(3)], kernels=("auto",))


def test_slice_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((3, 4))

    def said(begin: list[int], size: list[int], shape: tuple[int, ...]) -> str:
        return refusal(b, b.one("SLICE", [x, indices(b, begin), indices(b, size)], shape, x.quantization))

    assert "The slice lies inside the input. Found: [2, 2] from [2, 0] on in [3, 4]" in said([2, 0], [2, 2], (2, 2))
    assert "Found: [3, 4] and [2, 3]" in said([0, 0], [2, 2], (2, 3))
    assert "Found: 1 for 2 dimensions" in said([0], [2, 2], (2, 2))
    computed = b.input((2,), "int32", name="how")
    y = b.one("SLICE", [x, indices(b, [0, 0]), computed], (2, 2), x.quantization)
    assert "tensor 'how' is computed by the model" in refusal(b, y)
    y = b.one("SLICE", [x, computed, indices(b, [-1, 2])], (3, 2), x.quantization)
    assert "The output has the size that the operator is given" in refusal(b, y)
    y = b.one("SLICE", [x, indices(b, [0, 0]), indices(b, [1, 1])], (1, 1), None, "int16")
    assert "Found: int8 and int16" in refusal(b, y)


# ----------------------------------------------------------------------------------------------- STRIDED_SLICE
def bits(flags: list[bool]) -> int:
    return sum(1 << k for k, flag in enumerate(flags) if flag)


def random_strided_slice(b: GraphBuilder, dtype: str) -> Tensor:
    """With the masks for begin, end and vanishing axes; positions beyond the ends too."""
    while True:
        shape = random_shape(b, 4, 8)
        steps = [int(b.rng.choice([1, 1, 2, 3, -1, -2])) for _ in shape]
        begin = [int(b.rng.integers(-n - 2, n + 2)) for n in shape]
        end = [int(b.rng.integers(-n - 2, n + 3)) for n in shape]
        from_begin, to_end = ([bool(b.rng.random() < 0.3) for _ in shape] for _ in range(2))
        shrinks = [
            bool(b.rng.random() < 0.2) and step > 0 and -n <= first < n
            for n, first, step in zip(shape, begin, steps, strict=True)
        ]
        index = tuple(
            (0 if no_begin else first) if shrink else slice(None if no_begin else first, None if no_end else last, step)
            for first, last, step, no_begin, no_end, shrink in zip(
                begin, end, steps, from_begin, to_end, shrinks, strict=True
            )
        )
        left = np.empty(shape)[index].shape
        if 0 not in left:
            break
    x = b.input(shape, dtype)
    operands = [x, indices(b, begin), indices(b, end), indices(b, steps)]
    masks = {"begin_mask": bits(from_begin), "end_mask": bits(to_end), "shrink_axis_mask": bits(shrinks)}
    return b.one("STRIDED_SLICE", operands, left, x.quantization, dtype, **masks)


@pytest.mark.parametrize("dtype", DTYPES)
def test_strided_slice(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_strided_slice(b, dtype) for _ in range(300 if full else 40)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


def random_index(b: GraphBuilder, *, empty: bool) -> tuple[Tensor, tuple[Any, ...]]:
    """As numpy's x[..., None, 1, a:b:c], which is what the masks for an ellipsis and new axes stand for.

    `empty`: the ellipsis may stand for no dimension.
    """
    while True:
        shape = random_shape(b, 4)
        count = int(b.rng.integers(0, len(shape) + 1))
        kinds = [str(b.rng.choice(["slice", "slice", "one"])) for _ in range(count)]
        for _ in range(int(b.rng.integers(0, 5 - len(shape)))):
            kinds.insert(int(b.rng.integers(0, len(kinds) + 1)), "new")
        if b.rng.random() < 0.7 and (empty or count < len(shape)):
            kinds.insert(int(b.rng.integers(0, len(kinds) + 1)), "dots")
        if not kinds:
            continue
        begin, end, steps, index = [], [], [], []
        for kind in kinds:
            first = 0 if kind == "one" else int(b.rng.integers(-2, 3))
            last, step = int(b.rng.integers(-3, 5)), 1 if kind == "one" else int(b.rng.choice([1, 2, -1]))
            begin, end, steps = [*begin, first], [*end, last], [*steps, step]
            index.append({"new": None, "dots": ..., "one": first}.get(kind, slice(first, last, step)))
        left = np.empty(shape)[tuple(index)].shape
        if 0 not in left and left:
            break
    x = b.input(shape)
    masks = {
        name: bits([kind == wanted for kind in kinds])
        for name, wanted in (("ellipsis_mask", "dots"), ("new_axis_mask", "new"), ("shrink_axis_mask", "one"))
    }
    operands = [x, indices(b, begin), indices(b, end), indices(b, steps)]
    return b.one("STRIDED_SLICE", operands, left, x.quantization, **masks), tuple(index)


def test_strided_slice_with_ellipsis_and_new_axes(rng: np.random.Generator, full: bool) -> None:
    """tflite-micro reads neither mask, so LiteRT is the oracle."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_index(b, empty=False)[0] for _ in range(200 if full else 40)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",), oracle="litert")


def test_strided_slice_with_an_ellipsis_of_nothing(rng: np.random.Generator, full: bool) -> None:
    """Where LiteRT drops a dimension, so numpy is the reference."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs, indexes = zip(*[random_index(b, empty=True) for _ in range(200 if full else 40)], strict=True)
    compiled = load(compile_model(b.model(outputs)))
    (case,) = random_cases(b, 1)
    for data, index, got in zip(case, indexes, compiled(*case), strict=True):
        assert np.array_equal(data[index], got), index


def test_strided_slice_of_offsets() -> None:
    """The option `offset`, by which ends count from begins; no oracle at hand has that version: numpy instead."""
    b = GraphBuilder(0)
    x = b.input((5, 6))
    operands = [x, indices(b, [1, 2]), indices(b, [3, 4]), indices(b, [1, 2])]
    model = b.model([b.one("STRIDED_SLICE", operands, (3, 2), x.quantization, version=8, offset=True)])
    data = np.arange(30, dtype=np.int8).reshape(5, 6)
    assert np.array_equal(load(compile_model(model))(data)[0], data[1:4, 2:6:2])


def test_strided_slice_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((3, 4))

    def said(begin: list[int], end: list[int], steps: list[int], shape: tuple[int, ...], **masks: int) -> str:
        operands = [x, indices(b, begin), indices(b, end), indices(b, steps)]
        return refusal(b, b.one("STRIDED_SLICE", operands, shape, x.quantization, **masks))

    assert "strides other than 0. Found: [0, 0], [2, 2] and [1, 0]" in said([0, 0], [2, 2], [1, 0], (2, 2))
    assert "Found: [3, 4] and [2, 3], of which [2, 2] are taken" in said([0, 0], [2, 2], [1, 1], (2, 3))
    assert "Found: 3 for [3, 4]" in said([0, 0, 0], [1, 1, 1], [1, 1, 1], (1, 1, 1))
    assert "at most one ellipsis" in said([0, 0], [1, 1], [1, 1], (3, 4), ellipsis_mask=3)
    assert "of which [0, 4] are taken" in said([0], [0], [-1], (4,), shrink_axis_mask=1)
    computed = b.input((2,), "int32", name="end")
    y = b.one("STRIDED_SLICE", [x, indices(b, [0, 0]), computed, indices(b, [1, 1])], (2, 2), x.quantization)
    assert "tensor 'end' is computed by the model" in refusal(b, y)


# ---------------------------------------------------------------------------------------- DYNAMIC_UPDATE_SLICE
@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "float32"])
def test_dynamic_update_slice(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Start indices beyond the ends too: they are clamped."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs, starts = [], set()
    for _ in range(100 if full else 15):
        shape = random_shape(b, 5)
        part = [int(b.rng.integers(1, n + 1)) for n in shape]
        x = b.input(shape, dtype)
        update = b.input(part, dtype, x.scale if x.quantization else None, x.zero_point)
        start = b.input((len(shape),), str(b.rng.choice(["int32", "int64"])))
        starts.add(start)
        outputs.append(b.one("DYNAMIC_UPDATE_SLICE", [x, update, start], shape, x.quantization, dtype))

    def values(tensor: Tensor) -> Array:
        if tensor in starts:
            return rng.integers(-3, 7, tensor.shape).astype(tensor.dtype)
        return random_values(rng, tensor)

    assert_equal(b, outputs, [[values(x) for x in b.inputs] for _ in range(3)], kernels=("auto",))


def test_dynamic_update_slice_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, large, start = b.input((2, 3)), b.input((3, 3)), b.input((2,), "int32")
    y = b.one("DYNAMIC_UPDATE_SLICE", [x, large, start], (2, 3), x.quantization)
    assert "Found: [2, 3] and [3, 3] and [2]" in refusal(b, y)
    y = b.one("DYNAMIC_UPDATE_SLICE", [x, b.input((1, 1), "int16"), start], (2, 3), x.quantization)
    assert "Operand and update have the same type. Found: int8 and int16" in refusal(b, y)
    y = b.one("DYNAMIC_UPDATE_SLICE", [x, b.input((1, 1)), b.input((2,), "float32")], (2, 3), x.quantization)
    assert "The start indices are int32 or int64. Found: float32" in refusal(b, y)
