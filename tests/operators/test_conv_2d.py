"""CONV_2D equals tflite-micro over windows, groups, scales and bands; which kernel is chosen where."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from codegen.operators import families
from codegen.operators.conv_2d import FAMILY, CmsisNnOneRowS8, CmsisNnS8
from codegen.operators.family import Address, Band, Struct
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


def conv(b: GraphBuilder, *, images: int = 1) -> Tensor:
    rng = b.rng
    groups = int(rng.choice((1, 1, 1, 1, 2, 3)))
    inputs, outputs = (groups * int(n) for n in rng.choice((1, 2, 3, 4, 8, 9), 2))
    kernel, window = any_window(b)
    height, width = any_size(b, kernel, window)
    return b.conv_2d(
        any_input(b, (images, height, width, inputs)),
        outputs,
        kernel,
        groups=groups,
        per_channel=bool(rng.random() < 0.7),
        bias=bool(rng.random() < 0.7),
        zero_point=int(rng.choice((-128, 127, 0, int(rng.integers(-128, 128))))),
        **window,
    )  # type: ignore[arg-type]


def one_row(b: GraphBuilder) -> Tensor:
    """A convolution along one row."""
    rng = b.rng
    kernel, stride = int(rng.integers(2, 7)), int(rng.integers(1, 4))
    x = any_input(b, (int(rng.choice((1, 1, 2))), 1, kernel + int(rng.integers(0, 20)), int(rng.choice((1, 2, 4)))))
    padding = str(rng.choice(("SAME", "VALID")))
    return b.conv_2d(x, int(rng.integers(1, 7)), (1, kernel), stride=(1, stride), padding=padding)


def test_whole_tensors(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [conv(b, images=1 if k % 4 else 2) for k in range(60)] + [one_row(b) for _ in range(20)]
        assert_plans_equal(b, outputs, (*WHOLE, *upstream_plans(None)))


def wide(b: GraphBuilder, k: int) -> Tensor:
    """One of float32, or of int16 with sums of 32 or 64 bits."""
    rng = b.rng
    dtype, b.wide_bias = ("float32", "int16", "int16")[k % 3], k % 3 == 1
    kernel, window = any_window(b)
    groups = int(rng.choice((1, 1, 2, 3)))
    shape = (1 if k % 5 else 2, *any_size(b, kernel, window), int(rng.choice((1, 2, 3, 4))) * groups)
    x = b.input(shape, dtype, zero_point=int(rng.choice((0, 0, -32768, 32767))) if dtype == "int16" else 0)
    return b.conv_2d(
        x,
        int(rng.choice((1, 2, 3, 4))) * groups,
        kernel,
        groups=groups,
        per_channel=bool(rng.random() < 0.7),
        bias=k % 3 == 2 or bool(rng.random() < 0.7),
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
        outputs = [conv(b) for _ in range(60)]
        assert_plans_equal(b, outputs, (*BANDS, *upstream_plans(1, 2)))


def test_extreme_factors(rng: np.random.Generator) -> None:
    """Multipliers that shift left, and ones so small that everything is the zero point."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for scale in (1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e8):
        x = any_input(b, (1, 4, 5, 3))
        outputs.append(b.conv_2d(x, 5, (2, 2), scale=scale, activation="RELU_N1_TO_1" if scale > 1e-5 else "NONE"))
    assert_plans_equal(b, outputs, WHOLE)


@pytest.mark.parametrize(
    ("shape", "filters", "kernel", "options", "names"),
    [
        # (M4F, M55)
        ((1, 5, 6, 8), 4, (1, 1), {}, ("arm_convolve_1x1_s8_fast",) * 2),
        ((2, 5, 6, 8), 4, (1, 1), {"dilation": (2, 2)}, ("arm_convolve_1x1_s8_fast",) * 2),
        ((1, 5, 6, 8), 4, (1, 1), {"stride": (2, 2)}, ("arm_convolve_1x1_s8",) * 2),
        ((1, 5, 6, 8), 4, (3, 3), {}, ("arm_convolve_s8",) * 2),
        ((1, 5, 6, 8), 4, (5, 6), {"padding": "VALID"}, ("arm_convolve_1x1_s8_fast",) * 2),
        ((1, 6, 5, 2), 4, (3, 5), {"padding": "VALID", "stride": (3, 1)}, ("arm_convolve_1x1_s8_fast",) * 2),
        ((1, 6, 6, 2), 4, (3, 3), {"padding": "VALID", "stride": (3, 3)}, ("arm_convolve_s8",) * 2),
        ((1, 1, 9, 4), 4, (1, 3), {}, ("arm_convolve_s8", "arm_convolve_1_x_n_s8")),
        ((1, 1, 9, 3), 4, (1, 3), {}, ("arm_convolve_s8",) * 2),  # 3 channels: rows of no whole words
        ((1, 1, 2, 4), 4, (1, 3), {}, ("arm_convolve_s8",) * 2),  # narrower than the window
    ],
)
def test_choice(
    shape: tuple[int, ...], filters: int, kernel: tuple[int, int], options: dict[str, object], names: tuple[str, str]
) -> None:
    b = GraphBuilder()
    b.conv_2d(b.input(shape), filters, kernel, **options)  # type: ignore[arg-type]
    assert [chosen(last(b), target) for target in targets("mps2-an386", releases=("v7.0.0",))] == [names[0]]
    assert [chosen(last(b), target) for target in targets("mps3-an547", releases=("v7.0.0",))] == [names[1]]


