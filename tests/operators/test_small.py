"""Kernels in little code: on the host, and in QEMU with and without the DSP extension, whole and in bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
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
FORMS = ("cg_conv_2d_clustered_s8", "cg_conv_2d_sparse_s8")
NAMES = ("cg_conv_2d_small_s8", "cg_depthwise_conv_2d_small_s8", "cg_average_pool_2d_small_s8")
COUNT = 20
Maker = Callable[[GraphBuilder], Tensor]


class Compressed(GraphBuilder):
    """Weights of few different values, or many blocks of zeros: any share of them, at random or in long runs."""

    def weights(
        self, shape: Sequence[int], axis: int | None = None, *, dtype: str = "int8", symmetric: bool = True
    ) -> Tensor:
        made = super().weights(shape, axis, dtype=dtype, symmetric=symmetric)
        assert made.data is not None
        data = made.data.copy()
        if self.rng.random() < 0.5:
            values = self.rng.integers(-127, 128, int(self.rng.integers(1, 17)))
            data = values[self.rng.integers(0, len(values), data.shape)].astype(np.int8)
        else:
            flat = data.reshape(-1)
            blocks = flat[: len(flat) // 4 * 4].reshape(-1, 4)
            kept = self.rng.random(len(blocks)) < self.rng.choice((0.0, 0.02, 0.25, 0.4))
            blocks[~kept] = 0
            flat[len(flat) // 4 * 4 :] = 0
        made = replace(made, data=data)
        self.tensors[-1] = made
        return made


def pruned_dense(b: GraphBuilder) -> Tensor:
    """Deep enough for gaps that a byte does not count."""
    return b.fully_connected(any_input(b, (int(b.rng.choice((1, 2, 3))), 1024)), int(b.rng.integers(1, 6)))


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
PACKED: tuple[Maker, ...] = (any_conv, any_dense, pruned_dense, any_conv)


def graph(rng: np.random.Generator, kernels: tuple[str, ...]) -> GraphBuilder:
    make = Compressed if kernels == FORMS else GraphBuilder
    makers = PACKED if kernels == FORMS else MAKERS
    b = make(int(rng.integers(1 << 31)), name="small")
    for k in range(COUNT):
        makers[k % len(makers)](b)
    return b


@pytest.mark.parametrize("kernels", [NAMES, FORMS])
def test_most_are_taken(kernels: tuple[str, ...], rng: np.random.Generator) -> None:
    """What follows would say little if other kernels computed it."""
    b = graph(rng, kernels)
    target = Target(load_board(BOARDS[0]), kernels="native", prefer=kernels)
    names = [choose_kernel(GraphBuilder().build([]), op, target).name for op in b.operators]
    assert sum(name in kernels for name in names) > COUNT / 2
    assert all(names.count(name) > 1 for name in kernels), names


@pytest.mark.qemu
@pytest.mark.parametrize(("board", "kernels"), [*((board, NAMES) for board in BOARDS), (BOARDS[0], FORMS)])
def test_on_the_host_and_in_the_emulator(
    board: str, kernels: tuple[str, ...], rng: np.random.Generator, full: bool
) -> None:
    """Outputs lie as far over their inputs as the kernels say."""
    for k in range(60 if full else 1):
        b = graph(rng, kernels)
        cases = [tuple(case) for case in random_cases(b, 2)]
        model = b.model([op.output for op in b.operators])
        expected = run_oracle(model, cases)
        band_rows = (None, None, 1, 2)[int(rng.integers(4))]
        options = Options(board, kernels="native", band_rows=band_rows, prefer=kernels)
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


@pytest.mark.parametrize("kernels", [NAMES, FORMS])
def test_they_stay_within_their_memory(kernels: tuple[str, ...], tmp_path: Path, rng: np.random.Generator) -> None:
    b = graph(rng, kernels)
    options = Options(BOARDS[0], "small", "native", prefer=kernels)
    module = compile_with(b.model([op.output for op in b.operators]), options)
    check_sanitized(module, tmp_path, rng)
