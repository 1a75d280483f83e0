"""Winograd's F(2x2, 3x3): portable bodies on the host, the extension in QEMU, whole, in bands, over its input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.api import Options
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.operators._dsp.winograd import TWICE_G, transformed
from codegen.target import Target
from tests.builders import GraphBuilder
from tests.planning.tight import tight_plans

from .windows import ACTIVATIONS, Plan, any_input, assert_emulated, assert_plans_equal, chosen

BOARD = "mps2-an386"
NAME = "cg_conv_2d_winograd_s8"
BANDS = (None, 1, 2, 3, 4)
PLANS = tuple(Plan(BOARD, "native", rows, optimize="speed", prefer=(NAME,)) for rows in BANDS)
CHANNELS = (8, 8, 12, 16, 24, 60, 64, 68, 124, 128)
"""Up to one turn of the unrolled loop, whole turns, and one quad more."""


def _extreme(b: GraphBuilder) -> None:
    """Weights of the last operator at the ends of int8: all alike, of mixed signs, or few of them not zero."""
    op = b.operators[-1]
    weights = op.input(1)
    kind, shape = int(b.rng.integers(4)), weights.shape
    values = np.full(shape, int(b.rng.choice((-127, 127))))
    if kind == 1:
        values = b.rng.choice((-127, 127), shape)
    elif kind == 2:
        values = b.rng.choice((-127, 0, 0, 0, 0, 127), shape)
    elif kind == 3:
        values = np.where(b.rng.random(shape) < 0.5, 0, b.rng.integers(-127, 128, shape))
        values[:, 1, 1] = b.rng.choice((-127, 127))
    other = replace(weights, data=values.astype(np.int8))
    b.tensors[b.tensors.index(weights)] = other
    b.operators[-1] = replace(op, inputs=(op.inputs[0], other, *op.inputs[2:]))


def any_winograd(b: GraphBuilder, *, images: int = 1) -> Tensor:
    """3 x 3 over 8 to 128 channels; narrow and odd images, extreme zero points and weights."""
    rng = b.rng
    padding = str(rng.choice(("SAME", "SAME", "VALID")))
    least = 3 if padding == "VALID" else 1
    size = tuple(least + int(n) for n in rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 9), 2))
    inputs = int(rng.choice(CHANNELS))
    made = b.conv_2d(
        any_input(b, (images, *size, inputs)),
        int(rng.choice((2, 4, 6, 10, 16) if inputs < 60 else (2, 4))),
        padding=padding,
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
        bias=bool(rng.random() < 0.8),
    )
    if rng.random() < 0.5:
        _extreme(b)
    return made


def graph(rng: np.random.Generator, count: int) -> tuple[GraphBuilder, list[Tensor]]:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    return b, [any_winograd(b, images=3 if k == 0 else 1) for k in range(count)]


def test_the_transform_is_the_convolution(rng: np.random.Generator) -> None:
    """A^T [U * V] A is four times the sums, for every tile of 4 x 4 and filter: in integers, here without wrapping."""
    b = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]).T
    a = np.array([[1, 1, 1, 0], [0, 1, -1, -1]]).T
    for _ in range(50):
        d, g = rng.integers(-128, 128, (4, 4)), rng.integers(-128, 128, (3, 3))
        wanted = [[int((d[y : y + 3, x : x + 3] * g).sum()) for x in (0, 1)] for y in (0, 1)]
        u, v = transformed(g.reshape(1, 3, 3, 1)).reshape(4, 4), b.T @ d @ b
        assert (a.T @ (u * v) @ a).tolist() == (4 * np.array(wanted)).tolist()
        assert np.abs(v).max() <= 512
        assert np.abs(u).max() <= 9 * 128
    assert TWICE_G.sum() == 8


def test_where_it_is_taken(rng: np.random.Generator) -> None:
    """Not for few channels, odd numbers of them, strides, or without the extension."""
    target = Target(load_board(BOARD), kernels="native", prefer=(NAME,))
    b, _ = graph(rng, 40)
    assert sum(chosen(op, target) == NAME for op in b.operators) >= 30
    b = GraphBuilder(1)
    x = b.input((1, 8, 8, 16))
    b.conv_2d(x, 16)
    (op,) = b.operators
    assert chosen(op, target) == NAME
    assert chosen(op, replace(target, prefer=())) != NAME
    for board in ("mps3-an547", "mps2-an385"):
        assert chosen(op, replace(target, board=load_board(board))) != NAME
    for other in (
        b.conv_2d(x, 15),
        b.conv_2d(x, 16, stride=(2, 1)),
        b.conv_2d(x, 16, dilation=(1, 2)),
        b.conv_2d(x, 16, (3, 1)),
        b.conv_2d(b.input((1, 8, 8, 4)), 16),
        b.conv_2d(b.input((1, 8, 8, 18)), 16),
    ):
        assert chosen(b.operators[-1], target) != NAME, other.shape


def test_portable_bodies(rng: np.random.Generator, full: bool) -> None:
    for _ in range(40 if full else 1):
        assert_plans_equal(*graph(rng, 10), PLANS if full else [PLANS[int(k)] for k in rng.permutation(5)[:2]])


@pytest.mark.qemu
@pytest.mark.parametrize("band_rows", BANDS[:3])
def test_in_the_emulator(band_rows: int | None, rng: np.random.Generator, full: bool) -> None:
    """Inputs and outputs live throughout, beside the scratch: a byte written too many is seen."""
    for _ in range(40 if full else 1):
        b, outputs = graph(rng, 10)
        options = Options(BOARD, kernels="native", band_rows=band_rows, optimize="speed", prefer=(NAME,))
        assert_emulated(b, outputs, options, [NAME])


@pytest.mark.qemu
@pytest.mark.parametrize("band_rows", [None, 2])
def test_over_its_input(band_rows: int | None, rng: np.random.Generator, full: bool) -> None:
    """Outputs as close over inputs as the kernel says: chains, so that inputs die."""
    for _ in range(20 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = []
        for _ in range(5):
            x = any_winograd(b)
            while x.shape[3] not in (10, 16):
                x = b.conv_2d(x, 16, (1, 1), zero_point=int(rng.integers(-128, 128)))
            if x.shape[3] == 10:
                x = b.conv_2d(x, 8, (1, 1))
            outputs.append(b.conv_2d(x, int(rng.choice((4, 8, 16, 24))), activation=str(rng.choice(ACTIVATIONS))))
        options = Options(
            BOARD, kernels="native", band_rows=band_rows, optimize="speed", streaming=False, prefer=(NAME,)
        )
        with tight_plans():
            assert assert_emulated(b, outputs, options, [NAME], on_host=True) >= 3
