"""Kernels with outputs as far over inputs as they say, on emulated cores: tflite-micro's bytes all the same.

With CMSIS_NN_ROOT the kernels of that tree are linked as well.
"""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.cmsis_nn_tree import choose_release
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.operators.equality import random_cases
from tests.planning.tight import tight_plans

from .graphs import generate
from .test_kernels import BOARDS, KERNELS, _differences, _without_biases, settings_for

pytestmark = [pytest.mark.qemu, pytest.mark.slow]


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("board", BOARDS)
def test_outputs_over_their_inputs(board: str, kernels: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(12 if full else 1):
        made = generate(int(rng.integers(1 << 31)), of_each=8 if full else 3, chains=3)
        inputs = [tuple(case) for case in random_cases(made.builder, 3)]
        expected = run_oracle(made.builder.model(made.outputs), inputs)
        for setting in settings_for(board, kernels, full):
            release = choose_release(None, setting.tree)
            options = Options(board, None, kernels, release.name, band_rows=setting.band_rows, streaming=False)
            with tight_plans():
                module = compile_with(_without_biases(made), options)
            assert len(module.memory.shared) > 20
            observed = QemuRunner(module, setting.tree).run(inputs)
            wrong = _differences(made, expected, observed.outputs)
            assert not wrong, f"{setting}: {len(wrong)} of {len(made.outputs)} differ:\n" + "\n".join(wrong[:10])
            assert not observed.damage, f"{setting}: {observed.damage}"
