"""Kernels with the DSP extension: portable bodies on the host, the extension in QEMU, whole and in bands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.oracle import run_oracle
from codegen.target import Objective, Target
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.planning.tight import tight_plans

from .equality import _difference, random_cases
from .windows import ACTIVATIONS, Plan, any_input, assert_plans_equal, chosen, describe

BOARD = "mps2-an386"
CHANNELS = (*range(1, 18), 63, 64, 65)
SETTINGS: tuple[tuple[int | None, Objective, str], ...] = (
    (None, "balanced", ""),
    (None, "speed", ""),
    (1, "ram", ""),
    (2, "speed", ""),
    (None, "ram", "cg_conv_2d_direct_s8"),
    (2, "ram", "cg_conv_2d_direct_s8"),
    (None, "balanced", "cg_depthwise_conv_2d_taps_s8"),
    (2, "balanced", "cg_depthwise_conv_2d_columns_s8"),
)
"""Rows of a band, the objective, and a kernel that is not the fastest."""


def any_conv(b: GraphBuilder) -> Tensor:
    """Any window over few or many channels; narrow images often."""
    rng = b.rng
    inputs, outputs = (int(n) for n in rng.choice(CHANNELS, 2))
    kernel = [(1, 1), (1, 1), (3, 3), (3, 3), (1, 3), (5, 1), (2, 2), (4, 3)][int(rng.integers(8))]
    dilation = (1, 1) if rng.random() < 0.8 else tuple(int(d) for d in rng.choice((1, 2), 2))
    least = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    size = [max(low, int(n)) for low, n in zip(least, rng.choice((1, 2, 3, 4, 5, 7, 8), 2), strict=True)]
    return b.conv_2d(
        any_input(b, (1, *size, inputs)),
        outputs,
        kernel,
        stride=tuple(int(s) for s in rng.choice((1, 1, 2, 3), 2)),
        dilation=dilation,
        padding=str(rng.choice(("SAME", "VALID"))),
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
        bias=bool(rng.random() < 0.8),
    )  # type: ignore[arg-type]


def any_depthwise(b: GraphBuilder) -> Tensor:
    """Any window with a multiplier of 1, 3 x 3 often; or one input channel with many outputs."""
    rng = b.rng
    multiplier = 1 if rng.random() < 0.85 else int(rng.choice((2, 3, 8)))
    channels = int(rng.choice((*range(1, 10), 12, 16, 17, 64))) if multiplier == 1 else 1
    kernel = [(3, 3), (3, 3), (3, 3), (5, 1), (1, 4), (5, 5), (2, 3), (3, 2), (10, 1), (1, 1)][int(rng.integers(10))]
    size = [max(low, int(n)) for low, n in zip(kernel, rng.choice((1, 2, 3, 4, 5, 6, 7, 11, 12, 30), 2), strict=True)]
    stride = (1, 1) if rng.random() < 0.4 else tuple(int(s) for s in rng.choice((1, 2, 2, 3, 4), 2))
    return b.depthwise_conv_2d(
        any_input(b, (1, *size, channels)),
        kernel,
        multiplier=multiplier,
        stride=stride,
        padding=str(rng.choice(("SAME", "VALID"))),
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
    )  # type: ignore[arg-type]


def depthwise_chain(b: GraphBuilder) -> Tensor:
    """Two to four windows over as many channels, 3 x 3 often; wide enough for lines in parts."""
    rng = b.rng
    x = any_input(b, (1, int(rng.integers(5, 13)), int(rng.choice((7, 12, 31))), int(rng.choice((4, 5, 8, 12, 15)))))
    for _ in range(int(rng.integers(2, 5))):
        x = b.depthwise_conv_2d(
            x,
            [(3, 3), (3, 3), (3, 1), (2, 4)][int(rng.integers(4))],
            stride=(1, 1) if rng.random() < 0.6 else tuple(int(s) for s in rng.choice((1, 2), 2)),
            activation=str(rng.choice(ACTIVATIONS)),
        )  # type: ignore[arg-type]
    return x


def any_dense(b: GraphBuilder) -> Tensor:
    rng = b.rng
    rows, depth, units = int(rng.choice((1, 1, 2, 3))), int(rng.choice((*CHANNELS, 128))), int(rng.choice(CHANNELS))
    return b.fully_connected(
        any_input(b, (rows, depth)),
        units,
        per_channel=bool(rng.random() < 0.5),
        activation=str(rng.choice(ACTIVATIONS)),
        zero_point=int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
        bias=bool(rng.random() < 0.8),
    )


def any_sum(b: GraphBuilder) -> Tensor:
    """Large enough for a table; scales up to 2^10 apart, or equal."""
    rng = b.rng
    shape = (1, int(rng.integers(512, 700)))
    scale = float(10.0 ** rng.uniform(-3, 1))
    scales = scale, scale * float(rng.choice((1.0, 2.0 ** rng.uniform(-10, 10))))
    inputs = [b.input(shape, scale=each, zero_point=int(rng.choice((-128, 127, 0, 17)))) for each in scales]
    return b.add(
        inputs[0],
        inputs[1],
        str(rng.choice(ACTIVATIONS)),
        scale=max(scales) * float(2.0 ** rng.uniform(-2, 3)),
        zero_point=int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
    )


MAKERS: tuple[Callable[[GraphBuilder], Tensor], ...] = (any_conv, any_depthwise, any_dense, any_sum)


def graph(
    rng: np.random.Generator, make: Callable[[GraphBuilder], Tensor], count: int
) -> tuple[GraphBuilder, list[Tensor]]:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    return b, [make(b) for _ in range(count)]


def concerns(kernel: str, make: Callable[[GraphBuilder], Tensor]) -> bool:
    """Whether preferring it computes what `make` makes in another way."""
    return not kernel or make is (any_conv if "cg_conv" in kernel else any_depthwise)


@pytest.mark.parametrize("make", MAKERS)
def test_most_are_taken(make: Callable[[GraphBuilder], Tensor], rng: np.random.Generator) -> None:
    """What follows would say little if the plain kernels computed it."""
    b, _ = graph(rng, make, 60)
    target = Target(load_board(BOARD), kernels="native")
    names = [chosen(op, target) for op in b.operators]
    assert (
        sum("_pairs_" in name or "_taps_" in name or "_columns_" in name or "_affine_" in name for name in names) >= 40
    ), names


@pytest.mark.parametrize("make", MAKERS)
def test_portable_bodies(make: Callable[[GraphBuilder], Tensor], rng: np.random.Generator, full: bool) -> None:
    plans = [
        Plan(BOARD, "native", rows, optimize=aim, prefer=(kernel,))
        for rows, aim, kernel in SETTINGS
        if concerns(kernel, make)
    ]
    for _ in range(30 if full else 1):
        b, outputs = graph(rng, make, 24)
        assert_plans_equal(b, outputs, plans)


@pytest.mark.qemu
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("band_rows", "objective", "kernel"), SETTINGS)
def test_in_the_emulator(
    make: Callable[[GraphBuilder], Tensor],
    band_rows: int | None,
    objective: Objective,
    kernel: str,
    rng: np.random.Generator,
    full: bool,
) -> None:
    """Inputs and outputs live throughout, beside the scratch: a byte written too many is seen."""
    if not concerns(kernel, make):
        return
    for _ in range(30 if full else 1):
        b, outputs = graph(rng, make, 24)
        cases = [tuple(case) for case in random_cases(b, 2)]
        model = b.model(outputs)
        expected = run_oracle(model, cases)
        options = Options(board=BOARD, kernels="native", band_rows=band_rows, optimize=objective, prefer=(kernel,))
        observed = QemuRunner(compile_with(model, options), None).run(cases)
        assert not observed.damage
        for got_case, want_case in zip(observed.outputs, expected, strict=True):
            for op, got, want in zip(b.operators, got_case, want_case, strict=True):
                same = np.array_equal(got.reshape(-1), want.reshape(-1))
                assert same, _difference(f"{describe(op)}, bands of {band_rows}, {objective}", got, want)


@pytest.mark.qemu
@pytest.mark.parametrize(
    ("band_rows", "objective", "kernel"),
    [
        (None, "balanced", ""),
        (1, "ram", "cg_depthwise_conv_2d_pairs_s8"),
        (3, "ram", "cg_depthwise_conv_2d_pairs_s8"),
        (None, "balanced", "cg_depthwise_conv_2d_taps_s8"),
        (None, "balanced", "cg_depthwise_conv_2d_columns_s8"),
        (2, "balanced", "cg_depthwise_conv_2d_columns_s8"),
    ],
)
def test_depthwise_over_its_input(
    band_rows: int | None, objective: Objective, kernel: str, rng: np.random.Generator, full: bool
) -> None:
    """Each output of a chain lies over its input as far as the kernel says: whole lines, parts of them, pixels."""
    for _ in range(20 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [depthwise_chain(b) for _ in range(8)]
        cases = [tuple(case) for case in random_cases(b, 2)]
        model = b.model(outputs)
        options = Options(
            board=BOARD, kernels="native", band_rows=band_rows, optimize=objective, prefer=(kernel,), streaming=False
        )
        with tight_plans():
            module = compile_with(model, options)
        assert len(module.memory.shared) >= 8
        observed = QemuRunner(module, None).run(cases)
        assert not observed.damage
        for got_case, want_case in zip(observed.outputs, run_oracle(model, cases), strict=True):
            for tensor, got, want in zip(outputs, got_case, want_case, strict=True):
                same = np.array_equal(got.reshape(-1), want.reshape(-1))
                assert same, _difference(f"{tensor.shape}, bands of {band_rows}, {objective}", got, want)
