"""AVERAGE_POOL_2D and MAX_POOL_2D equal tflite-micro over windows and bands."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from tests.builders import GraphBuilder

from .equality import refusal
from .windows import (
    BANDS,
    WHOLE,
    any_input,
    any_size,
    any_window,
    assert_plans_equal,
    chosen,
    last,
    targets,
    upstream_plans,
)

TYPES = ("AVERAGE_POOL_2D", "MAX_POOL_2D")
WIDE = ("int16", "float32")
WIDE_PLANS = (*WHOLE, *BANDS[-3:])


def pool(b: GraphBuilder, type: str, dtype: str = "int8", *, images: int = 1) -> Tensor:
    kernel, window = any_window(b, dilated=False)
    height, width = any_size(b, kernel, window)
    shape = (images, height, width, int(b.rng.integers(1, 20)))
    x = any_input(b, shape) if dtype == "int8" else b.input(shape, dtype, zero_point=any_zero_point(b, dtype))
    return b.pool(x, type, kernel, **window)  # type: ignore[arg-type]


def any_zero_point(b: GraphBuilder, dtype: str) -> int:
    return int(b.rng.choice((0, 0, -32768, 32767, 99))) if dtype == "int16" else 0


@pytest.mark.parametrize("type", TYPES)
def test_whole_tensors(type: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [pool(b, type, images=1 if k % 4 else 2) for k in range(60)]
        assert_plans_equal(b, outputs, (*WHOLE, *upstream_plans(None)), cases=6)


@pytest.mark.parametrize("type", TYPES)
def test_bands(type: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [pool(b, type) for _ in range(60)]
        assert_plans_equal(b, outputs, (*BANDS, *upstream_plans(1, 2)))


@pytest.mark.parametrize("type", TYPES)
def test_int16_and_float(type: str, rng: np.random.Generator, full: bool) -> None:
    """Whole tensors and bands; sums of floats are added in the reference's order, so all bits are equal."""
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [pool(b, type, WIDE[k % 2], images=1 if k % 5 else 2) for k in range(60)]
        assert_plans_equal(b, outputs, (*WIDE_PLANS, *upstream_plans(None)), cases=4)


def test_means_round_halves_away_from_zero(rng: np.random.Generator) -> None:
    """Windows of 2, 4, 6 and 9 elements near zero, where halves are frequent."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = [b.input((1, 6, 6, 64), zero_point=0) for _ in range(4)]
    kernels = ((1, 2), (2, 2), (2, 3), (3, 3))
    outputs = [b.pool(tensor, "AVERAGE_POOL_2D", kernel) for tensor, kernel in zip(x, kernels, strict=True)]
    assert_plans_equal(b, outputs, (*WHOLE, *upstream_plans(None)), cases=12)


@pytest.mark.parametrize("dtype", ["int8", "int16"])
@pytest.mark.parametrize(("type", "function"), [(TYPES[0], "arm_avgpool"), (TYPES[1], "arm_max_pool")])
def test_several_images_came_with_release_6(type: str, function: str, dtype: str) -> None:
    b = GraphBuilder()
    b.pool(b.input((2, 4, 4, 3), dtype), type)
    suffix = {"int8": "s8", "int16": "s16"}[dtype]
    native, upstream = f"cg_{type.lower()}", f"{function}_{suffix}"
    first, *others = (chosen(last(b), target) for target in targets("mps2-an386"))
    assert first.startswith(native)
    assert others == [upstream] * 3
    b.pool(b.input((1, 4, 4, 3), dtype), type)
    assert {chosen(last(b), target) for target in targets("mps2-an386")} == {upstream}


@pytest.mark.parametrize("type", TYPES)
def test_refusals(type: str) -> None:
    b = GraphBuilder()
    x = b.input((1, 6, 6, 4), scale=0.1, zero_point=3)
    options = {"padding": "VALID", "stride_h": 2, "stride_w": 2, "filter_height": 2, "filter_width": 2}
    other = b.input((1, 6, 6, 4), scale=0.2, zero_point=3).quantization
    assert "scales 0.1 and 0.2" in refusal(b, b.one(type, [x], (1, 3, 3, 4), other, **options))
    assert "[4, 3], computed [3, 3]" in refusal(b, b.one(type, [x], (1, 4, 3, 4), x.quantization, **options))
    assert "stride_w 0" in refusal(b, b.one(type, [x], (1, 3, 3, 4), x.quantization, **{**options, "stride_w": 0}))
    assert "filter 2 x 0" in refusal(
        b, b.one(type, [x], (1, 3, 3, 4), x.quantization, **{**options, "filter_width": 0})
    )
    large = b.input((1, 6, 6, 4), "int16")
    options_large = {**options, "padding": "SAME", "filter_height": 256, "filter_width": 256}
    if type == "AVERAGE_POOL_2D":
        many = b.one(type, [large], (1, 3, 3, 4), large.quantization, "int16", **options_large)
        assert "filter 256 x 256" in refusal(b, many)
    mixed = b.one(type, [large], (1, 3, 3, 4), x.quantization, **options)
    assert "int16/int8" in refusal(b, mixed)
    wide = {**options, "filter_width": 7}
    assert "computed [3, 0]" in refusal(b, b.one(type, [x], (1, 3, 1, 4), x.quantization, **wide))
