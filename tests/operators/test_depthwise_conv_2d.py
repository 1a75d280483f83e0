"""DEPTHWISE_CONV_2D equals tflite-micro over windows, multipliers, scales and bands; what upstream takes."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Operator, Tensor
from codegen.operators.depthwise_conv_2d import FAMILY, CmsisNnOptS8, as_convolution
from codegen.operators.family import Table
from codegen.target import Target
from tests.builders import GraphBuilder

from .equality import refusal
from .windows import (
    BANDS,
    WHOLE,
    any_input,
    any_size,
    any_window,
    assert_plans_equal,
    last,
    targets,
    upstream_plans,
    zero_bias,
)


def depthwise(b: GraphBuilder, no_bias: list[int], *, images: int = 1, dilated: bool = True) -> Tensor:
    """Some have no bias: they get one of zeros for tflite-micro, which crashes without one."""
    rng = b.rng
    multiplier = int(rng.choice((1, 1, 1, 2, 3, 4, 8)))
    channels = int(rng.choice((1, 2, 3, 4, 5, 8, 130)))
    kernel, window = any_window(b, dilated=dilated)
    height, width = any_size(b, kernel, window)
    with_bias = bool(rng.random() < 0.7)
    if not with_bias:
        no_bias.append(len(b.operators))
    output = b.depthwise_conv_2d(
        any_input(b, (images, height, width, channels)),
        kernel,
        multiplier=multiplier,
        per_channel=bool(rng.random() < 0.7),
        bias=with_bias,
        zero_point=int(rng.choice((-128, 127, 0, int(rng.integers(-128, 128))))),
        **window,
    )  # type: ignore[arg-type]
    if not with_bias:
        zero_bias(b)
    return output


def test_whole_tensors(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        no_bias: list[int] = []
        outputs = [depthwise(b, no_bias, images=1 if k % 4 else 2, dilated=k % 2 == 0) for k in range(80)]
        assert_plans_equal(b, outputs, (*WHOLE, *upstream_plans(None)), drop_bias=no_bias)


def wide(b: GraphBuilder, k: int) -> Tensor:
    """One of float32 or int16, with a bias: tflite-micro crashes without."""
    rng = b.rng
    dtype = ("float32", "int16")[k % 2]
    kernel, window = any_window(b)
    shape = (1 if k % 5 else 2, *any_size(b, kernel, window), int(rng.integers(1, 5)))
    x = b.input(shape, dtype, zero_point=int(rng.choice((0, 0, -32768, 32767))) if dtype == "int16" else 0)
    return b.depthwise_conv_2d(
        x,
        kernel,
        multiplier=int(rng.choice((1, 1, 2, 3))),
        per_channel=bool(rng.random() < 0.7),
        weights_dtype="float32" if dtype == "float32" else "int8",
        **window,
    )  # type: ignore[arg-type]


def test_int16_and_float(rng: np.random.Generator, full: bool) -> None:
    """Whole tensors and bands; sums of floats are added in the reference's order, so all bits are equal."""
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [wide(b, k) for k in range(60)]
        assert_plans_equal(b, outputs, (*WHOLE[1:], BANDS[1], *BANDS[-2:], *upstream_plans(None)))


