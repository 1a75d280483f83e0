"""CMSIS-NN's kernels of int16: taken where no sum of theirs is cut, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Quantization, Tensor
from codegen.operators._s16 import sums_fit
from tests.builders import GraphBuilder

from .equality import assert_equal
from .windows import chosen, last, targets


def dense(b: GraphBuilder, depth: int, weight: int, factor: float, bias: int = 0) -> Tensor:
    """FULLY_CONNECTED of int16 of one unit with `depth` weights alike."""
    weights = b.constant(np.full((1, depth), weight, np.int8), factor)
    biases = b.constant(np.array([bias], np.int64), factor)
    x = b.input((1, depth), "int16", 1.0, 0)
    options = {"keep_num_dims": False, "fused_activation_function": "NONE"}
    return b.one("FULLY_CONNECTED", [x, weights, biases], (1, 1), Quantization((1.0,), (0,)), "int16", **options)


@pytest.mark.parametrize(
    ("depth", "weight", "factor", "bias", "fits"),
    [
        (512, 127, 1e-6, 0, True),
        (512, -128, 1e-6, 0, False),  # 2^31: one too many for 32 bits
        (100, 127, 1.0, 0, True),
        (130, 127, 1.0, 0, False),  # twice the sum, rescaled, is beyond 32 bits
        (1, 1, 1.0, 1 << 40, False),
    ],
)
def test_bounds(depth: int, weight: int, factor: float, bias: int, fits: bool) -> None:
    b = GraphBuilder()
    dense(b, depth, weight, factor, bias)
    assert sums_fit(last(b), 0) == fits
    name = "arm_fully_connected_s16" if fits else "cg_fully_connected_s16_b64"
    assert {chosen(last(b), target) for target in targets("mps2-an386")} == {name}


def test_extreme_inputs_at_the_bound() -> None:
    b = GraphBuilder()
    y = dense(b, 512, 127, 1e-4)
    ends = [np.full((1, 512), value, np.int16) for value in (-32768, 32767, 0)]
    assert_equal(b, [y], [[end] for end in ends])


def test_choice_of_windows() -> None:
    m4f, m55 = targets("mps2-an386", "mps3-an547", releases=("v7.0.0",))
    (old,) = targets("mps2-an386", releases=("v5.0.0",))
    b = GraphBuilder()
    b.conv_2d(b.input((1, 5, 5, 3), "int16"), 4, (3, 3))
    names = [chosen(last(b), target) for target in (old, m4f, m55)]
    assert names == ["cg_conv_2d_s16_b64", "arm_convolve_s16", "arm_convolve_s16"]
    for channels, wanted in ((4, ("fast", "fast")), (3, ("fast", "native"))):  # MVE reads in fours
        b.depthwise_conv_2d(b.input((1, 5, 5, channels), "int16"), (3, 3))
        known = {"fast": "arm_depthwise_conv_fast_s16", "native": "cg_depthwise_conv_2d_s16_b64"}
        assert [chosen(last(b), target) for target in (m4f, m55)] == [known[name] for name in wanted]
