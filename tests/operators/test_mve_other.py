"""Kernels of other operators that have vectors on MVE equal tflite-micro in QEMU; so do their bodies for DSP."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.graph import Tensor
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.planning.tight import tight_plans

from .equality import _difference, random_cases
from .windows import any_input, any_size, any_window, describe

BOARDS = ("mps3-an547", "mps2-an386")
CHANNELS = (*range(1, 20), 31, 32, 33, 48, 64)


def average_pool(b: GraphBuilder, k: int) -> Tensor:
    """Windows of one pixel up to more than 256, whose sums leave 16 bits."""
    kernel, window = any_window(b, dilated=False)
    height, width = any_size(b, kernel, window)
    channels = int(b.rng.choice(CHANNELS))
    if k % 5 == 0:
        kernel = height, width = int(b.rng.integers(15, 20)), int(b.rng.integers(15, 80))
        channels = int(b.rng.choice((1, 8, 17)))
    return b.pool(any_input(b, (1 if k % 4 else 2, height, width, channels)), "AVERAGE_POOL_2D", kernel, **window)  # type: ignore[arg-type]


MAKERS: dict[str, Callable[[GraphBuilder, int], Tensor]] = {"average_pool": average_pool}


@pytest.mark.qemu
@pytest.mark.parametrize("board", BOARDS)
def test_vectors(board: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(20 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [make(b, k) for k in range(20 if full else 12) for make in MAKERS.values()]
        model, cases = b.model(outputs), random_cases(b, 4)
        expected = run_oracle(model, cases)
        options = Options(board, kernels="native", band_rows=(None, 1, 2)[int(rng.integers(3))])
        with tight_plans():
            module = compile_with(model, options)
        observed = QemuRunner(module).run([tuple(case) for case in cases])
        assert not observed.damage, observed.damage
        for got_case, want_case in zip(observed.outputs, expected, strict=True):
            for op, got, want in zip(b.operators, got_case, want_case, strict=True):
                same = np.array_equal(got.reshape(-1), want.reshape(-1))
                assert same, _difference(f"{describe(op)}, bands of {options.band_rows}", got, want)
