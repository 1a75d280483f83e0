"""Weights of 4 bits equal tflite-micro, unpacked at compile time or read packed; a bias of 32 bits where it has 64."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import random_cases
from .windows import ACTIVATIONS, Plan, any_input, any_size, any_window, assert_plans_equal

PLANS = (
    Plan("host", "cmsis-nn"),
    Plan("mps3-an547", "cmsis-nn"),
    *(Plan("host", kernels, rows, optimize="size") for kernels, rows in (("auto", None), ("native", 1), ("native", 3))),
)


def any_weighted(b: GraphBuilder, k: int) -> Tensor:
    """One of the three operators. TFLite Micro reads a bias in DEPTHWISE_CONV_2D, and no factors per unit."""
    rng = b.rng
    if k % 3 == 2:
        x = any_input(b, (int(rng.choice((1, 1, 3))), int(rng.integers(1, 40))))
        return b.fully_connected(
            x,
            int(rng.integers(1, 12)),
            weights_dtype="int4",
            bias=bool(rng.random() < 0.7),
            activation=ACTIVATIONS[k % 4],
        )
    kernel, window = any_window(b)
    images = 1 if rng.random() < 0.8 else 2
    groups = int(rng.choice((1, 1, 2, 3)))
    channels = groups * int(rng.choice((1, 2, 3, 5)))
    x = any_input(b, (images, *any_size(b, kernel, window), channels))
    common = {"weights_dtype": "int4", "per_channel": bool(rng.random() < 0.7), **window}
    if k % 3:
        return b.depthwise_conv_2d(x, kernel, multiplier=int(rng.choice((1, 1, 2, 3))), **common)  # type: ignore[arg-type]
    bias = bool(rng.random() < 0.7)
    return b.conv_2d(x, groups * int(rng.integers(1, 5)), kernel, groups=groups, bias=bias, **common)  # type: ignore[arg-type]


def test_equals_the_reference(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        assert_plans_equal(b, [any_weighted(b, k) for k in range(60)], PLANS)


def _with_type(b: GraphBuilder, position: int, dtype: str) -> GraphBuilder:
    """`b` with the input at `position` of every operator, a constant, as `dtype`."""
    other = GraphBuilder(0)
    other.inputs, other.tensors, other.operators = b.inputs, list(b.tensors), []
    for op in b.operators:
        found = op.input(position)
        assert found.data is not None
        new = replace(found, dtype=dtype, data=found.data if dtype == "int8" else found.data.astype(dtype))
        other.tensors[other.tensors.index(found)] = new
        other.operators.append(replace(op, inputs=(*op.inputs[:position], new, *op.inputs[position + 1 :])))
    return other


@pytest.mark.parametrize("optimize", ["balanced", "size"])
def test_what_the_reference_refuses_is_as_int8(rng: np.random.Generator, optimize: str) -> None:
    """Factors per unit, and int16."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [b.fully_connected(b.input((2, 15)), 7, per_channel=True, weights_dtype="int4")]
    for b.wide_bias in (False, True):
        outputs.append(b.fully_connected(b.input((2, 15), "int16"), 7, per_channel=b.wide_bias, weights_dtype="int4"))
        outputs.append(b.conv_2d(b.input((1, 4, 5, 3), "int16"), 5, weights_dtype="int4"))
    outputs.append(b.depthwise_conv_2d(b.input((1, 4, 5, 3), "int16"), weights_dtype="int4"))
    cases = random_cases(b, 3)
    expected = run_oracle(_with_type(b, 1, "int8").model(outputs), cases)
    compiled = load(compile_model(b.model(outputs), optimize=optimize))
    for case, wanted in zip(cases, expected, strict=True):
        for got, want in zip(compiled(*case), wanted, strict=True):
            np.testing.assert_array_equal(got, want)


def test_size_keeps_half_the_bytes() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 6, 6, 7))
    model = b.model([b.conv_2d(x, 5, weights_dtype="int4")])
    small, fast = (compile_model(model, kernels="native", optimize=objective) for objective in ("size", "speed"))
    assert "cg_conv_2d_s4(" in small.files[f"{small.name}.c"]
    assert "cg_conv_2d_s4" not in fast.files[f"{fast.name}.c"]
    weights = 5 * 3 * 3 * 7
    pattern = r"^const u?int8_t .*_weights\[(\d+)\]"
    tables = [re.findall(pattern, m.files[f"{m.name}_data.c"], re.MULTILINE) for m in (small, fast)]
    assert tables == [[str((weights + 1) // 2)], [str(weights)]]


def test_depthwise_of_int16_takes_a_bias_of_32_bits(rng: np.random.Generator) -> None:
    """For the same numbers as int64: tflite-micro would read behind it, LiteRT refuses it."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    b.wide_bias = False
    outputs = [b.depthwise_conv_2d(b.input((1, 5, 4, 3), "int16"), multiplier=m, activation="RELU") for m in (1, 2)]
    cases = random_cases(b, 3)
    expected = run_oracle(_with_type(b, 2, "int64").model(outputs), cases)
    compiled = load(compile_model(b.model(outputs)))
    for case, wanted in zip(cases, expected, strict=True):
        for got, want in zip(compiled(*case), wanted, strict=True):
            np.testing.assert_array_equal(got, want)
