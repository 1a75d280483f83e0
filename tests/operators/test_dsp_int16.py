"""Int16 with weights of int8 by the DSP extension: portable bodies on the host, the extension in QEMU, in bands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from codegen.api import Options
from codegen.arithmetic import MultiplierShift
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.operators._dsp.int16 import channels_16
from codegen.target import Target
from tests.builders import GraphBuilder
from tests.planning.tight import tight_plans

from .windows import ACTIVATIONS, Plan, assert_emulated, assert_plans_equal, chosen

BOARD = "mps2-an386"
NAMES = ("cg_conv_2d_pairs_s16", "cg_depthwise_conv_2d_pairs_s16", "cg_fully_connected_pairs_s16")
BANDS = (None, 1, 3)
PLANS = tuple(Plan(BOARD, "native", rows, prefer=NAMES) for rows in BANDS)


def _extreme(b: GraphBuilder) -> None:
    """Weights of the last operator at the ends of int8."""
    op = b.operators[-1]
    weights = op.input(1)
    values = b.rng.choice(((-127,), (127,), (-127, 127), (-127, 0, 0, 0, 127))[int(b.rng.integers(4))], weights.shape)
    other = replace(weights, data=values.astype(np.int8))
    b.tensors[b.tensors.index(weights)] = other
    b.operators[-1] = replace(op, inputs=(op.inputs[0], other, *op.inputs[2:]))


def any_conv(b: GraphBuilder) -> Tensor:
    """Any window over a multiple of four channels; odd numbers of outputs, narrow images."""
    rng = b.rng
    inputs = int(rng.choice((4, 4, 8, 12, 16, 36, 64)))
    kernel = [(1, 1), (3, 3), (3, 3), (1, 3), (5, 1), (2, 2)][int(rng.integers(6))]
    dilation = (1, 1) if rng.random() < 0.8 else tuple(int(d) for d in rng.choice((1, 2), 2))
    least = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = [max(low, int(n)) for low, n in zip(least, rng.choice((1, 2, 3, 4, 5, 7, 8), 2), strict=True)]
    made = b.conv_2d(
        b.input((1, *size, inputs), "int16"),
        int(rng.choice((1, 2, 3, 4, 7, 16))),
        kernel,
        stride=tuple(int(s) for s in rng.choice((1, 1, 2, 3), 2)),
        dilation=dilation,
        padding=str(rng.choice(("SAME", "VALID"))),
        activation=str(rng.choice(ACTIVATIONS)),
    )  # type: ignore[arg-type]
    if inputs * kernel[0] * kernel[1] <= 500 and rng.random() < 0.4:
        _extreme(b)
    return made


def any_dense(b: GraphBuilder) -> Tensor:
    rng = b.rng
    depth = int(rng.choice((*range(1, 18), 63, 64, 65, 128, 130)))
    made = b.fully_connected(
        b.input((int(rng.choice((1, 1, 2, 3))), depth), "int16", None, 0),
        int(rng.choice((*range(1, 10), 63, 64, 65))),
        per_channel=bool(rng.random() < 0.5),
        activation=str(rng.choice(ACTIVATIONS)),
    )
    if rng.random() < 0.4:
        _extreme(b)
    return made


def any_depthwise(b: GraphBuilder) -> Tensor:
    """Any window over an even number of channels."""
    rng = b.rng
    kernel = [(3, 3), (3, 3), (1, 1), (5, 1), (1, 4), (5, 5), (4, 4)][int(rng.integers(7))]
    dilation = (1, 1) if rng.random() < 0.8 else tuple(int(d) for d in rng.choice((1, 2), 2))
    least = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = [max(low, int(n)) for low, n in zip(least, rng.choice((1, 2, 3, 4, 5, 7, 8), 2), strict=True)]
    made = b.depthwise_conv_2d(
        b.input((1, *size, int(rng.choice((2, 4, 6, 8, 16, 34)))), "int16"),
        kernel,
        stride=tuple(int(s) for s in rng.choice((1, 1, 2, 3), 2)),
        dilation=dilation,
        padding=str(rng.choice(("SAME", "VALID"))),
        activation=str(rng.choice(ACTIVATIONS)),
    )  # type: ignore[arg-type]
    if rng.random() < 0.4:
        _extreme(b)
    return made


MAKERS: tuple[Callable[[GraphBuilder], Tensor], ...] = (any_conv, any_depthwise, any_dense)


def graph(rng: np.random.Generator, make: Callable[[GraphBuilder], Tensor]) -> tuple[GraphBuilder, list[Tensor]]:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    return b, [make(b) for _ in range(14)]


@pytest.mark.parametrize("make", MAKERS)
def test_most_are_taken(make: Callable[[GraphBuilder], Tensor], rng: np.random.Generator) -> None:
    """By cost too, where upstream's kernels are there."""
    b, _ = graph(rng, make)
    for prefer, most in ((NAMES, 11), ((), 5)):
        names = [chosen(op, Target(load_board(BOARD), prefer=prefer)) for op in b.operators]
        assert sum(name in NAMES for name in names) >= most, names


