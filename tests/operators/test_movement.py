"""Operators that only move elements equal tflite-micro (TILE: LiteRT) over ranks, types and options."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.host import load
from codegen.operators import choose_kernel
from codegen.operators.transpose import matrices
from codegen.target import Target
from tests.builders import GraphBuilder

from .equality import KERNELS, assert_equal, random_cases, refusal


def random_shape(b: GraphBuilder, most: int, size: int = 6) -> list[int]:
    return [int(n) for n in b.rng.integers(1, size, int(b.rng.integers(1, most + 1)))]


def numbers(b: GraphBuilder, values: object, dtype: str = "int32") -> Tensor:
    return b.constant(np.asarray(values).astype(dtype))


# --------------------------------------------------------------------------------------------------- TRANSPOSE
def transpose(b: GraphBuilder, x: Tensor, order: list[int]) -> Tensor:
    return b.one("TRANSPOSE", [x, numbers(b, order)], [x.shape[k] for k in order], x.quantization, x.dtype)


def random_transpose(b: GraphBuilder, dtype: str) -> Tensor:
    shape = random_shape(b, 5, 9)
    return transpose(b, b.input(shape, dtype), b.rng.permutation(len(shape)).tolist())


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
def test_transpose(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_transpose(b, dtype) for _ in range(300 if full else 60)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=KERNELS if dtype == "int8" else ("native",))


def test_transpose_of_six_dimensions_and_other_types(rng: np.random.Generator) -> None:
    """More than tflite-micro takes: LiteRT is the oracle."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [transpose(b, b.input((2, 3, 1, 2, 4, 3)), [5, 1, 0, 3, 2, 4])]
    outputs += [transpose(b, b.input((3, 4, 5), dtype), [2, 0, 1]) for dtype in ("int32", "int64", "uint8", "bool")]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",), oracle="litert")


def test_upstream_transposes_matrices_alone() -> None:
    """Where arm_transpose_s8 is right and fast: two dimensions that change places; more of them with MVE only."""
    b = GraphBuilder(0)
    orders = {(7, 5): [1, 0], (1, 7, 5, 1): [0, 2, 1, 3], (3, 7, 5): [0, 2, 1], (3, 4): [0, 1], (2, 3, 4): [2, 1, 0]}
    y = [transpose(b, b.input(shape), order) for shape, order in orders.items()]
    y.append(transpose(b, b.input((2, 9363)), [1, 0]))
    graph = b.build(y)
    assert [matrices(op) for op in graph.main.operators] == [
        (1, 7, 5), (1, 7, 5), (3, 7, 5), None, None, (1, 2, 9363),
    ]  # fmt: skip
    upstream, ours = "arm_transpose_s8", "cg_copy_nd"
    for board, names in {
        "host": [upstream, upstream, ours, ours, ours, ours],
        "mps3-an547": [upstream, upstream, upstream, ours, ours, ours],
    }.items():
        target = Target(load_board(board))
        assert [choose_kernel(graph, op, target).name for op in graph.main.operators] == names


