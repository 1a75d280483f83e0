"""MEAN and SUM equal tflite-micro over axes, counts and scales, and refuse what they must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from codegen.operators.mean import loops
from tests.builders import GraphBuilder

from .elementwise import reduction
from .equality import assert_equal, random_cases, refusal


def random_mean(b: GraphBuilder, type: str) -> Tensor:
    rank = int(b.rng.integers(1, 6))
    shape = [int(size) for size in b.rng.integers(1, 9, rank)]
    x = b.input(shape, scale=float(10 ** b.rng.uniform(-3, 0)), zero_point=int(b.rng.integers(-128, 128)))
    axes = b.rng.choice(rank, int(b.rng.integers(1, rank + 1)), replace=False)
    given = [int(axis) - (rank if b.rng.random() < 0.3 else 0) for axis in axes]
    ratio = float(b.rng.choice([1.0, 10 ** b.rng.uniform(-2, 2)]))
    keep = bool(b.rng.random() < 0.5)
    return b.mean(x, given, keep_dims=keep, type=type, scale=x.scale * ratio, zero_point=int(b.rng.integers(-128, 128)))


@pytest.mark.parametrize("type", ["MEAN", "SUM"])
def test_mean(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_mean(b, type) for _ in range(300 if full else 50)]
    assert_equal(b, outputs, random_cases(b, 6), kernels=("native",))


@pytest.mark.parametrize("type", ["MEAN", "SUM"])
def test_int16_and_float32(type: str, rng: np.random.Generator, full: bool) -> None:
    """Floats are equal too: they are added in the reference's order."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(300 if full else 50):
        rank = int(rng.integers(1, 7))
        dtype = ("int16", "float32")[k % 2]
        scale = float(10 ** rng.uniform(-5, 0)) if dtype == "int16" else None
        x = b.input([int(size) for size in rng.choice([1, 2, 3, 7], rank)], dtype, scale)
        axes = rng.choice(rank, int(rng.integers(1, min(rank, 4) + 1)), replace=False)
        given = [int(axis) - (rank if rng.random() < 0.3 else 0) for axis in axes]
        quantization = None
        if scale:
            ratio = float(rng.choice([1.0, 10 ** rng.uniform(-2, 2)]))
            quantization = Quantization((float(np.float32(x.scale * ratio)),), (0,))
        keep = bool(rng.random() < 0.5)
        output = reduction(b, type, x, given, keep_dims=keep, quantization=quantization)
        if len(loops(b.operators[-1])) <= 5:
            outputs.append(output)
    assert_equal(b, outputs, random_cases(b, 6), kernels=("native",))


@pytest.mark.parametrize("type", ["MEAN", "SUM"])
def test_images_of_floats_and_long_sums(type: str, rng: np.random.Generator) -> None:
    """Height and width of an image have a form of their own in the reference; int16 sums may wrap."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    images = [b.input((2, 5, 9, 3), "float32") for _ in range(2)]
    outputs = [reduction(b, type, x, axes, keep_dims=True) for x, axes in zip(images, ([1, 2], [2, 1]), strict=True)]
    wide = b.input((1, 70_000), "int16", 0.001)
    outputs.append(reduction(b, type, wide, [1]))
    cases = random_cases(b, 3)
    cases[0][2] = np.full(wide.shape, 32767, np.int16)
    assert_equal(b, outputs, cases, kernels=("native",))


def test_counts(rng: np.random.Generator) -> None:
    """The multiplier takes up 1 / n, n a power of two or not; images are reduced over height and width."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    sizes = [(1, 1), (1, 2), (3, 3), (5, 5), (7, 7), (8, 8), (2, 17), (31, 33), (48, 48), (1, 4096)]
    outputs = [b.mean(b.input((1, h, w, 3)), (1, 2), keep_dims=k % 2 == 0) for k, (h, w) in enumerate(sizes)]
    assert_equal(b, outputs, random_cases(b, 8))


def test_an_axis_named_twice(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    assert_equal(b, [b.mean(b.input((4, 5, 6)), (1, -2, 1))], random_cases(b, 3))


def test_tiny_and_huge_ratios(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    ratios = [2.0**-33, 2.0**-31, 2.0**-20, 2.0**8]
    outputs = [b.mean(b.input((3, 5), scale=0.5), (1,), scale=float(0.5 / ratio)) for ratio in ratios]
    assert_equal(b, outputs, random_cases(b, 4))


def test_loops_join_neighbours() -> None:
    b = GraphBuilder(0)
    b.mean(b.input((1, 4, 5, 8)), (1, 2))
    b.mean(b.input((2, 1, 5, 1, 8)), (1, 3))
    assert loops(b.operators[0]) == [(20, 1), (8, 0)]
    assert loops(b.operators[1]) == [(80, 0)]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((2, 4), scale=0.1)
    computed = b.input((1,), "int32", name="which")
    y = b.one("MEAN", [x, computed], (2,), x.quantization)
    assert "tensor 'which' is computed by the model" in refusal(b, y)
    beyond = b.one("MEAN", [x, b.constant(np.array([2], np.int32))], (2,), x.quantization)
    assert "Found: [2] of 2 dimensions" in refusal(b, beyond)
    wrong = b.one("MEAN", [x, b.constant(np.array([1], np.int32))], (4,), x.quantization)
    assert "Found: [2, 4] and [4], axes [1]" in refusal(b, wrong)
    assert "uint8/uint8" in refusal(b, b.mean(b.input((2, 4), "uint8"), (1,)))
    assert "alternate at most 5 times" in refusal(b, b.mean(b.input((2,) * 6), (0, 2, 4)))
