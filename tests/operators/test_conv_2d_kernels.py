"""Every kernel that takes an operator, not only the chosen one, on exact buffers: same bytes, no byte beyond them."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from codegen.boards import load_board
from codegen.cmsis_nn_tree import recognise
from codegen.graph import Array, Operator, Tensor
from codegen.operators import family_of
from codegen.operators.family import Band, Kernel
from codegen.oracle import run_oracle
from codegen.target import RELEASES, Objective, Release, Target
from tests.builders import GraphBuilder

from .equality import random_cases
from .kernel_calls import run_call, twin_library, upstream_library
from .test_conv_2d import conv, one_row
from .test_depthwise_conv_2d import depthwise
from .test_fully_connected import dense
from .test_pool_2d import TYPES, pool
from .test_transpose_conv import random_transpose_conv
from .windows import describe


def graph_of_many(rng: np.random.Generator, count: int) -> GraphBuilder:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    for k in range(count):
        images = 1 if k % 5 else 2
        (
            conv(b, images=images),
            one_row(b),
            depthwise(b, [], images=images),
            dense(b, k),
            pool(b, TYPES[k % 2], images=images),
            random_transpose_conv(b, images=images),
        )
    return b


def bands_of(op: Operator, kernel: Kernel, target: Target) -> list[list[Band | None]]:
    """The whole, and bands of one row and of three where the kernel takes them."""
    spatial = family_of(op).spatial(op)
    if spatial is None or not kernel.takes_bands(op, target):
        return [[None]]
    rows = spatial.output_rows
    return [[None], *([Band(y, min(y + step, rows)) for y in range(0, rows, step)] for step in (1, 3))]


def check(b: GraphBuilder, upstream: ctypes.CDLL, native: ctypes.CDLL, target: Target) -> int:
    """Checks every kernel of every operator of `b`; the number of checks."""
    case = random_cases(b, 1)[0]
    (expected,) = run_oracle(b.model([op.output for op in b.operators]), [case])
    checks = 0
    for op, given, x, want in zip(b.operators, b.inputs, case, expected, strict=True):
        for kernel in family_of(op).kernels:
            library = upstream if kernel.provider == "cmsis-nn" else native
            for bands in bands_of(op, kernel, target) if kernel.takes(op, target) else ():
                check_kernel(library, op, kernel, target, bands, {given: x}, want)
                checks += 1
    return checks


def check_kernel(
    library: ctypes.CDLL,
    op: Operator,
    kernel: Kernel,
    target: Target,
    bands: list[Band | None],
    inputs: Mapping[Tensor, Array],
    want: Array,
) -> None:
    got = np.zeros_like(want)
    where = f"{describe(op)} by {kernel.name}, {target.cmsis_nn} for {target.core.name}, {bands}"
    for band in bands:
        call, scratch = kernel.call(op, target, band), kernel.scratch_bytes(op, target, band)
        assert run_call(library, call, inputs, got, op.output, scratch), where
    assert np.array_equal(got, want), where


@pytest.mark.parametrize(
    ("board", "objective"),
    [("host", "balanced"), ("mps2-an386", "speed"), ("mps2-an386", "ram"), ("mps3-an547", "speed")],
)
def test_our_functions(board: str, objective: Objective, rng: np.random.Generator, full: bool, tmp_path: Path) -> None:
    library = twin_library(tmp_path)
    target = Target(load_board(board), RELEASES["v7.0.0"], optimize=objective)
    for _ in range(20 if full else 1):
        assert check(graph_of_many(rng, 25), library, library, target) > 300


@pytest.mark.upstream
def test_upstream(cmsis_nn_root: Path, rng: np.random.Generator, full: bool, tmp_path: Path) -> None:
    """Upstream's plain C with just the scratch that is planned for a core without vectors."""
    release = recognise(cmsis_nn_root)
    assert isinstance(release, Release)
    upstream, ours = upstream_library(cmsis_nn_root, tmp_path), twin_library(tmp_path)
    for _ in range(20 if full else 2):
        assert check(graph_of_many(rng, 25), upstream, ours, Target(load_board("host"), release)) > 300