# ----------------------------------------------------------------------------- TILE, BROADCAST_TO, REVERSE_V2
@pytest.mark.parametrize("dtype", ["int8", "float32", "int32", "int64", "bool", "uint8"])
def test_tile(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """LiteRT is the oracle."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(100 if full else 12):
        shape = random_shape(b, 4, 5)
        times = b.rng.integers(1, 4, len(shape))
        x = b.input(shape, dtype)
        y = b.one(
            "TILE", [x, numbers(b, times, str(b.rng.choice(["int32", "int64"])))], np.multiply(shape, times).tolist(),
            x.quantization, dtype,
        )  # fmt: skip
        outputs.append(y)
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",), oracle="litert")


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "float32", "bool", "uint8"])
def test_broadcast_to(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(100 if full else 15):
        wanted = random_shape(b, 5)
        x = b.input(
            [1 if b.rng.random() < 0.4 else n for n in wanted][int(b.rng.integers(0, len(wanted) + 1)) :], dtype
        )
        shape = numbers(b, wanted, str(b.rng.choice(["int32", "int64"])))
        outputs.append(b.one("BROADCAST_TO", [x, shape], wanted, x.quantization, dtype))
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "float32", "bool"])
def test_reverse(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Axes that are neighbours, which is what tflite-micro takes."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(100 if full else 12):
        shape = random_shape(b, 5)
        first = int(b.rng.integers(0, len(shape)))
        axes = b.rng.permutation(np.arange(first, int(b.rng.integers(first, len(shape))) + 1))
        given = [int(axis) - (len(shape) if b.rng.random() < 0.3 else 0) for axis in axes]
        x = b.input(shape, dtype)
        outputs.append(b.one("REVERSE_V2", [x, numbers(b, given)], shape, x.quantization, dtype))
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


def test_reverse_of_distant_axes(rng: np.random.Generator) -> None:
    """Refused by tflite-micro (and LiteRT): numpy is the reference."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((3, 4, 5, 2))
    model = b.model([b.one("REVERSE_V2", [x, numbers(b, [0, 2])], x.shape, x.quantization)])
    (case,) = random_cases(b, 1)
    assert np.array_equal(load(compile_model(model))(*case)[0], np.flip(case[0], (0, 2)))


# ------------------------------------------------------------------------------ DEPTH_TO_SPACE, SPACE_TO_DEPTH
@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_depth_and_space(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(100 if full else 24):
        n, h, w, c = b.rng.integers(1, 5, 4).tolist()
        size = int(b.rng.integers(1, 5))
        deep, wide = (n, h, w, c * size * size), (n, h * size, w * size, c)
        type, shapes = ("DEPTH_TO_SPACE", (deep, wide)) if k % 2 else ("SPACE_TO_DEPTH", (wide, deep))
        x = b.input(shapes[0], dtype)
        outputs.append(b.one(type, [x], shapes[1], x.quantization, dtype, block_size=size))
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


# -------------------------------------------------------------------------------------------------- MIRROR_PAD
@pytest.mark.parametrize("dtype", ["int8", "float32"])
@pytest.mark.parametrize("mode", ["REFLECT", "SYMMETRIC"])
def test_mirror_pad(dtype: str, mode: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(100 if full else 15):
        shape = random_shape(b, 5)
        most = [n - (mode == "REFLECT") for n in shape]
        pads = [[int(b.rng.integers(0, n + 1)) if b.rng.random() < 0.6 else 0 for _ in range(2)] for n in most]
        x = b.input(shape, dtype)
        wanted = [n + sum(both) for n, both in zip(shape, pads, strict=True)]
        kind = str(b.rng.choice(["int32", "int64"]))
        outputs.append(b.one("MIRROR_PAD", [x, numbers(b, pads, kind)], wanted, x.quantization, dtype, mode=mode))
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


# ---------------------------------------------------------------------------------------------------- refusals
def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((2, 3))

    def said(type: str, operand: object, shape: tuple[int, ...], **options: object) -> str:
        return refusal(b, b.one(type, [x, numbers(b, operand)], shape, x.quantization, **options))

    assert "The permutation names every dimension once. Found: [1, 1] of 2 dimensions" in said(
        "TRANSPOSE", [1, 1], (3, 3)
    )
    assert "in the order of the permutation. Found: [2, 3] and [2, 3]" in said("TRANSPOSE", [1, 0], (2, 3))
    assert "3 instead of 2: [0, 1, 2]" in said("TRANSPOSE", [0, 1, 2], (2, 3))
    assert "times the multiples. Found: [2, 3] and [4, 4]" in said("TILE", [2, 1], (4, 4))
    assert "The input can be repeated to the output's shape. Found: [2, 3] and [4, 3]" in said(
        "BROADCAST_TO", [4, 3], (4, 3)
    )
    assert "Found: [0, -2] of 2 dimensions" in said("REVERSE_V2", [0, -2], (2, 3))
    assert "Found: [2, 0, 0, 0] for [2, 3]" in said("MIRROR_PAD", [[2, 0], [0, 0]], (4, 3))
    assert "Found: [2, 3] and [3, 3]" in said("MIRROR_PAD", [[0, 0], [0, 0]], (3, 3))
    computed = b.input((2,), "int32", name="how")
    for type in ("TRANSPOSE", "TILE", "BROADCAST_TO", "REVERSE_V2", "MIRROR_PAD"):
        y = b.one(type, [x, computed], (2, 3), x.quantization)
        assert "tensor 'how' is computed by the model" in refusal(b, y)
    image = b.input((1, 3, 4, 5))
    y = b.one("SPACE_TO_DEPTH", [image], (1, 1, 2, 20), image.quantization, block_size=2)
    assert "The block divides the input, and the output has the shape that follows" in refusal(b, y)
    y = b.one("DEPTH_TO_SPACE", [image], (1, 3, 4, 5), image.quantization, block_size=0)
    assert "The block size is 1 or more. Found: 0" in refusal(b, y)
    y = b.one("DEPTH_TO_SPACE", [x], (2, 3), x.quantization, block_size=1)
    assert "Found: [2, 3] and [2, 3]" in refusal(b, y)
    y = b.one("TILE", [b.input((2,) * 5), numbers(b, [2] * 5)], (4,) * 5, None)
    assert "There are at most 8 loops over repeated dimensions" in refusal(b, y)