def test_groups_came_with_release_6() -> None:
    b = GraphBuilder()
    b.conv_2d(b.input((1, 5, 6, 8)), 4, (3, 3), groups=2)
    names = [chosen(last(b), target) for target in targets("mps2-an386")]
    assert names == ["cg_conv_2d_s8", "arm_convolve_s8", "arm_convolve_s8", "arm_convolve_s8"]


def test_absent_bias_of_groups_is_zeros() -> None:
    """Upstream steps from group to group in the bias, also from NULL."""
    b = GraphBuilder()
    b.conv_2d(b.input((1, 5, 6, 8)), 4, (3, 3), groups=2, bias=False)
    call = CmsisNnS8().call(last(b), targets("host")[2], None)
    assert dict(call.arguments)["bias_data"] is not None


def test_upscale_argument_came_with_release_7() -> None:
    b = GraphBuilder()
    b.conv_2d(b.input((1, 5, 6, 8)), 4, (3, 3))
    counts = [len(CmsisNnS8().call(last(b), target, None).arguments) for target in targets("host")]
    assert counts == [11, 11, 12, 12]


def test_band_of_upstream_never_has_negative_padding() -> None:
    b = GraphBuilder()
    b.conv_2d(b.input((1, 9, 6, 2)), 4, (5, 3), dilation=(1, 2))
    (target,) = targets("host", releases=("v7.0.0",))
    seen = []
    for first in range(0, 9, 2):
        arguments = dict(CmsisNnS8().call(last(b), target, Band(first, min(first + 2, 9))).arguments)
        params, given, data = arguments["conv_params"], arguments["input_dims"], arguments["input_data"]
        assert isinstance(params, Struct) and isinstance(given, Struct) and isinstance(data, Address)
        padding = dict(params.fields)["padding"]
        assert isinstance(padding, Struct)
        seen.append((data.row, dict(given.fields)["h"], dict(padding.fields)["h"]))
    assert seen == [(0, 4, 2), (0, 6, 0), (2, 6, 0), (4, 5, 0), (6, 3, 0)]


def test_one_row_only_where_the_right_padding_is_exact() -> None:
    """A kernel of 5 with stride 2 needs two columns on the right; upstream would copy a pixel from behind the row."""
    releases = targets("mps3-an547")
    for width, kernel, stride, takes in (
        (16, 3, 1, (True,) * 4),
        (16, 5, 1, (True,) * 4),
        (16, 5, 2, (True, False, False, False)),
        (16, 3, 2, (True,) * 4),
        (15, 4, 2, (True, False, False, False)),
    ):
        b = GraphBuilder()
        b.conv_2d(b.input((1, 1, width, 4)), 4, (1, kernel), stride=(1, stride))
        found = tuple(CmsisNnOneRowS8().takes(last(b), target) for target in releases)
        assert found == takes, (width, kernel, stride)


def test_sizes_beyond_16_bits_are_native() -> None:
    b = GraphBuilder()
    b.conv_2d(b.input((1, 1, 70_000, 1)), 1, (1, 3))
    assert chosen(last(b), targets("mps2-an386")[0]) == "cg_conv_2d_s8"


def test_refusals() -> None:
    b = GraphBuilder()
    x = b.input((1, 6, 6, 4))
    assert "the zero point 3" in refusal(b, _with_weights(b, x, zero_point=3))
    assert "4 scales along dimension 3" in refusal(b, _with_weights(b, x, scales=(0.1, 0.2, 0.3, 0.4), axis=3))
    assert "computed by the model" in refusal(b, b.one("CONV_2D", [x, b.input((2, 3, 3, 4)), None], (1, 4, 4, 2),
        x.quantization, padding="VALID", stride_h=1, stride_w=1))  # fmt: skip
    weights = b.weights((2, 3, 3, 4))
    wrong = b.one("CONV_2D", [x, weights, None], (1, 5, 4, 2), x.quantization, padding="VALID", stride_h=1, stride_w=1)
    assert "[5, 4], computed [4, 4]" in refusal(b, wrong)
    weights = b.weights((2, 3, 3, 3))
    wrong = b.one("CONV_2D", [x, weights, None], (1, 4, 4, 2), x.quantization, padding="VALID", stride_h=1, stride_w=1)
    assert "3 of 4 input channels" in refusal(b, wrong)


def _with_weights(
    b: GraphBuilder, x: Tensor, scales: tuple[float, ...] = (0.1,), zero_point: int = 0, axis: int = 0
) -> Tensor:
    weights = b.constant(np.ones((2, 3, 3, 4), np.int8), scales, zero_point, axis)
    return b.one("CONV_2D", [x, weights, None], (1, 4, 4, 2), x.quantization, padding="VALID", stride_h=1, stride_w=1)


def test_spatial_and_macs() -> None:
    b = GraphBuilder()
    b.conv_2d(b.input((2, 9, 6, 2)), 4, (5, 3), stride=(2, 1))
    spatial = FAMILY.spatial(last(b))
    assert spatial is not None
    assert (spatial.input_rows, spatial.output_rows, spatial.kernel, spatial.stride, spatial.pad_top) == (9, 5, 5, 2, 2)
    assert FAMILY.macs(last(b)) == 2 * 5 * 6 * 4 * 5 * 3 * 2
    assert families()["CONV_2D"] is FAMILY
