"""CONCATENATION equals tflite-micro over axes, counts and types, and refuses what it must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.boards import load_board
from codegen.graph import Quantization, Tensor
from codegen.operators import choose_kernel
from codegen.target import Target
from tests.builders import GraphBuilder

from .equality import KERNELS, assert_equal, random_cases, random_values, refusal


def random_concatenation(b: GraphBuilder, dtype: str) -> Tensor:
    """Of computed tensors, constants and tensors that come twice, all of one quantization."""
    rank = int(b.rng.integers(1, 6))
    shape = b.rng.integers(1, 6, rank).tolist()
    axis = int(b.rng.integers(0, rank))
    inputs: list[Tensor] = []
    for _ in range(int(b.rng.integers(1, 6))):
        shape[axis] = int(b.rng.integers(1, 5))
        kind = b.rng.random()
        if kind < 0.2 and inputs:
            inputs.append(inputs[0])
        elif kind < 0.4 and dtype == "int8":
            data = b.rng.integers(-128, 128, shape).astype(np.int8)
            inputs.append(b.constant(data, 0.25, 7))
        else:
            inputs.append(b.input(shape, dtype, 0.25, 0 if dtype == "int16" else 7))
    return b.concatenation(inputs, axis if b.rng.random() < 0.5 else axis - rank)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "float32", "bool"])
def test_concatenation(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_concatenation(b, dtype) for _ in range(150 if full else 30)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=KERNELS if dtype == "int8" else ("native",))


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_without_quantization(dtype: str, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, other = (b.tensor((2, size), dtype) for size in (3, 4))
    b.inputs += [x, other]
    y = b.one("CONCATENATION", [x, other], (2, 7), None, dtype, axis=1)
    assert_equal(b, [y], random_cases(b, 2))


def test_of_operators_that_compute(rng: np.random.Generator) -> None:
    """Its several calls are one operator for the planner: nothing that it reads or makes is lost in between."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 4, 4, 3), scale=0.1, zero_point=0)
    branches = [b.unary("RELU", x, scale=0.1, zero_point=0) for _ in range(3)]
    y = b.concatenation([*branches, x], 3)
    z = b.concatenation([y, b.unary("RELU6", y, scale=0.1, zero_point=0)], 1)
    assert_equal(b, [z, branches[1]], random_cases(b, 4))


def test_extents_over_16_bits_use_our_kernel(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input((70_000, size), scale=0.1, zero_point=0) for size in (1, 2)]
    outputs = [b.concatenation(inputs, 1), b.concatenation([inputs[0], inputs[0]], 0)]
    target = Target(load_board("host"))
    graph = b.build(outputs)
    names = [choose_kernel(graph, op, target).name for op in graph.main.operators]
    assert names == ["cg_copy_strided", "cg_copy_strided"]
    assert_equal(b, outputs, [[random_values(rng, x) for x in b.inputs]], kernels=("auto",))


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, other = b.input((1, 4), scale=0.1, zero_point=0), b.input((1, 4), scale=0.2, zero_point=0, name="other")
    assert "have the scale and the zero point of the output. Found: tensor 'other' has 0.2 and 0" in refusal(
        b, b.concatenation([x, other], 1)
    )
    assert "Found: axis 2 of 2 dimensions" in refusal(b, b.one("CONCATENATION", [x, x], (2, 4), x.quantization, axis=2))
    fused = b.one("CONCATENATION", [x], (1, 4), x.quantization, axis=1, fused_activation_function="RELU")
    assert "The fused activation is NONE. Found: RELU" in refusal(b, fused)
    wrong = b.one("CONCATENATION", [x, x], (1, 9), x.quantization, axis=1)
    assert "[1, 4] and [1, 4] and [1, 9], axis 1" in refusal(b, wrong)
    mixed = b.one("CONCATENATION", [x, b.input((1, 4), "int16")], (1, 8), Quantization((0.1,), (0,)), axis=1)
    assert "Found: int8, int16" in refusal(b, mixed)
