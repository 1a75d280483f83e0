"""Float32 with int8 weights (dynamic range) equals LiteRT, bit for bit where its floats are those of SSE."""

from __future__ import annotations

import platform
from dataclasses import replace

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder, output_sizes

from .equality import refusal
from .windows import ACTIVATIONS, any_size, any_window, describe

TOLERANCE = 0.0 if platform.machine() in {"x86_64", "AMD64"} else 1e-5
"""Of the largest output: the integer sums are equal."""


def _bias(b: GraphBuilder, count: int) -> Tensor:
    """LiteRT wants one in convolutions."""
    return b.constant(b.rng.normal(0, 2, count).astype(np.float32))


def dense(b: GraphBuilder, k: int, *, dtype: str = "int8") -> Tensor:
    depth, units, rows = (int(b.rng.integers(1, most)) for most in (40, 20, 4))
    weights = b.weights((units, depth), 0 if b.rng.random() < 0.5 else None, dtype=dtype)
    bias = _bias(b, units) if b.rng.random() < 0.7 else None
    return b.one(
        "FULLY_CONNECTED", [b.input((rows, depth), "float32"), weights, bias], (rows, units), None,
        "float32", version=9, asymmetric_quantize_inputs=bool(k % 2), fused_activation_function=ACTIVATIONS[k // 2 % 4],
    )  # fmt: skip


def windowed(b: GraphBuilder, k: int, *, dtype: str = "int8") -> Tensor:
    """CONV_2D for an odd `k`, else DEPTHWISE_CONV_2D, which LiteRT computes right with a scale per channel alone."""
    rng = b.rng
    kernel, window = any_window(b)
    stride, dilation, padding = window["stride"], window.get("dilation", (1, 1)), str(window["padding"])
    assert isinstance(stride, tuple)
    assert isinstance(dilation, tuple)
    options: dict[str, object] = {
        "padding": padding, "fused_activation_function": window["activation"], "version": 6,
        "stride_h": stride[0], "stride_w": stride[1],
        "dilation_h_factor": dilation[0], "dilation_w_factor": dilation[1],
    }  # fmt: skip
    inputs = int(rng.choice((1, 2, 3, 4)))
    images = 1 if rng.random() < 0.8 else 2
    x = b.input((images, *any_size(b, kernel, window), inputs), "float32")
    size = output_sizes(x.shape[1:3], kernel, stride, padding, dilation)
    if k % 2:
        filters, groups = 2 * int(rng.integers(1, 4)), 2 if inputs == 4 else 1
        shape = (filters, *kernel, inputs // groups)
        one_scale = groups == 1 and rng.random() < 0.4  # LiteRT refuses it with groups
        weights = b.weights(shape, None if one_scale else 0, dtype=dtype)
        inputs_of = [x, weights, _bias(b, filters)]
        return b.one("CONV_2D", inputs_of, (images, *size, filters), None, "float32", **options)  # type: ignore[arg-type]
    multiplier = int(rng.choice((1, 1, 2, 3)))
    channels = inputs * multiplier
    weights = b.weights((1, *kernel, channels), 3, dtype=dtype)
    inputs_of = [x, weights, _bias(b, channels)]
    return b.one(
        "DEPTHWISE_CONV_2D", inputs_of, (images, *size, channels), None, "float32", depth_multiplier=multiplier,
        **options,  # type: ignore[arg-type]
    )  # fmt: skip


def any_cases(b: GraphBuilder) -> list[list[Array]]:
    """Of both signs, of one sign, zeros, of a wide range."""
    rng = b.rng
    kinds = ((4, 0), (1, 5), (0, 0), (1e6, -1e5))
    return [[(rng.normal(0, s, x.shape) + m).astype(np.float32) for x in b.inputs] for s, m in kinds]


def assert_close(b: GraphBuilder, model: bytes, cases: list[list[Array]], expected: list[tuple[Array, ...]]) -> None:
    for kernels in ("auto", "native"):
        run = load(compile_model(model, kernels=kernels))
        for case, wanted in zip(cases, expected, strict=True):
            for op, got, want in zip(b.operators, run(*case), wanted, strict=True):
                np.testing.assert_allclose(
                    got, want, rtol=0, atol=TOLERANCE * float(np.abs(want).max()), err_msg=describe(op)
                )


def test_equals_litert(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [make(b, k) for k in range(20) for make in (dense, windowed)]
        model, cases = b.model(outputs), any_cases(b)
        assert_close(b, model, cases, run_oracle(model, cases, "litert"))


def test_what_litert_cannot_compute(rng: np.random.Generator) -> None:
    """Weights of 4 bits are int8; one scale in DEPTHWISE_CONV_2D, where LiteRT reads one per channel, is theirs all."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [make(b, k, dtype="int4") for k in range(4) for make in (dense, windowed)]
    model, cases = b.model([b.operators[k].output for k in range(len(outputs))]), any_cases(b)
    for k, op in enumerate(b.operators):
        weights = replace(op.input(1), dtype="int8")
        b.tensors[b.tensors.index(op.input(1))] = weights
        b.operators[k] = replace(op, inputs=(op.inputs[0], weights, *op.inputs[2:]))
    expected = run_oracle(b.model(outputs), cases, "litert")
    assert_close(b, model, cases, expected)

    one = GraphBuilder(int(rng.integers(1 << 31)))
    y = windowed(one, 0)
    (op,) = one.operators
    quantization = op.input(1).quantization
    assert quantization is not None
    same = (quantization.scales[0],) * len(quantization.scales)
    models = []
    for scales in (same, same[:1]):
        weights = replace(
            op.input(1), quantization=replace(quantization, scales=scales, zero_points=(0,) * len(scales))
        )
        one.tensors[one.tensors.index(one.operators[0].input(1))] = weights
        one.operators[0] = replace(op, inputs=(op.inputs[0], weights, *op.inputs[2:]))
        models.append(one.model([y]))
    cases = any_cases(one)
    assert_close(one, models[1], cases, run_oracle(models[0], cases, "litert"))


@pytest.mark.parametrize("make", [dense, windowed])
def test_not_a_number_harms_nothing(make: object) -> None:
    """The interpreters convert such elements to integers without a defined result."""
    b = GraphBuilder(3)
    y = dense(b, 1) if make is dense else windowed(b, 1)
    run = load(compile_model(b.model([y])))
    x = np.ones(b.inputs[0].shape, np.float32)
    for bad in (np.nan, np.inf, -np.inf, 1e-44):
        x.reshape(-1)[0] = bad
        assert run(x)[0].shape == y.shape


def test_refusals() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 4), "float32")
    plain = b.constant(np.ones((3, 4), np.int8))
    assert "has none" in refusal(b, b.one("FULLY_CONNECTED", [x, plain], (1, 3), None, "float32"))
    shifted = b.constant(np.ones((3, 4), np.int8), 0.1, 3)
    assert "the zero point 3" in refusal(b, b.one("FULLY_CONNECTED", [x, shifted], (1, 3), None, "float32"))