def test_bands(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        no_bias: list[int] = []
        outputs = [depthwise(b, no_bias, dilated=k % 2 == 0) for k in range(80)]
        assert_plans_equal(b, outputs, (*BANDS, *upstream_plans(1, 2)), drop_bias=no_bias)


def taking(op: Operator, target: Target) -> list[str]:
    return [kernel.name for kernel in FAMILY.kernels if kernel.takes(op, target)]


@pytest.mark.parametrize(
    ("shape", "kernel", "options", "names"),
    [
        # (M0, M4F, M55)
        ((1, 6, 6, 8), (3, 3), {}, ("3x3_s8", "3x3_s8", "s8_opt")),
        ((1, 6, 6, 8), (3, 3), {"stride": (2, 2)}, ("3x3_s8", "3x3_s8", "s8_opt")),
        ((1, 6, 6, 8), (3, 4), {}, ("s8", "s8_opt", "s8_opt")),
        ((1, 6, 6, 8), (1, 3), {"dilation": (2, 1)}, ("s8", "s8_opt", "s8_opt")),  # one row: nothing is dilated
        ((2, 6, 6, 8), (3, 3), {}, ("s8", "s8", "s8")),
        ((1, 6, 6, 8), (3, 3), {"dilation": (1, 2)}, ("s8", "s8", "s8")),
        ((1, 6, 6, 8), (3, 3), {"multiplier": 2}, ("s8", "s8", "s8")),
        ((1, 6, 6, 1), (3, 3), {"multiplier": 2}, ("s8", "s8", "arm_convolve_s8")),
        ((1, 6, 6, 1), (3, 3), {}, ("3x3_s8", "3x3_s8", "s8_opt")),
    ],
)
def test_upstreams_kernels(
    shape: tuple[int, ...], kernel: tuple[int, int], options: dict[str, object], names: tuple[str, ...]
) -> None:
    b = GraphBuilder()
    b.depthwise_conv_2d(b.input(shape), kernel, **options)  # type: ignore[arg-type]
    for board, name in zip(("microbit", "mps2-an386", "mps3-an547"), names, strict=True):
        wanted = name if name.startswith("arm_") else f"arm_depthwise_conv_{name}"
        for target in targets(board):
            assert wanted in taking(last(b), target)


def test_one_input_channel_is_a_convolution_by_transposed_weights() -> None:
    b = GraphBuilder()
    b.depthwise_conv_2d(b.input((1, 6, 6, 1)), (3, 2), multiplier=5)
    weights = as_convolution(last(b)).weights
    assert isinstance(weights, Table)
    assert weights.data.shape == (5, 3, 2, 1)
    source = last(b).input(1).data
    assert source is not None
    assert all(np.array_equal(weights.data[k, :, :, 0], source[0, :, :, k]) for k in range(5))


def test_absent_bias_of_many_channels_is_zeros_on_mve() -> None:
    """The MVE kernel steps from block to block in the bias, also from NULL."""
    m4f, m55 = targets("mps2-an386", "mps3-an547", releases=("v7.0.0",))
    for channels, zeros in ((124, False), (125, True)):
        b = GraphBuilder()
        b.depthwise_conv_2d(b.input((1, 6, 6, channels)), (2, 2), bias=False)
        for target, wanted in ((m4f, False), (m55, zeros)):
            bias = dict(CmsisNnOptS8().call(last(b), target, None).arguments)["bias_data"]
            assert (bias is not None) == wanted


def test_refusals() -> None:
    b = GraphBuilder()
    x = b.input((1, 6, 6, 4))
    weights = b.weights((1, 3, 3, 8))
    options = {"padding": "SAME", "stride_h": 1, "stride_w": 1}
    wrong = b.one("DEPTHWISE_CONV_2D", [x, weights, None], (1, 6, 6, 8), x.quantization, depth_multiplier=1, **options)
    assert "4 input channels, multiplier 1, 8 output channels" in refusal(b, wrong)
    weights = b.weights((2, 3, 3, 8))
    wrong = b.one("DEPTHWISE_CONV_2D", [x, weights, None], (1, 6, 6, 8), x.quantization, depth_multiplier=2, **options)
    assert "[2, 3, 3, 8], 8 output channels" in refusal(b, wrong)


def test_spatial_and_macs() -> None:
    b = GraphBuilder()
    b.depthwise_conv_2d(b.input((1, 9, 6, 2)), (3, 5), dilation=(2, 1), multiplier=2)
    spatial = FAMILY.spatial(last(b))
    assert spatial is not None
    assert (spatial.kernel, spatial.dilation, spatial.pad_top) == (3, 2, 2)
    assert FAMILY.macs(last(b)) == 9 * 6 * 4 * 15
