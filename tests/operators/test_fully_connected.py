"""FULLY_CONNECTED equals tflite-micro over shapes, scales and activations; which kernel is chosen where."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from codegen.operators.family import Struct, Table
from codegen.operators.fully_connected import CmsisNnPerChannelS8, CmsisNnS8
from tests.builders import GraphBuilder

from .equality import refusal
from .windows import ACTIVATIONS, WHOLE, any_input, assert_plans_equal, chosen, last, targets, upstream_plans


def dense(b: GraphBuilder, k: int) -> Tensor:
    rng = b.rng
    depth, units = int(rng.integers(1, 40)), int(rng.integers(1, 20))
    shape: tuple[int, ...] = (int(rng.choice((1, 1, 2, 3, 5))), depth)
    keep = bool(rng.random() < 0.3)
    if keep:
        shape = (*rng.integers(1, 4, int(rng.integers(1, 3))).tolist(), depth)
    return b.fully_connected(
        any_input(b, shape),
        units,
        activation=ACTIVATIONS[k % 4],
        per_channel=bool(rng.random() < 0.4),
        bias=bool(rng.random() < 0.7),
        keep_num_dims=keep,
        zero_point=int(rng.choice((-128, 127, 0, int(rng.integers(-128, 128))))),
    )


def test_shapes(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        assert_plans_equal(b, [dense(b, k) for k in range(80)], (*WHOLE, *upstream_plans(None)))


def wide(b: GraphBuilder, k: int) -> Tensor:
    """One of float32, or of int16 with sums of 32 or 64 bits."""
    dtype, b.wide_bias = ("float32", "int16", "int16")[k % 3], k % 3 == 1
    shape = (int(b.rng.choice((1, 1, 2, 3, 5))), int(b.rng.integers(1, 40)))
    zero_point = int(b.rng.choice((0, 0, -32768, 32767))) if dtype == "int16" else 0
    return b.fully_connected(
        b.input(shape, dtype, zero_point=zero_point),
        int(b.rng.integers(1, 20)),
        activation=ACTIVATIONS[k // 3 % 4],
        per_channel=bool(b.rng.random() < 0.4),
        bias=k % 3 == 2 or bool(b.rng.random() < 0.7),
        weights_dtype="float32" if dtype == "float32" else "int8",
    )


def test_int16_and_float(rng: np.random.Generator, full: bool) -> None:
    for _ in range(8 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        assert_plans_equal(b, [wide(b, k) for k in range(90)], (WHOLE[0], WHOLE[-1]))


def test_scales(rng: np.random.Generator, full: bool) -> None:
    """The factor is made of a float32 product per tensor, of doubles per unit: some scales tell them apart."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(400 if full else 60):
        x = b.input((1, 64), scale=float(rng.uniform(1e-3, 1)), zero_point=int(rng.integers(-128, 128)))
        scale = float(10.0 ** rng.uniform(-7 if k % 5 == 0 else -2, 2))
        outputs.append(b.fully_connected(x, 16, scale=scale, per_channel=k % 3 == 0))
    assert_plans_equal(b, outputs, WHOLE)


@pytest.mark.parametrize(
    ("rows", "per_channel", "board", "names"),
    [
        # v5.0.0, v6.0.0, v7.0.0 and 99f736a6
        (1, False, "mps2-an386", ("arm_fully_connected_s8",) * 4),
        (1, False, "mps3-an547", ("arm_fully_connected_s8",) * 4),
        (1, True, "mps2-an386", ("arm_convolve_1x1_s8_fast",) * 2 + ("arm_fully_connected_per_channel_s8",) * 2),
        (1, True, "mps3-an547", ("arm_convolve_1x1_s8_fast",) * 2 + ("arm_fully_connected_per_channel_s8",) * 2),
    ],
)
def test_choice(rows: int, per_channel: bool, board: str, names: tuple[str, ...]) -> None:
    b = GraphBuilder()
    b.fully_connected(b.input((rows, 32)), 16, per_channel=per_channel)
    assert tuple(chosen(last(b), target) for target in targets(board)) == names


@pytest.mark.parametrize("bias", [True, False])
def test_sums_on_mve(bias: bool) -> None:
    """Plain sums before 7.0.0; from then on the bias and the input offset are in them."""
    b = GraphBuilder(5)
    b.fully_connected(b.input((1, 32), zero_point=-7), 16, bias=bias)
    op = last(b)
    assert op.input(1).data is not None
    plain = op.input(1).data.astype(np.int64).sum(axis=1)
    given = op.optional_input(2)
    offset = given.data if given and given.data is not None else 0
    for target in targets("mps3-an547"):
        context = dict(CmsisNnS8().call(op, target, None).arguments)["ctx"]
        assert isinstance(context, Struct)
        table = dict(context.fields)["buf"]
        assert isinstance(table, Table)
        assert np.array_equal(table.data, plain if target.cmsis_nn.number < 70_000 else plain * 7 + offset)
    for target in targets("mps2-an386"):
        context = dict(CmsisNnS8().call(op, target, None).arguments)["ctx"]
        assert isinstance(context, Struct)
        assert dict(context.fields) == {"buf": None, "size": 0}


def test_factors_per_unit_came_with_release_7() -> None:
    b = GraphBuilder()
    b.fully_connected(b.input((1, 32)), 16, per_channel=True)
    assert [CmsisNnPerChannelS8().takes(last(b), t) for t in targets("host")] == [False, False, True, True]


def test_refusals() -> None:
    b = GraphBuilder()
    x = b.input((2, 6))
    shapes = ((4, 5), (2, 4)), ((4, 6), (2, 5)), ((4, 6), (1, 4))
    for weights, output in shapes:
        wrong = b.one("FULLY_CONNECTED", [x, b.weights(weights), None], output, x.quantization)
        assert "rows of depth elements" in refusal(b, wrong)
    wrong = b.one("FULLY_CONNECTED", [x, b.weights((4, 6), symmetric=False), None], (2, 4), x.quantization)
    assert "the zero point" in refusal(b, wrong)
    bias = b.constant(np.zeros(3, np.int32))
    wrong = b.one("FULLY_CONNECTED", [x, b.weights((4, 6)), bias], (2, 4), x.quantization)
    assert "3 values, 4 output channels" in refusal(b, wrong)
    other = b.one("FULLY_CONNECTED", [x, b.weights((4, 6)), None], (2, 4), x.quantization,
                  weights_format="SHUFFLED4x16INT8")  # fmt: skip
    assert "SHUFFLED4x16INT8" in refusal(b, other)
