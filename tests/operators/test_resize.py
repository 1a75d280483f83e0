"""RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR equal tflite-micro to the last bit, for all options."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from codegen.operators._resize import Axis
from codegen.operators.resize_bilinear import integer_table
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal

NEAREST = [(corners, half) for corners in (False, True) for half in (False, True)]
BILINEAR = [(False, False), (True, False), (False, True)]


def resize(b: GraphBuilder, type: str, x: Tensor, size: list[int], corners: bool, half: bool) -> Tensor:
    operands = [x, b.constant(np.array(size, np.int32))]
    shape = (x.shape[0], *size, x.shape[3])
    return b.one(
        type, operands, shape, x.quantization, x.dtype, version=3, align_corners=corners, half_pixel_centers=half
    )


def random_sizes(b: GraphBuilder) -> tuple[int, int]:
    kind = int(b.rng.integers(0, 4))
    source = int(b.rng.integers(1, 9))
    target = (source, 2 * source, int(b.rng.integers(1, 20)), 1)[kind]
    return source, target


def random_resize(b: GraphBuilder, type: str, dtype: str, corners: bool, half: bool) -> Tensor:
    (h, height), (w, width) = random_sizes(b), random_sizes(b)
    n, c = b.rng.integers(1, 4, 2)
    return resize(b, type, b.input((int(n), h, w, int(c)), dtype), [height, width], corners, half)


@pytest.mark.parametrize("dtype", ["int8", "int16", "float32"])
def test_nearest(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    many = 60 if full else 8
    outputs = [random_resize(b, "RESIZE_NEAREST_NEIGHBOR", dtype, *o) for o in NEAREST for _ in range(many)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_bilinear(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    many = 80 if full else 12
    outputs = [random_resize(b, "RESIZE_BILINEAR", dtype, *o) for o in BILINEAR for _ in range(many)]
    assert_equal(b, outputs, random_cases(b, 3), kernels=("auto",))


def test_large_images(rng: np.random.Generator) -> None:
    """Where the 10-bit and the float scales are rounded."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for source, target in ((97, 31), (31, 97), (224, 96), (57, 56), (3, 150)):
        for options in BILINEAR:
            inputs = [b.input((1, source, 2, 1), dtype) for dtype in ("int8", "float32")]
            outputs += [resize(b, "RESIZE_BILINEAR", x, [target, 3], *options) for x in inputs]
        for options in NEAREST:
            x = b.input((1, 2, source, 1))
            outputs.append(resize(b, "RESIZE_NEAREST_NEIGHBOR", x, [3, target], *options))
    assert_equal(b, outputs, random_cases(b, 2), kernels=("auto",))


def test_a_scale_that_leads_outside_takes_the_last_row() -> None:
    """1 row to 70: 15/1024 a row, rounded up from 14.6, so that tflite-micro reads row 1 of 1 for the last output."""
    table = integer_table(Axis(1, 70, aligns_corners=False, has_half_pixels=False))
    assert table[-1].tolist() == [0, 0, 69 * 15 - 1024]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 3, 4, 2))
    said = refusal(b, resize(b, "RESIZE_BILINEAR", x, [6, 8], True, True))
    assert "Found: both align_corners and half_pixel_centers" in said
    assert "Found: int16/int16" in refusal(
        b, resize(b, "RESIZE_BILINEAR", b.input((1, 3, 4, 2), "int16"), [6, 8], False, False)
    )
    size = b.input((2,), "int32", name="size")
    for type in ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"):
        assert "tensor 'size' is computed by the model" in refusal(
            b, b.one(type, [x, size], (1, 6, 8, 2), x.quantization)
        )
        wrong = b.one(type, [x, b.constant(np.array([6, 8], np.int32))], (1, 6, 9, 2), x.quantization)
        assert "Found: [1, 3, 4, 2] and [1, 6, 9, 2]" in refusal(b, wrong)
