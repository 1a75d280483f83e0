"""ADD (but int8), SUB, MUL, DIV, SQUARED_DIFFERENCE, MAXIMUM, MINIMUM, FLOOR_DIV, FLOOR_MOD equal tflite-micro."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder

from .elementwise import ACTIVATIONS, cases, operand, pairs, random_quantization, result
from .equality import assert_equal, refusal

SUMS = ("ADD", "SUB", "MUL", "SQUARED_DIFFERENCE")
FUSED = ("ADD", "SUB", "MUL", "DIV")


def output_quantization(b: GraphBuilder, type: str, x: Tensor, y: Tensor) -> Quantization | None:
    """A scale near that of the results, sometimes far from it."""
    if x.dtype not in ("int8", "int16"):
        return None
    larger = max(x.scale, y.scale)
    scale = {"MUL": x.scale * y.scale * 40, "SQUARED_DIFFERENCE": larger * larger * 40}.get(type, larger)
    zero_point = 0 if x.dtype == "int16" else int(b.rng.integers(-128, 128))
    return Quantization((float(np.float32(scale * b.rng.choice([0.05, 0.5, 1, 1.7, 2, 30]))),), (zero_point,))


def binary(b: GraphBuilder, type: str, dtype: str, shapes: tuple[list[int], list[int]], k: int = 0) -> Tensor:
    x, y = (operand(b, shape, dtype, constant=k % 7 == n) for n, shape in enumerate(shapes))
    options = {"fused_activation_function": ACTIVATIONS[b.rng.integers(0, 4)]} if type in FUSED else {}
    return result(b, type, (x, y), dtype, output_quantization(b, type, x, y), **options)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "float32"])
@pytest.mark.parametrize("type", SUMS)
def test_sums_and_products(type: str, dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [binary(b, type, dtype, shapes, k) for k, shapes in enumerate(pairs(rng, 300 if full else 24))]
    assert_equal(b, outputs, cases(b, 6), kernels=("cmsis-nn", "native") if type in ("ADD", "MUL") else ("native",))
