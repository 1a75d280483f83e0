"""The kernels for MVE equal tflite-micro: their portable bodies here, the vectors in QEMU, on the same tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.graph import Tensor
from codegen.operators import choose_kernel
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder

from .equality import _difference, random_cases
from .windows import ACTIVATIONS, Plan, any_input, any_size, any_window, assert_plans_equal, describe, targets

BOARD = "mps3-an547"
CHANNELS = (*range(1, 18), 63, 64, 65)
TARGET = replace(targets(BOARD, releases=["v7.0.0"])[0], kernels="native")


def _scale(b: GraphBuilder, k: int) -> dict[str, float]:
    """Often one that gives ties, or all outputs at the clamp or at the zero point; else one that fills the range."""
    scales = {1: 1.0, 2: 2.0**-4, 3: 1e5, 4: 1e-3}
    return {"scale": scales[k % 8]} if k % 8 in scales else {}


def _outputs(b: GraphBuilder) -> int:
    return int(b.rng.choice((-128, -128, 127, int(b.rng.integers(-128, 128)))))


def pixels(b: GraphBuilder, k: int) -> Tensor:
    """A convolution by filters of one pixel."""
    rng = b.rng
    depth, filters = (int(n) for n in rng.choice(CHANNELS, 2))
    shape = (1 if k % 5 else 2, int(rng.integers(1, 6)), int(rng.choice((1, 2, 3, 4, 5, 9))), depth)
    return b.conv_2d(
        any_input(b, shape),
        filters,
        (1, 1),
        stride=(1, 1) if k % 3 else (int(rng.integers(1, 4)), int(rng.integers(1, 4))),
        activation=str(rng.choice(ACTIVATIONS)),
        per_channel=bool(k % 4),
        bias=bool(rng.random() < 0.7),
        zero_point=_outputs(b),
        **_scale(b, k),
    )  # type: ignore[arg-type]


def windows(b: GraphBuilder, k: int) -> Tensor:
    """A convolution by wider filters; some rows are so wide that they are computed in parts."""
    rng = b.rng
    kernel, window = any_window(b)
    wide = k % 10 == 9
    if wide:
        kernel = (5, int(rng.integers(2, 6)))
    height, width = any_size(b, kernel, window)
    shape = (1 if k % 5 else 2, height, width + 30 * wide, int(rng.choice(CHANNELS if k % 2 else (1, 2, 3, 7, 8))))
    return b.conv_2d(
        any_input(b, shape),
        int(rng.choice(CHANNELS)),
        kernel,
        per_channel=bool(k % 4),
        bias=bool(rng.random() < 0.7),
        zero_point=_outputs(b),
        **window,
        **_scale(b, k),
    )  # type: ignore[arg-type]


def dense(b: GraphBuilder, k: int) -> Tensor:
    rng = b.rng
    depth, units = (int(n) for n in rng.choice((*CHANNELS, 100, 300), 2))
    return b.fully_connected(
        any_input(b, (int(rng.choice((1, 1, 2, 3, 4, 9))), depth)),
        units,
        activation=str(rng.choice(ACTIVATIONS)),
        per_channel=k % 4 == 0,
        bias=bool(rng.random() < 0.7),
        zero_point=_outputs(b),
        **_scale(b, k),
    )  # type: ignore[arg-type]


KERNELS = ((3, 3), (3, 3), (3, 3), (2, 2), (1, 4), (5, 1), (15, 1), (4, 4), (3, 5), (1, 1), (1, 13), (10, 8))


def depthwise(b: GraphBuilder, k: int) -> Tensor:
    """By patches where channels are fours, as a convolution where there is one."""
    rng = b.rng
    kernel = KERNELS[int(rng.integers(len(KERNELS)))]
    _, window = any_window(b, dilated=k % 9 == 0)
    height, width = any_size(b, kernel, window)
    channels = int(rng.choice((4, 8, 12, 16, 64, 1, 1, 5)))
    return b.depthwise_conv_2d(
        any_input(b, (1 if k % 5 else 2, height, width, channels)),
        kernel,
        multiplier=int(rng.choice((1, 3, 8))) if channels == 1 else 1,
        per_channel=bool(k % 4),
        zero_point=_outputs(b),
        **window,
        **_scale(b, k),
    )  # type: ignore[arg-type]


MAKERS: dict[str, Callable[[GraphBuilder, int], Tensor]] = {
    "pixels": pixels,
    "windows": windows,
    "dense": dense,
    "depthwise": depthwise,
}


def made(rng: np.random.Generator, make: Callable[[GraphBuilder, int], Tensor], count: int) -> GraphBuilder:
    """`count` operators, most of which are computed by a kernel for MVE."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    for k in range(count):
        make(b, k)
    graph = GraphBuilder().build([])
    names = [choose_kernel(graph, op, TARGET).name for op in b.operators]
    assert sum("x16" in name for name in names) > count // 2, names
    return b


COUNT = 30


@pytest.mark.parametrize("kind", MAKERS)
def test_portable_bodies(kind: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(20 if full else 1):
        b = made(rng, MAKERS[kind], COUNT)
        plans = [Plan(BOARD, "native", rows) for rows in (None, int(rng.integers(1, 4)))]
        assert_plans_equal(b, [op.output for op in b.operators], plans)


@pytest.mark.qemu
@pytest.mark.parametrize("kind", MAKERS)
def test_vectors(kind: str, rng: np.random.Generator, full: bool) -> None:
    for turn in range(25 if full else 1):
        b = made(rng, MAKERS[kind], COUNT)
        model = b.model([op.output for op in b.operators])
        cases = random_cases(b, 2)
        expected = run_oracle(model, cases)
        options = Options(board=BOARD, kernels="native", band_rows=(None, 1, 2)[(turn + int(rng.integers(3))) % 3])
        observed = QemuRunner(compile_with(model, options)).run([tuple(case) for case in cases])
        assert not observed.damage, observed.damage
        for got_case, want_case in zip(observed.outputs, expected, strict=True):
            for op, got, want in zip(b.operators, got_case, want_case, strict=True):
                same = np.array_equal(got.reshape(-1), want.reshape(-1))
                assert same, _difference(f"{describe(op)}, bands of {options.band_rows}", got, want)
