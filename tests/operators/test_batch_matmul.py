"""BATCH_MATMUL equals tflite-micro over shapes, broadcast batches, adjoint and constant operands; refuses the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from codegen.operators.batch_matmul import FAMILY
from tests.builders import RANGES, GraphBuilder

from .equality import assert_equal, random_cases, refusal
from .windows import chosen, targets

ADJOINT = [(False, False), (False, True), (True, False), (True, True)]


def matrix(b: GraphBuilder, shape: list[int], dtype: str, *, constant: bool = False) -> Tensor:
    """An operand of any zero point (int16: 0)."""
    if dtype == "float32":
        values = b.rng.normal(0, 2, shape).astype(np.float32)
        return b.constant(values) if constant else b.input(shape, dtype)
    low, high = RANGES[dtype]
    zero_point = int(b.rng.choice((low, high, 0, b.rng.integers(low, high)))) if dtype == "int8" else 0
    scale = float(b.rng.uniform(0.01, 0.1)) if dtype == "int8" else float(b.rng.uniform(1e-5, 1e-3))
    if not constant:
        return b.input(shape, dtype, scale, zero_point)
    values = b.rng.integers(low, high, shape, endpoint=True).astype(dtype)
    return b.constant(values, scale, zero_point)


def matmul(b: GraphBuilder, lhs: Tensor, rhs: Tensor, *, adj_x: bool = False, adj_y: bool = False) -> Tensor:
    """BATCH_MATMUL with an output scale that uses the range."""
    rows, depth = lhs.shape[-2:][::-1] if adj_x else lhs.shape[-2:]
    columns = rhs.shape[-2 if adj_y else -1]
    shape = (*np.broadcast_shapes(lhs.shape[:-2], rhs.shape[:-2]), rows, columns)
    quantization = None
    if lhs.dtype != "float32":
        low, high = RANGES[lhs.dtype]
        spread = (high - low) / 3 * np.sqrt(depth)
        scale = lhs.scale * rhs.scale * spread * float(b.rng.uniform(1.0, 3.0))
        zero_point = int(b.rng.integers(low, high, endpoint=True)) if lhs.dtype == "int8" else 0
        quantization = Quantization((float(np.float32(scale)),), (zero_point,))
    options = {"adj_x": adj_x, "adj_y": adj_y}
    return b.one("BATCH_MATMUL", [lhs, rhs], shape, quantization, lhs.dtype, version=4, **options)


def random_matmul(b: GraphBuilder, k: int, dtype: str = "int8") -> Tensor:
    """Up to three dimensions of batches, each of them repeated at times; sometimes a constant operand, odd sizes."""
    rng = b.rng
    adj_x, adj_y = ADJOINT[k % 4]
    rows, depth, columns = (int(n) for n in rng.choice((1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33), 3))
    batches = rng.choice((1, 1, 2, 3), int(rng.integers(0, 4))).tolist()
    sides = [batches[int(rng.integers(0, len(batches) + 1)) :] if rng.random() < 0.4 else batches for _ in range(2)]
    if max(map(len, sides)) < len(batches):
        sides[0] = batches
    sides = [[1 if rng.random() < 0.3 else n for n in side] for side in sides]
    constant = int(rng.choice((0, 0, 1, 2)))
    lhs = matrix(b, [*sides[0], *((depth, rows) if adj_x else (rows, depth))], dtype, constant=constant == 1)
    rhs = matrix(b, [*sides[1], *((columns, depth) if adj_y else (depth, columns))], dtype, constant=constant == 2)
    return matmul(b, lhs, rhs, adj_x=adj_x, adj_y=adj_y)


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
def test_equal(dtype: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(10 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [random_matmul(b, k, dtype) for k in range(60)]
        assert_equal(b, outputs, random_cases(b, 3))


def test_both_operands_may_be_one(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = matrix(b, [2, 3, 5], "int8")
    assert_equal(b, [matmul(b, x, x, adj_y=True), matmul(b, x, x, adj_x=True)], random_cases(b, 3))


def test_extreme_factors(rng: np.random.Generator) -> None:
    """Multipliers that shift left, and ones so small that everything is the zero point."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for scale in (1e-11, 1e-6, 1e-3, 1.0, 1e8):
        y = matmul(b, matrix(b, [3, 4], "int8"), matrix(b, [4, 5], "int8"))
        quantization = Quantization((float(np.float32(scale)),), (int(rng.integers(-128, 128)),))
        output = replace(y, quantization=quantization)
        b.tensors[y.id] = output
        b.operators[-1] = replace(b.operators[-1], outputs=(output,))
        outputs.append(output)
    assert_equal(b, outputs, random_cases(b, 3))


