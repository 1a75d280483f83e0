"""Kernels in little code: on the host, and in QEMU with and without the DSP extension, whole and in bands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.host import load
from codegen.operators import choose_kernel
from codegen.oracle import run_oracle
from codegen.target import Target
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.host.test_sanitizers import check as check_sanitized
from tests.planning.tight import tight_plans

from .equality import _difference, random_cases
from .test_dsp import any_conv, any_dense, any_depthwise
from .windows import ACTIVATIONS, any_input, describe

BOARDS = ("mps2-an386", "mps2-an386-m0plus", "mps3-an547")
NAMES = ("cg_conv_2d_small_s8", "cg_depthwise_conv_2d_small_s8", "cg_average_pool_2d_small_s8")
COUNT = 40
Maker = Callable[[GraphBuilder], Tensor]


def fours(b: GraphBuilder) -> Tensor:
    """A depthwise convolution of channels in fours, of any dilation and of several images at times."""
    rng = b.rng
    kernel = [(3, 3), (3, 3), (5, 1), (1, 4), (2, 2), (1, 1)][int(rng.integers(6))]
    dilation = (1, 1) if rng.random() < 0.7 else tuple(int(d) for d in rng.choice((1, 2, 3), 2))
    least = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = [max(low, int(n)) for low, n in zip(least, rng.choice((1, 2, 3, 4, 5, 9), 2), strict=True)]
    return b.depthwise_conv_2d(
        any_input(b, (int(rng.choice((1, 1, 2))), *size, int(rng.choice((4, 8, 12, 16, 64))))),
        kernel,
        stride=tuple(int(s) for s in rng.choice((1, 1, 2, 3), 2)),
        dilation=dilation,
        padding=str(rng.choice(("SAME", "VALID"))),
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
    )  # type: ignore[arg-type]


def any_pool(b: GraphBuilder) -> Tensor:
    rng = b.rng
    shape = (int(rng.choice((1, 1, 2))), *(int(n) for n in rng.integers(1, 9, 2)), int(rng.integers(1, 9)))
    window = tuple(int(n) for n in rng.integers(1, 5, 2))
    fits = all(size >= kernel for size, kernel in zip(shape[1:3], window, strict=True))
    return b.pool(
        any_input(b, shape),
        "AVERAGE_POOL_2D",
        window,
        stride=tuple(int(s) for s in rng.choice((1, 2, 3), 2)),
        padding=str(rng.choice(("SAME", "VALID"))) if fits else "SAME",
        activation=str(rng.choice(ACTIVATIONS)),
    )  # type: ignore[arg-type]


MAKERS: tuple[Maker, ...] = (any_conv, any_depthwise, fours, any_dense, any_pool)


def graph(rng: np.random.Generator) -> GraphBuilder:
    b = GraphBuilder(int(rng.integers(1 << 31)), name="small")
    for k in range(COUNT):
        MAKERS[k % len(MAKERS)](b)
    return b


def test_most_are_taken(rng: np.random.Generator) -> None:
    """What follows would say little if other kernels computed it."""
    b = graph(rng)
    target = Target(load_board(BOARDS[0]), kernels="native", prefer=NAMES)
    taken = [choose_kernel(GraphBuilder().build([]), op, target).name in NAMES for op in b.operators]
    assert sum(taken) > COUNT / 2


@pytest.mark.qemu
@pytest.mark.parametrize("board", BOARDS)
def test_on_the_host_and_in_the_emulator(board: str, rng: np.random.Generator, full: bool) -> None:
    """Outputs lie as far over their inputs as the kernels say."""
    for k in range(60 if full else 1):
        b = graph(rng)
        cases = [tuple(case) for case in random_cases(b, 2)]
        model = b.model([op.output for op in b.operators])
        expected = run_oracle(model, cases)
        band_rows = (None, None, 1, 2)[int(rng.integers(4))]
        options = Options(board, kernels="native", band_rows=band_rows, prefer=NAMES)
        if k % 2 == 0:
            with tight_plans():
                module = compile_with(model, options)
        else:
            module = compile_with(model, options)
        observed = QemuRunner(module, None).run(cases)
        assert not observed.damage
        host = load(module)
        for case, got_case, want_case in zip(cases, observed.outputs, expected, strict=True):
            for op, got, here, want in zip(b.operators, got_case, host(*case), want_case, strict=True):
                for where, found in (("QEMU", got), ("host", here)):
                    same = np.array_equal(found.reshape(-1), want.reshape(-1))
                    assert same, _difference(f"{describe(op)}, bands of {band_rows}, {where}", found, want)


def test_they_stay_within_their_memory(tmp_path: Path, rng: np.random.Generator) -> None:
    b = graph(rng)
    options = Options(BOARDS[0], "small", "native", prefer=NAMES)
    module = compile_with(b.model([op.output for op in b.operators]), options)
    check_sanitized(module, tmp_path, rng)