@pytest.mark.parametrize("make", MAKERS)
def test_portable_bodies(make: Callable[[GraphBuilder], Tensor], rng: np.random.Generator, full: bool) -> None:
    for _ in range(30 if full else 1):
        assert_plans_equal(*graph(rng, make), PLANS if full else [PLANS[int(rng.integers(3))]])


@pytest.mark.qemu
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("band_rows", BANDS[:2])
def test_in_the_emulator(
    make: Callable[[GraphBuilder], Tensor], band_rows: int | None, rng: np.random.Generator, full: bool
) -> None:
    """Inputs and outputs live throughout, beside the scratch: a byte written too many is seen."""
    for _ in range(30 if full else 1):
        b, outputs = graph(rng, make)
        assert_emulated(b, outputs, Options(BOARD, kernels="native", band_rows=band_rows, prefer=NAMES), NAMES)


@pytest.mark.qemu
def test_over_the_input(rng: np.random.Generator, full: bool) -> None:
    """Outputs as close over inputs as the kernels say: chains, so that inputs die."""
    for _ in range(20 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = []
        for _ in range(4):
            x = b.input((1, *(int(n) for n in rng.integers(1, 9, 2)), 8), "int16", None, 0)
            for _ in range(2):
                x = b.conv_2d(x, int(rng.choice((4, 8, 12))), (3, 3), activation=str(rng.choice(ACTIVATIONS)))
                x = b.depthwise_conv_2d(x, (3, 3))
            x = b.reshape(x, (1, x.size))
            for units in rng.choice((3, 8, 21, 30), 2).tolist():
                x = b.fully_connected(x, units)
            outputs.append(x)
        options = Options(BOARD, kernels="native", streaming=False, prefer=NAMES)
        with tight_plans():
            assert assert_emulated(b, outputs, options, NAMES, on_host=True) >= 4


def test_sums_beyond_32_bits_are_refused() -> None:
    """516 * 127 * 2^15 is the last one below 2^31; a bias may take what is left."""
    factor = [MultiplierShift(1 << 30, -12)]
    assert channels_16(np.full((1, 516), 127), None, factor) is not None
    assert channels_16(np.full((1, 517), -127), None, factor) is None
    left = (1 << 31) - 1 - 516 * 127 * (1 << 15)
    for bias, fits in ((left, True), (-left, True), (left + 1, False), (-left - 1, False), (-(1 << 63), False)):
        made = channels_16(np.full((1, 516), 127), np.array([bias], np.int64), factor)
        assert (made is not None) is fits, bias
    large = [MultiplierShift(1 << 30, 3)]
    assert channels_16(np.ones((1, 4)), None, large) is None
    assert channels_16(np.ones((1, 4)), None, large, 4) is None
    made = channels_16(np.ones((1, 4)), None, large, 5)
    assert made is not None
    assert made.weights.tolist() == [[32, 32, 32, 32]]
    assert channels_16(np.full((1, 513), 4), None, large, 5) is None


def test_the_short_requantization(rng: np.random.Generator, full: bool) -> None:
    """cg_requantize_s64, cut to int16, at random sums, at the ends, and where the reference's product is a half."""
    for _ in range(20_000 if full else 500):
        multiplier = int(
            rng.choice((1 << 30, (1 << 31) - 1, 0x7FFEFFFF, 0x7FFF0000, int(rng.integers(1 << 30, 1 << 31))))
        )
        shift = int(rng.integers(-31, 8))
        made = channels_16(np.ones((1, 4)), None, [MultiplierShift(multiplier, shift)], 9)
        assert made is not None
        m, c, s = made.steps[0].tolist()
        d = int(made.weights[0, 0]).bit_length() - 1
        r, t = m >> 16, 15 - shift
        half = (
            (np.arange(-40_000, 40_000, 971, dtype=np.int64) << t) + (1 << (t - 1)) if t < 46 else np.zeros(1, np.int64)
        )
        ties = np.concatenate([half // r, -(-half // r)])
        ends = np.array([-(1 << 31) >> d, (1 << (31 - d)) - 1, 0, 1, -1])
        x = np.concatenate(
            [ends, ties[np.abs(ties) < 1 << (31 - d)], rng.integers(-(1 << 31), 1 << 31, 200) >> d]
        ).astype(np.int64)
        wanted = (x * r + (1 << (t - 1))) >> t
        h = (((x << d) * m) >> 32) + c
        assert int(h.min()) >= -(1 << 31) and int(h.max()) < 1 << 31
        assert np.array_equal(h >> s, wanted), (multiplier, shift)
