"""PAD and PADV2 equal tflite-micro over ranks, types, paddings and values, and refuse what they must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Tensor
from codegen.host import load
from codegen.operators.pad import loops
from tests.builders import GraphBuilder

from .equality import KERNELS, assert_equal, random_cases, refusal


def random_pad(b: GraphBuilder, dtype: str, value: int | None = None) -> Tensor:
    rank = int(b.rng.integers(1, 6))
    shape = b.rng.integers(1, 5, rank).tolist()
    paddings = [(0, 0) if b.rng.random() < 0.4 else tuple(b.rng.integers(0, 4, 2).tolist()) for _ in shape]
    return b.pad(b.input(shape, dtype), [(before, behind) for before, behind in paddings], value)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "float32"])
def test_pad(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_pad(b, dtype) for _ in range(200 if full else 40)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=KERNELS if dtype == "int8" else ("native",))


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32"])
def test_padv2(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [random_pad(b, dtype, int(rng.integers(-128, 128))) for _ in range(100 if full else 30)]
    assert_equal(b, outputs, random_cases(b, 2), kernels=KERNELS if dtype == "int8" else ("native",))


def test_padv2_of_floats(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for value in (0.0, -1.5, 3e38, np.inf):
        inputs = [b.input((2, 3), "float32"), b.constant(np.array([[1, 0], [2, 3]], np.int32))]
        inputs.append(b.constant(np.array([value], np.float32)))
        outputs.append(b.one("PADV2", inputs, (3, 8), None, "float32", version=2))
    assert_equal(b, outputs, random_cases(b, 2), kernels=("native",))


def test_computed_value(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, value = b.input((2, 3), scale=0.1, zero_point=4), b.input((), scale=0.1, zero_point=4)
    paddings = b.constant(np.array([[1, 0], [2, 3]], np.int32))
    assert_equal(b, [b.one("PADV2", [x, paddings, value], (3, 8), x.quantization)], random_cases(b, 3))


def test_int64_paddings_mean_the_same(rng: np.random.Generator) -> None:
    """tflite-micro reads them as int32, so numpy is the reference."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((2, 3), scale=0.1, zero_point=-7)
    paddings = b.constant(np.array([[1, 0], [2, 3]], np.int64))
    model = b.model([b.one("PAD", [x, paddings], (3, 8), x.quantization)])
    data = rng.integers(-128, 128, (2, 3)).astype(np.int8)
    wanted = np.pad(data, [(1, 0), (2, 3)], constant_values=-7)
    for kernels in KERNELS:
        assert np.array_equal(load(compile_model(model, kernels=kernels))(data)[0], wanted)


def test_loops_join_what_is_not_padded() -> None:
    b = GraphBuilder(0)
    b.pad(b.input((1, 4, 5, 8)), [(0, 0), (1, 1), (2, 2), (0, 0)])
    assert loops(b.operators[0]) == [(4, 1, 1), (5 * 8, 16, 16)]


def test_older_releases_use_our_kernel() -> None:
    b = GraphBuilder(0)
    model = b.model([b.pad(b.input((1, 4)), [(0, 0), (1, 1)])])
    texts = {
        release: "".join(str(text) for text in compile_model(model, cmsis_nn=release).files.values())
        for release in ("v6.0.0", "v7.0.0")
    }
    assert "cg_pad(" in texts["v6.0.0"]
    assert "arm_pad_s8(" in texts["v7.0.0"]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 4), scale=0.1, zero_point=0)
    computed = b.input((2, 2), "int32", name="how")
    y = b.one("PAD", [x, computed], (1, 4), x.quantization)
    assert "tensor 'how' is computed by the model" in refusal(b, y)
    assert "plus the paddings" in refusal(
        b, b.one("PAD", [x, b.constant(np.ones((2, 2), np.int32))], (1, 4), x.quantization)
    )
    assert "Found: [0, -1, 0, 0]" in refusal(b, b.pad(b.input((2, 4)), [(0, -1), (0, 0)]))
    assert "at most 5 dimensions" in refusal(b, b.pad(b.input((1,) * 6), [(0, 1)] * 6))
    value = b.constant(np.array([3], np.int8), 0.2, 0)
    paddings = b.constant(np.array([[0, 0], [1, 1]], np.int32))
    assert "scales 0.2 and 0.1" in refusal(b, b.one("PADV2", [x, paddings, value], (1, 6), x.quantization))