NATIVE, UPSTREAM = "cg_batch_matmul_s8", "arm_batch_matmul_s8"


@pytest.mark.parametrize(
    ("lhs", "rhs", "adjoint", "constant", "name"),
    [
        ([2, 3], [4, 3], (False, True), False, UPSTREAM),
        ([2, 3], [3, 4], (False, False), False, NATIVE),  # would have to be transposed at run time
        ([2, 3], [3, 4], (False, False), True, UPSTREAM),
        ([2, 3], [3, 1], (False, False), False, UPSTREAM),  # a vector lies either way
        ([3, 2], [4, 3], (True, True), False, NATIVE),
        ([5, 1, 2, 3], [1, 6, 4, 3], (False, True), False, UPSTREAM),
        ([5, 1, 7, 2, 3], [1, 6, 1, 4, 3], (False, True), False, NATIVE),  # three loops over batches
        ([5, 6, 7, 2, 3], [5, 6, 7, 4, 3], (False, True), False, UPSTREAM),
    ],
)
def test_choice(lhs: list[int], rhs: list[int], adjoint: tuple[bool, bool], constant: bool, name: str) -> None:
    b = GraphBuilder()
    matmul(b, matrix(b, lhs, "int8"), matrix(b, rhs, "int8", constant=constant), adj_x=adjoint[0], adj_y=adjoint[1])
    assert [chosen(b.operators[-1], target) for target in targets("mps2-an386")] == [NATIVE, NATIVE, name, name]


def test_int16_sums_that_upstream_would_cut_are_ours() -> None:
    for depth, name in ((8, "arm_batch_matmul_s16"), (16, "cg_batch_matmul_s16")):
        b = GraphBuilder()
        operands = [b.input((2, depth), "int16", 0.25), b.input((3, depth), "int16", 0.25)]
        b.one("BATCH_MATMUL", operands, (2, 3), Quantization((0.75,), (0,)), "int16", adj_y=True)
        (target,) = targets("mps2-an386", releases=("v7.0.0",))
        assert chosen(b.operators[-1], target) == name


def test_macs() -> None:
    b = GraphBuilder()
    matmul(b, matrix(b, [2, 1, 3, 4], "int8"), matrix(b, [5, 6, 4], "int8"), adj_y=True)
    assert FAMILY.macs(b.operators[-1]) == 2 * 5 * 3 * 4 * 6


@pytest.mark.parametrize(
    ("lhs", "rhs", "output", "found"),
    [
        ([3], [3, 2], (2,), "[3] and [3, 2]"),
        ([1, 1, 1, 1, 2, 3], [3, 2], (1, 1, 1, 1, 2, 2), "[1, 1, 1, 1, 2, 3] and [3, 2]"),
        ([2, 3], [4, 2], (2, 2), "[2, 3] and [4, 2] and [2, 2], adj_x False, adj_y False"),
        ([2, 2, 3], [3, 3, 2], (2, 2, 2), "[2, 2, 3] and [3, 3, 2] and [2, 2, 2]"),
        ([2, 3], [3, 2], (2, 3), "[2, 3] and [3, 2] and [2, 3]"),
        ([1, 40_000], [40_000, 1], (1, 1), "Found: 40000."),
    ],
)
def test_refused_shapes(lhs: list[int], rhs: list[int], output: tuple[int, ...], found: str) -> None:
    b = GraphBuilder()
    inputs = [b.input(lhs, scale=0.1, zero_point=0), b.input(rhs, scale=0.1, zero_point=0)]
    assert found in refusal(b, b.one("BATCH_MATMUL", inputs, output, Quantization((0.1,), (0,))))


def test_refused_types_and_factors() -> None:
    b = GraphBuilder()
    x, w = b.input((2, 3), scale=0.1, zero_point=0), b.input((3, 2), "float32")
    assert "Found: int8/float32/int8." in refusal(b, b.one("BATCH_MATMUL", [x, w], (2, 2), Quantization((0.1,), (0,))))
    y = b.one("BATCH_MATMUL", [x, b.input((3, 2), scale=0.1)], (2, 2), Quantization((1e-12,), (0,)))
    assert "Found: 1e+10." in refusal(b, y)
