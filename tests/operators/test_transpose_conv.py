"""TRANSPOSE_CONV equals tflite-micro over windows, strides, sizes, scales and bands, and refuses what it must."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from codegen.operators.family import Band
from codegen.operators.transpose_conv import FAMILY, CmsisNnRingS8
from tests.builders import GraphBuilder

from .equality import refusal
from .windows import (
    ACTIVATIONS,
    BANDS,
    WHOLE,
    Plan,
    any_input,
    assert_plans_equal,
    chosen,
    last,
    targets,
    upstream_plans,
)

Pair = tuple[int, int]


def transpose_conv(
    b: GraphBuilder,
    x: Tensor,
    filters: int,
    kernel: Pair,
    size: Pair,
    *,
    stride: Pair = (1, 1),
    padding: str = "SAME",
    activation: str = "NONE",
    per_channel: bool = True,
    bias: bool = True,
    scale: float | None = None,
) -> Tensor:
    """TRANSPOSE_CONV of x with random weights, `filters` output channels and the output's (height, width)."""
    weights_dtype = "float32" if x.dtype == "float32" else "int8"
    weights = b.weights((filters, *kernel, x.shape[3]), 0 if per_channel else None, dtype=weights_dtype)
    shape = (x.shape[0], *size, filters)
    terms = max(1, prod(kernel) * x.shape[3] // prod(stride))
    options = {"padding": padding, "stride_h": stride[0], "stride_w": stride[1]}
    out = {} if scale is None else {"scale": scale}
    output = b._weighted(
        "TRANSPOSE_CONV", x, weights, shape, terms, bias, out,  # type: ignore[arg-type]
        version=4 if activation != "NONE" else 3, fused_activation_function=activation, **options,
    )  # fmt: skip
    op = b.operators[-1]
    said = b.constant(np.array(shape, np.int32))
    given = (said, op.inputs[1], op.inputs[0], *(op.inputs[2:] if bias else ()))
    b.operators[-1] = replace(op, inputs=given)
    return output


def random_transpose_conv(b: GraphBuilder, *, images: int = 1, dtype: str = "int8") -> Tensor:
    """Any window and stride; mostly the size that the converter writes, else any."""
    rng = b.rng
    kernel, stride = (tuple(int(n) for n in rng.choice(some, 2)) for some in ((1, 2, 3, 3, 4, 5), (1, 1, 2, 2, 3, 4)))
    padding = str(rng.choice(("SAME", "VALID")))
    small = tuple(int(n) for n in rng.choice((1, 2, 3, 5, 8), 2))
    size = [n * s if padding == "SAME" else (n - 1) * s + k for n, s, k in zip(small, stride, kernel, strict=True)]
    if rng.random() < 0.4:
        size = [max(1, n + int(rng.integers(-3, 4))) for n in size]
    shape = (images, *small, int(rng.choice((1, 2, 3, 4, 8, 17, 20))))
    return transpose_conv(
        b,
        any_input(b, shape) if dtype == "int8" else b.input(shape, dtype, zero_point=int(rng.choice((0, 0, -32768)))),
        int(rng.choice((1, 2, 3, 4, 5, 8))),
        (kernel[0], kernel[1]),
        (size[0], size[1]),
        stride=(stride[0], stride[1]),
        padding=padding,
        activation=str(rng.choice(ACTIVATIONS)),
        per_channel=bool(rng.random() < 0.7),
        bias=bool(rng.random() < 0.7),
    )


def test_whole_tensors(rng: np.random.Generator, full: bool) -> None:
    for _ in range(12 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [random_transpose_conv(b, images=1 if k % 4 else 2) for k in range(80)]
        assert_plans_equal(b, outputs, (*WHOLE, *upstream_plans(None)))


def narrow_bias(b: GraphBuilder) -> None:
    """Give the last operator a bias of int16."""
    op = last(b)
    bias = b.constant(b.rng.integers(-30_000, 30_000, op.output.shape[3]).astype(np.int16), 0.1)
    b.operators[-1] = replace(op, inputs=(*op.inputs[:3], bias))


def test_int16_and_float(rng: np.random.Generator, full: bool) -> None:
    """Sums of floats are added in the reference's order, so all bits are equal."""
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = []
        for k in range(60):
            outputs.append(random_transpose_conv(b, images=1 if k % 5 else 2, dtype=("float32", "int16")[k % 2]))
            if k % 6 == 1:
                narrow_bias(b)
        assert_plans_equal(b, outputs, (WHOLE[0], WHOLE[-1], *BANDS[-2:]))


def test_bands(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [random_transpose_conv(b) for _ in range(60)]
        assert_plans_equal(b, outputs, (*BANDS[-2:], Plan("host", "native", 2)))


def test_extreme_factors(rng: np.random.Generator) -> None:
    """Multipliers that shift left, and ones so small that everything is the zero point."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for scale in (1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e8):
        activation = "RELU_N1_TO_1" if scale > 1e-5 else "NONE"
        x = any_input(b, (1, 3, 2, 3))
        outputs.append(transpose_conv(b, x, 5, (3, 2), (6, 4), stride=(2, 2), scale=scale, activation=activation))
    assert_plans_equal(b, outputs, WHOLE)


def test_rows_of_a_band_are_those_that_meet_it(rng: np.random.Generator) -> None:
    """Against the definition: input row r adds to output rows r * stride - padding + (0 to kernel - 1)."""
    for _ in range(50):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        random_transpose_conv(b)
        op = last(b)
        spatial = FAMILY.spatial(op)
        assert spatial is not None
        kernel, stride = op.input(1).shape[1], op.option("stride_h")
        before = kernel - 1 - spatial.pad_top
        for y in range(spatial.output_rows):
            meets = [r for r in range(spatial.input_rows) if 0 <= y - (r * stride - before) < kernel]
            found = spatial.input_band(Band(y, y + 1))
            assert list(range(found.first, found.last)) == meets


RING, REVERSED, OURS = "arm_transpose_conv_s8", "arm_convolve_s8", "cg_transpose_conv_s8"


@pytest.mark.parametrize(
    ("channels", "kernel", "stride", "size", "names"),
    [
        # (v5.0.0, v6.0.0, v7.0.0, 99f736a6)
        (4, 3, 2, 8, (OURS, OURS, RING, RING)),
        (16, 3, 2, 8, (OURS, OURS, RING, RING)),
        (17, 3, 2, 8, (OURS, OURS, REVERSED, REVERSED)),
        (17, 3, 3, 12, (OURS, OURS, RING, RING)),  # no upscaling by 3
        (4, 5, 2, 8, (OURS, OURS, REVERSED, RING)),  # a padding of 1: v7.0.0 shifts the rows
        (4, 5, 3, 12, (OURS, OURS, OURS, RING)),
        (4, 3, 2, 5, (OURS, OURS, REVERSED, REVERSED)),  # fewer rows than upstream's ring writes
        (4, 3, 3, 10, (OURS, OURS, OURS, OURS)),
        (4, 2, 2, 9, (OURS, OURS, REVERSED, REVERSED)),  # more
    ],
)
def test_choice(channels: int, kernel: int, stride: int, size: int, names: tuple[str, ...]) -> None:
    b = GraphBuilder()
    image = b.input((1, 4, 4, channels))
    transpose_conv(b, image, 2, (kernel, kernel), (size, size), stride=(stride, stride))
    assert tuple(chosen(last(b), target) for target in targets("mps2-an386")) == names


def test_ring_has_the_width_that_is_written() -> None:
    """Upstream's size function forgets the horizontal stride where it is wider than the filter."""
    b = GraphBuilder()
    transpose_conv(b, b.input((1, 2, 3, 4)), 5, (1, 2), (2, 12), stride=(1, 4))
    (target,) = targets("host", releases=("v7.0.0",))
    assert CmsisNnRingS8().scratch_bytes(last(b), target, None) == 4 * 1 * (2 * 4 + 4) * 5


def test_macs() -> None:
    b = GraphBuilder()
    transpose_conv(b, b.input((2, 3, 4, 5)), 6, (2, 3), (6, 8), stride=(2, 2))
    assert FAMILY.macs(last(b)) == 2 * 3 * 4 * 5 * 6 * 2 * 3


def test_refusals() -> None:
    b = GraphBuilder()

    def changed(**options: object) -> str:
        y = transpose_conv(b, b.input((1, 3, 4, 2)), 3, (2, 2), (6, 8), stride=(2, 2))
        b.operators[-1] = replace(last(b), options={**last(b).options, **options})
        return refusal(b, y)

    def with_input(position: int, tensor: Tensor) -> str:
        y = transpose_conv(b, b.input((1, 3, 4, 2)), 3, (2, 2), (6, 8), stride=(2, 2))
        inputs = list(last(b).inputs)
        inputs[position] = tensor
        b.operators[-1] = replace(last(b), inputs=tuple(inputs))
        return refusal(b, y)

    assert "Found: strides 0, 2." in changed(stride_h=0)
    assert "Found: TANH." in changed(fused_activation_function="TANH")
    assert "[1, 3, 4, 2], weights [3, 2, 2, 4]" in with_input(1, b.weights((3, 2, 2, 4), 0))
    assert "the zero point" in with_input(1, b.constant(np.ones((3, 2, 2, 2), np.int8), 0.1, 3))
    assert "computed by the model" in with_input(1, b.input((3, 2, 2, 2)))
    assert "int32/int8/int16/int32/int8" in with_input(2, b.input((1, 3, 4, 2), "int16"))
    assert "bias 2" in with_input(3, b.constant(np.ones(2, np.int32), 0.1))
    many = b.one(
        "TRANSPOSE_CONV",
        [b.constant(np.array((1, 1, 1, 1), np.int32)), b.weights((1, 1, 1, 70_000)), b.input((1, 1, 1, 70_000))],
        (1, 1, 1, 1), Quantization((0.1,), (0,)), padding="SAME", stride_h=1, stride_w=1,
    )  # fmt: skip
    assert "Found: 70000." in refusal(b, many)
