"""Every kernel on emulated cores: generated graphs give tflite-micro's bytes, whole and in bands, and write nothing
outside of their memory. With CMSIS_NN_ROOT the kernels of that tree are linked as well.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.cmsis_nn_tree import choose_release
from codegen.graph import Array, Tensor
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.operators.equality import random_cases
from tests.operators.windows import describe

from .graphs import Generated, generate

pytestmark = [pytest.mark.qemu, pytest.mark.slow]

BOARDS = ("mps2-an386-m0plus", "mps2-an386", "mps3-an547")
KERNELS = ("native", "cmsis-nn")
BANDS = (1, 2, 5)
CASES = 3
STACK_LIMIT = 2048
UPSTREAM = os.environ.get("CMSIS_NN_ROOT")


@dataclass(frozen=True)
class Setting:
    """How a graph is compiled and what it is linked with."""

    board: str
    kernels: str
    band_rows: int | None
    tree: Path | None = None

    def __str__(self) -> str:
        functions = f" of {choose_release(None, self.tree)}" if self.tree else ""
        return f"{self.kernels}{functions} on {self.board}, bands of {self.band_rows}"


def check(made: Generated, settings: Sequence[Setting]) -> None:
    """The graph's outputs are tflite-micro's in every setting."""
    inputs = [tuple(case) for case in random_cases(made.builder, CASES)]
    expected = run_oracle(made.builder.model(made.outputs), inputs)
    model = _without_biases(made)
    for setting in settings:
        release = choose_release(None, setting.tree)
        options = Options(setting.board, None, setting.kernels, release.name, band_rows=setting.band_rows)
        observed = QemuRunner(compile_with(model, options), setting.tree).run(inputs)
        wrong = _differences(made, expected, observed.outputs)
        assert not wrong, f"{setting}: {len(wrong)} of {len(made.outputs)} differ:\n" + "\n".join(wrong[:10])
        assert not observed.damage, f"{setting}: {observed.damage}"
        assert 0 < observed.figures["stack_bytes"] <= STACK_LIMIT, f"{setting}: {observed.figures['stack_bytes']}"


def _without_biases(made: Generated) -> bytes:
    """The model without the biases that only tflite-micro needs."""
    b = made.builder
    for k in made.no_bias:
        op = b.operators[k]
        b.operators[k] = replace(op, inputs=(op.inputs[0], op.inputs[1], None))
    return b.model(made.outputs)


def _differences(made: Generated, expected: Sequence[Sequence[Array]], found: Sequence[Sequence[Array]]) -> list[str]:
    """A line for each output that differs: what made it, and how many values in all cases."""
    lines = []
    for k, tensor in enumerate(made.outputs):
        pairs = [(want[k].reshape(-1), got[k].reshape(-1)) for want, got in zip(expected, found, strict=True)]
        count = sum(int((want != got).sum()) for want, got in pairs)
        if count or any(want.dtype != got.dtype for want, got in pairs):
            lines.append(f"{count} of {CASES * tensor.size} by {_maker(made, tensor)}")
    return lines


def _maker(made: Generated, tensor: Tensor) -> str:
    return next(describe(op) for op in made.builder.operators if tensor in op.outputs)


def settings_for(board: str, kernels: str, full: bool) -> list[Setting]:
    """Whole tensors, and bands: of one height when sampled, a different one for each board and provider."""
    one = BANDS[(BOARDS.index(board) + KERNELS.index(kernels)) % len(BANDS)]
    trees = (None, Path(UPSTREAM)) if UPSTREAM and kernels == "cmsis-nn" else (None,)
    return [Setting(board, kernels, rows, tree) for tree in trees for rows in (None, *(BANDS if full else (one,)))]


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("board", BOARDS)
def test_generated_graphs(board: str, kernels: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(12 if full else 1):
        made = generate(int(rng.integers(1 << 31)), of_each=4, chains=4)
        check(made, settings_for(board, kernels, full))
