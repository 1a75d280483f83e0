"""Upstream's DSP and MVE kernels in QEMU on the scratch that was planned: inputs and outputs lie beside it and live
throughout, so that a byte too many is seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.cmsis_nn_tree import recognise
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder

from .equality import _difference, random_cases
from .test_conv_2d import conv, one_row
from .test_depthwise_conv_2d import depthwise
from .test_fully_connected import dense
from .test_pool_2d import TYPES, pool
from .test_transpose_conv import random_transpose_conv
from .windows import describe


@pytest.mark.qemu
@pytest.mark.upstream
@pytest.mark.parametrize("band_rows", [None, 1, 3])
@pytest.mark.parametrize("board", ["mps2-an385", "mps2-an386", "mps3-an547"])
def test_upstream_on_cores(
    board: str, band_rows: int | None, cmsis_nn_root: Path, rng: np.random.Generator, full: bool
) -> None:
    release = recognise(cmsis_nn_root)
    assert release is not None
    for _ in range(6 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        for k in range(25):
            images = 1 if k % 5 or band_rows else 2
            conv(b, images=images)
            conv(b)
            one_row(b)
            depthwise(b, [], images=images, dilated=k % 3 == 0)
            dense(b, k)
            pool(b, TYPES[k % 2], images=images)
            random_transpose_conv(b, images=images)
        model = b.model([op.output for op in b.operators])
        cases = random_cases(b, 2)
        expected = run_oracle(model, cases)
        options = Options(board=board, kernels="cmsis-nn", cmsis_nn=release.name, band_rows=band_rows)
        observed = QemuRunner(compile_with(model, options), str(cmsis_nn_root)).run([tuple(case) for case in cases])
        for got_case, want_case in zip(observed.outputs, expected, strict=True):
            for op, got, want in zip(b.operators, got_case, want_case, strict=True):
                same = np.array_equal(got.reshape(-1), want.reshape(-1))
                assert same, _difference(f"{describe(op)} on {board}, bands of {band_rows}", got, want)
