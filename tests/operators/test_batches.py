"""SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND equal tflite-micro over blocks and borders, and refuse what they must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal


def numbers(b: GraphBuilder, values: object, dtype: str = "int32") -> Tensor:
    return b.constant(np.asarray(values).astype(dtype))


def random_space_to_batch(b: GraphBuilder, dtype: str, zero_point: int | None = None) -> Tensor:
    spatial = int(b.rng.integers(1, 3))
    blocks = b.rng.integers(1, 4, spatial)
    small = b.rng.integers(1, 4, spatial)
    pads = []
    sizes = []
    for total in blocks * small:
        before = int(b.rng.integers(0, min(total, 4)))
        behind = int(b.rng.integers(0, total - before))
        pads.append([before, behind])
        sizes.append(int(total) - before - behind)
    n, c = b.rng.integers(1, 4, 2)
    x = b.input([n, *sizes, c], dtype, 0.1, zero_point)
    shape = [n * np.prod(blocks), *small, c]
    operands = [x, numbers(b, blocks), numbers(b, pads)]
    return b.one("SPACE_TO_BATCH_ND", operands, [int(k) for k in shape], x.quantization, dtype)


def random_batch_to_space(b: GraphBuilder, dtype: str) -> Tensor:
    spatial = int(b.rng.integers(1, 3))
    blocks, small = b.rng.integers(1, 4, spatial), b.rng.integers(1, 4, spatial)
    crops = []
    sizes = []
    for total in blocks * small:
        before = int(b.rng.integers(0, total))
        behind = int(b.rng.integers(0, total - before))
        crops.append([before, behind])
        sizes.append(int(total) - before - behind)
    n, c = b.rng.integers(1, 4, 2)
    x = b.input([int(k) for k in (n * np.prod(blocks), *small, c)], dtype)
    operands = [x, numbers(b, blocks), numbers(b, crops)]
    return b.one("BATCH_TO_SPACE_ND", operands, [int(n), *sizes, int(c)], x.quantization, dtype)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_batch_to_space(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_batch_to_space(b, dtype) for _ in range(200 if full else 30)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_space_to_batch(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """tflite-micro never sets the value that it pads with, so LiteRT is the oracle."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_space_to_batch(b, dtype) for _ in range(200 if full else 30)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",), oracle="litert")


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((4, 3, 5, 2))

    def said(type: str, blocks: object, borders: object, shape: tuple[int, ...]) -> str:
        return refusal(b, b.one(type, [x, numbers(b, blocks), numbers(b, borders)], shape, x.quantization))

    none = [[0, 0], [0, 0]]
    assert "The blocks divide the padded input, and the output has the shape that follows. Found: [4, 3, 5, 2]" in said(
        "SPACE_TO_BATCH_ND", [2, 1], none, (8, 2, 5, 2)
    )
    assert "The blocks divide the batches" in said("BATCH_TO_SPACE_ND", [3, 1], none, (1, 9, 5, 2))
    assert "Found: [0, 1] and [0, 0, 0, 0]" in said("SPACE_TO_BATCH_ND", [0, 1], none, (4, 3, 5, 2))
    assert "2 instead of 4: [0, 0]" in said("BATCH_TO_SPACE_ND", [1, 1], [0, 0], (4, 3, 5, 2))
    assert "have 3 dimensions (batches, height, channels) or 4" in said("BATCH_TO_SPACE_ND", [1, 1], none, (4, 30))
    computed = b.input((2,), "int32", name="how")
    y = b.one("SPACE_TO_BATCH_ND", [x, computed, numbers(b, none)], (4, 3, 5, 2), x.quantization)
    assert "tensor 'how' is computed by the model" in refusal(b, y)
