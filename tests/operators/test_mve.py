"""The kernels for MVE equal tflite-micro: their portable bodies here, the vectors in QEMU, on the same tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.graph import Tensor
from codegen.operators import choose_kernel
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.host.test_sanitizers import check as check_sanitized
from tests.planning.tight import tight_plans

from .equality import _difference, random_cases
from .windows import ACTIVATIONS, Plan, any_input, any_size, any_window, assert_plans_equal, describe, targets

BOARD = "mps3-an547"
CHANNELS = (*range(1, 18), 63, 64, 65)
TARGET = replace(targets(BOARD, releases=["v7.0.0"])[0], kernels="native")
COUNT = 30
Maker = Callable[[GraphBuilder, int], Tensor]


class Halves(GraphBuilder):
    """Small weights: many sums are halves before they are rounded, and few are beyond the clamp."""

    INPUT, WEIGHT = 2.0**-5, 2.0**-7

    def weights(
        self, shape: Sequence[int], axis: int | None = None, *, dtype: str = "int8", symmetric: bool = True
    ) -> Tensor:
        assert (dtype, symmetric) == ("int8", True)
        count = 1 if axis is None else shape[axis]
        return self.constant(self.rng.integers(-3, 4, shape, np.int8), [self.WEIGHT] * count, 0, axis or 0)


def _input(b: GraphBuilder, shape: Sequence[int]) -> Tensor:
    return b.input(shape, scale=b.INPUT, zero_point=3) if isinstance(b, Halves) else any_input(b, shape)


def _output(b: GraphBuilder, k: int) -> dict[str, object]:
    """Scale, zero point and activation. Some scales bring all outputs to the clamp or to the zero point."""
    rng = b.rng
    if isinstance(b, Halves):
        factor = 2.0 ** int(rng.integers(1, 5)) * float(rng.choice((1.0, 1.0, 1.3)))
        return {"scale": b.INPUT * b.WEIGHT * factor, "zero_point": int(rng.integers(-20, 21))}
    scales = {1: 1.0, 2: 2.0**-4, 3: 1e5, 4: 1e-3}
    return {
        "zero_point": int(rng.choice((-128, -128, 127, int(rng.integers(-128, 128))))),
        "activation": str(rng.choice((*ACTIVATIONS, "NONE"))),
        **({"scale": scales[k % 8]} if k % 8 in scales else {}),
    }


def _window(b: GraphBuilder, k: int) -> tuple[tuple[int, int], dict[str, object]]:
    kernel, options = any_window(b, dilated=k % 9 == 0)
    return kernel, {name: value for name, value in options.items() if name != "activation"}


def pixels(b: GraphBuilder, k: int) -> Tensor:
    """A convolution by filters of one pixel."""
    rng = b.rng
    depth, filters = (int(n) for n in rng.choice(CHANNELS, 2))
    shape = (1 if k % 5 else 2, int(rng.integers(1, 6)), int(rng.choice((1, 2, 3, 4, 5, 9))), depth)
    return b.conv_2d(
        _input(b, shape),
        filters,
        (1, 1),
        stride=(1, 1) if k % 3 else (int(rng.integers(1, 4)), int(rng.integers(1, 4))),
        per_channel=bool(k % 4),
        bias=bool(rng.random() < 0.7),
        **_output(b, k),
    )  # type: ignore[arg-type]


def windows(b: GraphBuilder, k: int) -> Tensor:
    """A convolution by wider filters; some rows are so wide that they are computed in parts."""
    rng = b.rng
    kernel, window = _window(b, k)
    wide = k % 10 == 7
    if wide:
        kernel = (5, int(rng.integers(2, 6)))
    height, width = any_size(b, kernel, window)
    shape = (1 if k % 5 else 2, height, width + 30 * wide, int(rng.choice(CHANNELS if k % 2 else (1, 2, 3, 7, 8))))
    return b.conv_2d(
        _input(b, shape),
        int(rng.choice(CHANNELS)),
        kernel,
        per_channel=bool(k % 4),
        bias=bool(rng.random() < 0.7),
        **window,
        **_output(b, k),
    )  # type: ignore[arg-type]


def dense(b: GraphBuilder, k: int) -> Tensor:
    rng = b.rng
    depth, units = (int(n) for n in rng.choice((*CHANNELS, 100, 300), 2))
    return b.fully_connected(
        _input(b, (int(rng.choice((1, 1, 2, 3, 4, 9))), depth)),
        units,
        per_channel=k % 4 == 0,
        bias=bool(rng.random() < 0.7),
        **_output(b, k),
    )  # type: ignore[arg-type]


KERNELS = ((3, 3), (3, 3), (3, 3), (2, 2), (1, 4), (5, 1), (15, 1), (4, 4), (3, 5), (1, 1), (1, 13), (10, 8))


def depthwise(b: GraphBuilder, k: int) -> Tensor:
    """By patches where channels are fours, as a convolution where there is one."""
    rng = b.rng
    kernel = KERNELS[int(rng.integers(len(KERNELS)))]
    _, window = _window(b, k)
    height, width = any_size(b, kernel, window)
    channels = int(rng.choice((4, 8, 12, 16, 64, 1, 1, 5)))
    return b.depthwise_conv_2d(
        _input(b, (1 if k % 5 else 2, height + int(rng.choice((0, 6))), width + int(rng.choice((0, 6))), channels)),
        kernel,
        multiplier=int(rng.choice((1, 3, 8))) if channels == 1 else 1,
        per_channel=bool(k % 4),
        **window,
        **_output(b, k),
    )  # type: ignore[arg-type]


def eights(b: GraphBuilder, k: int) -> Tensor:
    """What patches are not for: large or dilated filters, channels that are no fours."""
    kernel, window = any_window(b)
    kernel = kernel if k % 2 else (5, 5)
    height, width = any_size(b, kernel, window)
    channels = int(b.rng.choice((2, 3, 5, 7, 8, 9, 12, 15, 17, 65)))
    del window["activation"]
    return b.depthwise_conv_2d(
        _input(b, (1 if k % 5 else 2, height, width, channels)),
        kernel,
        per_channel=bool(k % 4),
        **window,
        **_output(b, k),
    )  # type: ignore[arg-type]


MAKERS: dict[str, Maker] = {
    "pixels": pixels,
    "windows": windows,
    "dense": dense,
    "depthwise": depthwise,
    "eights": eights,
}


def made(rng: np.random.Generator, make: Maker, count: int) -> GraphBuilder:
    """`count` operators, half of them with many halves; most are computed by a kernel for MVE."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    halves = Halves(0)
    halves.rng, halves.tensors, halves.operators, halves.inputs = b.rng, b.tensors, b.operators, b.inputs
    for k in range(count):
        make(halves if k % 2 else b, k // 2)
    graph = GraphBuilder().build([])
    names = [choose_kernel(graph, op, TARGET).name for op in b.operators]
    assert sum("x16" in name or "eights" in name for name in names) > count // 3, names
    return b


@pytest.mark.parametrize("kind", MAKERS)
def test_portable_bodies(kind: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(20 if full else 1):
        b = made(rng, MAKERS[kind], COUNT)
        plans = [Plan(BOARD, "native", rows) for rows in (None, int(rng.integers(1, 4)))]
        with tight_plans():
            assert_plans_equal(b, [op.output for op in b.operators], plans)


def test_portable_bodies_stay_within_their_memory(tmp_path: Path, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)), name="vectors")
    for k, make in enumerate([*MAKERS.values()] * 6):
        make(b, k)
    module = compile_with(b.model([op.output for op in b.operators]), Options(BOARD, "vectors", "native"))
    check_sanitized(module, tmp_path, rng)


