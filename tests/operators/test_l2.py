"""L2_NORMALIZATION and L2_POOL_2D equal tflite-micro over shapes and scales, and refuse what they must."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.graph import Quantization, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder, output_sizes

from .equality import assert_equal, random_cases, refusal

OUTPUT = Quantization((1 / 128,), (0,))
ACTIVATIONS = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6")


def random_shape(rng: np.random.Generator) -> list[int]:
    row = int(rng.choice([1, 2, 3, 5, 10, 17, 31, 100, 255]))
    return [*rng.integers(1, 4, int(rng.integers(0, 4))).tolist(), row]


def test_norm_of_int8(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input(random_shape(rng), scale=0.1) for _ in range(300 if full else 60)]
    inputs += [b.input((2, 3, 40), scale=0.1, zero_point=z) for z in (-128, 0, 127)]
    inputs.append(b.input((33025,), scale=0.1, zero_point=127))
    outputs = [b.one("L2_NORMALIZATION", [x], x.shape, OUTPUT) for x in inputs]
    assert_equal(b, outputs, random_cases(b, 12), kernels=("native",))


def test_norm_of_every_pair_of_small_numbers() -> None:
    """Also of 0, which counts as a norm of 1."""
    b = GraphBuilder(0)
    x = b.input((17 * 17, 2), scale=0.1, zero_point=0)
    pairs = np.stack(np.meshgrid(np.arange(-8, 9), np.arange(-8, 9)), axis=-1).reshape(-1, 2).astype(np.int8)
    assert_equal(b, [b.one("L2_NORMALIZATION", [x], x.shape, OUTPUT)], [[pairs]], kernels=("native",))


def test_norm_of_float(rng: np.random.Generator, full: bool) -> None:
    """Equal to the last bit; norms below 10^-6 count as that."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    inputs = [b.input(random_shape(rng), "float32") for _ in range(200 if full else 40)]
    outputs = [b.one("L2_NORMALIZATION", [x], x.shape, dtype="float32") for x in inputs]
    cases = random_cases(b, 8)
    tiny = [(case * 1e-8).astype(np.float32) for case in cases[0]]
    assert_equal(b, outputs, [*cases, tiny, [case * 0 for case in cases[0]]], kernels=("native",))


def pool(b: GraphBuilder, rng: np.random.Generator, batches: int = 1) -> Tensor:
    height, width, channels = rng.integers(1, 12, 3).tolist()
    padding = str(rng.choice(["SAME", "VALID"]))
    limits = (height, width) if padding == "VALID" else (8, 8)
    kernel = tuple(int(rng.integers(1, min(limit, 5) + 1)) for limit in limits)
    stride = tuple(rng.integers(1, 4, 2).tolist())
    x = b.input((batches, height, width, channels), "float32")
    size = output_sizes((height, width), (kernel[0], kernel[1]), (stride[0], stride[1]), padding)
    return b.one(
        "L2_POOL_2D", [x], (batches, *size, channels), dtype="float32", padding=padding, stride_h=stride[0],
        stride_w=stride[1], filter_height=kernel[0], filter_width=kernel[1],
        fused_activation_function=str(rng.choice(ACTIVATIONS)),
    )  # fmt: skip


def test_pool(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [pool(b, rng, 1 + k % 3) for k in range(300 if full else 60)]
    assert_equal(b, outputs, random_cases(b, 4), kernels=("native",))


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_pool_in_bands(rows: int, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [pool(b, rng) for _ in range(20)]
    model, (case,) = b.model(outputs), random_cases(b, 1)
    compiled = load(compile_with(model, Options(band_rows=rows)))
    for tensor, got, want in zip(outputs, compiled(*case), run_oracle(model, [case])[0], strict=True):
        assert np.array_equal(got.reshape(-1), want.reshape(-1)), tensor.name


def test_refusals() -> None:
    b = GraphBuilder(0)
    x = b.input((1, 10), scale=0.1)
    wrong = b.one("L2_NORMALIZATION", [x], (1, 10), Quantization((1 / 128,), (3,)))
    assert "An int8 output has scale 1/128 and zero point 0" in refusal(b, wrong)
    fused = b.one("L2_NORMALIZATION", [x], (1, 10), OUTPUT, fused_activation_function="RELU")
    assert "No activation is fused. Found: RELU" in refusal(b, fused)
    long = b.input((33026,), scale=0.1)
    assert "of int8 at most 33025" in refusal(b, b.one("L2_NORMALIZATION", [long], (33026,), OUTPUT))
    image = b.input((1, 4, 4, 1), scale=0.1)
    window: dict[str, Any] = {"padding": "VALID", "stride_h": 1, "stride_w": 1, "filter_height": 2, "filter_width": 2}
    pooled = b.one("L2_POOL_2D", [image], (1, 3, 3, 1), OUTPUT, **window)
    assert "Input and output are float32. Found: int8/int8" in refusal(b, pooled)
    real = b.input((1, 4, 4, 1), "float32")
    assert "computed [3, 3]" in refusal(b, b.one("L2_POOL_2D", [real], (1, 2, 2, 1), dtype="float32", **window))
    window["filter_height"] = 0
    assert "filter 0 x 2" in refusal(b, b.one("L2_POOL_2D", [real], (1, 3, 3, 1), dtype="float32", **window))
