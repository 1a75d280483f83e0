"""Kernels of other operators that have vectors on MVE equal tflite-micro in QEMU; so do those for other cores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.graph import Quantization, Tensor
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.planning.tight import tight_plans

from .equality import _difference, random_cases
from .windows import any_input, any_size, any_window, describe

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


def max_pool(b: GraphBuilder, k: int) -> Tensor:
    kernel, window = any_window(b, dilated=False)
    height, width = any_size(b, kernel, window)
    x = any_input(b, (1 if k % 4 else 2, height, width, int(b.rng.choice(CHANNELS))))
    return b.pool(x, "MAX_POOL_2D", kernel, **window)  # type: ignore[arg-type]


def mean(b: GraphBuilder, k: int) -> Tensor:
    """Over height and width for most, and of so many pixels that sums leave 16 bits."""
    images, width = 1 if k % 3 else 2, int(b.rng.choice((1, 3, 7, 70)))
    x = any_input(b, (images, int(b.rng.integers(1, 9)), width, int(b.rng.choice(CHANNELS))))
    axes = ((1, 2), (1, 2), (1,), (2,), (3,), (1, 3))[int(b.rng.integers(6))]
    return b.mean(x, axes, type="SUM" if k % 5 == 4 else "MEAN", zero_point=int(b.rng.integers(-128, 128)))


def _size(b: GraphBuilder) -> int:
    return int(b.rng.choice((1, 3, 7, 8, 9, 15, 16, 17, 33, 100)))


def lookup(b: GraphBuilder, k: int) -> Tensor:
    return b.logistic(any_input(b, (1, _size(b))))


def _operands(b: GraphBuilder, k: int) -> tuple[Tensor, Tensor]:
    """Of one shape, or one of them is repeated along the inner or the outer dimension."""
    rows, size = int(b.rng.integers(1, 4)), _size(b)
    other = ((rows, size), (rows, size), (1, size), (rows, 1), (1, 1))[k % 5]
    shapes = [(1, rows, 1, size), (1, other[0], 1, other[1])]
    return (any_input(b, shapes[k % 2]), any_input(b, shapes[1 - k % 2]))


def product(b: GraphBuilder, k: int) -> Tensor:
    """Scales from far below to far above that of the products: shifts to either side."""
    x, y = _operands(b, k)
    scale = x.scale * y.scale * float(b.rng.choice((2.0**-4, 0.3, 1.0, 2.0, 40.0, 128.0, 1e5)))
    activation = ("NONE", "NONE", "RELU", "RELU6", "RELU_N1_TO_1")[int(b.rng.integers(5))]
    return b.binary("MUL", x, y, scale=scale, zero_point=int(b.rng.integers(-128, 128)), activation=activation)


def extremum(b: GraphBuilder, k: int) -> Tensor:
    x, y = _operands(b, k)
    shape = np.broadcast_shapes(x.shape, y.shape)
    return b.one(("MAXIMUM", "MINIMUM")[k % 2], [x, y], shape, x.quantization, x.dtype)


def prelu(b: GraphBuilder, k: int) -> Tensor:
    x, alpha = _operands(b, 2 * k)
    scale = x.scale * float(b.rng.choice((0.01, 0.5, 1.0, 1.0, 3.0)))
    quantization = Quantization((float(np.float32(scale)),), (int(b.rng.integers(-128, 128)),))
    constant = b.constant(b.rng.integers(-128, 128, alpha.shape, np.int8), alpha.scale, int(b.rng.integers(-128, 128)))
    return b.one("PRELU", [x, constant], x.shape, quantization, x.dtype)


def _wide_input(b: GraphBuilder, shape: tuple[int, ...]) -> Tensor:
    return b.input(shape, "int16", scale=2.0**-12)


def wide_conv(b: GraphBuilder, k: int) -> Tensor:
    """Of int16, with sums of 32 and of 64 bits."""
    b.wide_bias = bool(k % 2)
    kernel, window = any_window(b, dilated=k % 3 == 0)
    height, width = any_size(b, kernel, window)
    groups = int(b.rng.choice((1, 1, 2)))
    x = _wide_input(b, (1 if k % 4 else 2, height, width, groups * int(b.rng.choice((1, 3, 7, 8, 9, 16, 20)))))
    return b.conv_2d(x, groups * int(b.rng.integers(1, 6)), kernel, groups=groups, **window)  # type: ignore[arg-type]


def wide_dense(b: GraphBuilder, k: int) -> Tensor:
    b.wide_bias = bool(k % 2)
    x = _wide_input(b, (int(b.rng.integers(1, 4)), int(b.rng.choice((1, 7, 8, 9, 16, 100)))))
    return b.fully_connected(x, int(b.rng.integers(1, 6)))


MAKERS: dict[str, Callable[[GraphBuilder, int], Tensor]] = {
    "average_pool": average_pool,
    "max_pool": max_pool,
    "mean": mean,
    "lookup": lookup,
    "product": product,
    "extremum": extremum,
    "prelu": prelu,
    "wide_conv": wide_conv,
    "wide_dense": wide_dense,
}
BOARDS = ("mps3-an547", "mps2-an386", "mps2-an386-m0plus")


@pytest.mark.qemu
@pytest.mark.parametrize("board", BOARDS)
def test_vectors(board: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(20 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = [make(b, k) for k in range(20 if full else 8) for make in MAKERS.values()]
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