@pytest.mark.parametrize("band_rows", [None, 1])
def test_words_are_aligned(band_rows: int | None, rng: np.random.Generator) -> None:
    """The emulator takes unaligned words of gathers and scatters, hardware does not: channels in fours lie on words."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    for k, make in enumerate([pixels, depthwise, windows] * 10):
        make(b, k)
    options = Options(BOARD, kernels="native", band_rows=band_rows)
    with tight_plans():
        plan = compile_with(b.model([op.output for op in b.operators]), options).memory
    words = [
        call for call in plan.schedule.calls if "x16" in call.kernel.name and call.operator.output.shape[3] % 4 == 0
    ]
    assert len(words) > 5
    for call in words:
        buffers = [plan.buffer_of(tensor) for tensor in (call.operator.input(), call.operator.output)]
        assert all(buffer is not None and buffer.offset % 4 == buffer.alignment % 4 == 0 for buffer in buffers)


@pytest.mark.qemu
@pytest.mark.parametrize("kind", MAKERS)
def test_vectors(kind: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(25 if full else 1):
        b = made(rng, MAKERS[kind], COUNT)
        model = b.model([op.output for op in b.operators])
        cases = random_cases(b, 2)
        expected = run_oracle(model, cases)
        options = Options(board=BOARD, kernels="native", band_rows=(None, None, 1, 2)[int(rng.integers(4))])
        with tight_plans():
            module = compile_with(model, options)
        observed = QemuRunner(module).run([tuple(case) for case in cases])
        assert not observed.damage, observed.damage
        for got_case, want_case in zip(observed.outputs, expected, strict=True):
            for op, got, want in zip(b.operators, got_case, want_case, strict=True):
                same = np.array_equal(got.reshape(-1), want.reshape(-1))
                assert same, _difference(f"{describe(op)}, bands of {options.band_rows}", got, want)
