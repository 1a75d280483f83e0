"""Kernels for Armv6-M: portable bodies on the host, assembler in QEMU, whole and in bands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.arithmetic import MultiplierShift
from codegen.graph import Tensor
from codegen.host import load
from codegen.operators._dsp.requantize import reference
from codegen.operators._tile.channels import channels_of
from codegen.oracle import run_oracle
from codegen.planning.schedule import Stream
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder

from .equality import _difference, random_cases
from .test_dsp import any_conv
from .windows import ACTIVATIONS, any_input, describe

BOARD = "mps2-an386-m0plus"
NAMES = ("cg_conv_2d_tile_s8", "cg_depthwise_conv_2d_tile_s8", "cg_fully_connected_tile_s8")


def _zero_point(b: GraphBuilder) -> int:
    return int(b.rng.choice((-128, -128, 127, int(b.rng.integers(-128, 128)))))


def any_depthwise(b: GraphBuilder) -> Tensor:
    rng = b.rng
    kernel = [(3, 3), (3, 3), (1, 3), (5, 1), (2, 2), (4, 3), (1, 1), (7, 1)][int(rng.integers(8))]
    dilation = (1, 1) if rng.random() < 0.7 else tuple(int(d) for d in rng.choice((1, 2, 3), 2))
    least = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = [max(low, int(n)) for low, n in zip(least, rng.choice((1, 2, 4, 5, 6, 9, 23), 2), strict=True)]
    return b.depthwise_conv_2d(
        any_input(b, (1, *size, int(rng.choice((1, 2, 3, 8, 17))))),
        kernel,
        multiplier=int(rng.choice((1, 1, 1, 2, 8))),
        stride=tuple(int(s) for s in rng.choice((1, 1, 2, 3), 2)),
        dilation=dilation,
        padding=str(rng.choice(("SAME", "VALID"))),
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=_zero_point(b),
    )  # type: ignore[arg-type]  # without a bias tflite-micro crashes


def any_dense(b: GraphBuilder) -> Tensor:
    rng = b.rng
    return b.fully_connected(
        any_input(b, (int(rng.choice((1, 1, 2, 3))), int(rng.choice((1, 2, 5, 6, 7, 12, 64, 131))))),
        int(rng.choice((1, 2, 4, 5, 6, 10, 33))),
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=_zero_point(b),
        bias=bool(rng.random() < 0.8),
        per_channel=bool(rng.random() < 0.3),
    )


def deep_conv(b: GraphBuilder) -> Tensor:
    """More values than a chunk holds."""
    rng = b.rng
    kernel = (int(rng.integers(2, 5)), int(rng.integers(1, 5)))
    size = [k + int(rng.integers(0, 3)) for k in kernel]
    inputs = int(rng.choice((33, 64, 100)))
    return b.conv_2d(any_input(b, (1, *size, inputs)), int(rng.integers(1, 9)), kernel, activation="RELU")


MAKERS: tuple[Callable[[GraphBuilder], Tensor], ...] = (any_conv, any_depthwise, any_dense, deep_conv)


@pytest.mark.qemu
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("band_rows", [None, 1, 2])
def test_on_the_host_and_in_the_emulator(
    make: Callable[[GraphBuilder], Tensor], band_rows: int | None, rng: np.random.Generator, full: bool
) -> None:
    """Inputs and outputs live throughout, beside the scratch: a byte written too many is seen."""
    for _ in range(30 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [make(b) for _ in range(25)]
        cases = [tuple(case) for case in random_cases(b, 2)]
        model = b.model(outputs)
        expected = run_oracle(model, cases)
        module = compile_with(model, Options(board=BOARD, kernels="native", band_rows=band_rows, prefer=NAMES))
        used = [call.kernel.name for call in module.memory.schedule.calls]
        assert sum(name in NAMES for name in used) > len(used) / 2
        observed = QemuRunner(module, None).run(cases)
        assert not observed.damage
        host = load(module)
        for case, got_case, want_case in zip(cases, observed.outputs, expected, strict=True):
            for op, got, here, want in zip(b.operators, got_case, host(*case), want_case, strict=True):
                for where, found in (("QEMU", got), ("host", here)):
                    same = np.array_equal(found.reshape(-1), want.reshape(-1))
                    assert same, _difference(f"{describe(op)}, bands of {band_rows}, {where}", found, want)


@pytest.mark.qemu
@pytest.mark.parametrize("board", [BOARD, "mps2-an386"])
def test_dense_sums_grow_as_rows_come(board: str, rng: np.random.Generator, full: bool) -> None:
    """Units in fours and single ones, rows of odd and even depth."""
    for _ in range(20 if full else 2):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        x = b.conv_2d(any_input(b, (1, 7, int(rng.integers(1, 5)), 2)), int(rng.integers(1, 6)))
        y = b.fully_connected(x, int(rng.integers(1, 11)), per_channel=bool(rng.random() < 0.3))
        cases = [tuple(case) for case in random_cases(b, 3)]
        options = Options(board, kernels="native", streams=(Stream(0, (1, int(rng.integers(1, 4)))),))
        module = compile_with(b.model([y]), options)
        assert any(call.kernel.name == "cg_fully_connected_sums_s8" for call in module.memory.schedule.calls)
        observed = QemuRunner(module, None).run(cases)
        assert not observed.damage
        for got, want in zip(observed.outputs, run_oracle(b.model([y]), cases), strict=True):
            np.testing.assert_array_equal(got[0].reshape(-1), want[0].reshape(-1))


def _computed(x: int, step: list[int], clamp: tuple[int, int]) -> int:
    _, m, c, e = step
    xh, xl, mh, ml = x >> 15, x & 0x7FFF, m >> 16, m & 0xFFFF
    products = [xl * ml >> 15, xh * ml, xl * mh, xh * mh]
    middle = products[1] + products[0] + (1 << 15)
    y = products[3] + ((products[2] + (middle >> 1)) >> 15)
    assert xl * ml < 1 << 32 and all(-(1 << 31) <= p < 1 << 31 for p in (*products, middle, y))
    return min(max((y + c + (x >> 31)) >> e, clamp[0]), clamp[1])


def test_requantization_is_the_reference(rng: np.random.Generator, full: bool) -> None:
    """Random sums, and those next to where the reference steps from one result to the next."""
    for _ in range(3000 if full else 150):
        factor = MultiplierShift(int(rng.integers(1 << 30, 1 << 31)), -int(rng.integers(0, 23)))
        zero_point = int(rng.choice((-128, 0, 127, int(rng.integers(-128, 128)))))
        clamp = (-128, 127) if rng.random() < 0.5 else (zero_point, 127)
        most = (1 << 30) - 1 if rng.random() < 0.3 else 1 << int(rng.integers(3, 30))
        bias = np.array([most - 40_000])
        made = channels_of(np.array([[127]]), bias, [factor], (0, zero_point), clamp)
        if made is None:
            assert factor.shift == 0 and clamp[0] < zero_point
            continue
        step = made.steps[0].tolist()
        if step[1] == 0:
            continue
        ties = [round((k + 0.5) * 2.0 ** (31 - factor.shift) / factor.multiplier) for k in range(-129, 129, 3)]
        near = [tie + d for tie in ties for d in (-1, 0, 1)]
        for x in (*near, *rng.integers(-most, most, 50).tolist(), most, -most):
            if abs(x) < 1 << 30:
                want = reference(x, factor, zero_point, clamp)
                assert _computed(x, step, clamp) == want, (x, factor, zero_point, clamp)
