"""Every operator on emulated cores, by both providers: the bytes of this machine, whose kernels equal the oracle's."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array
from codegen.host import load
from codegen.verification import FLOAT_TOLERANCE, QemuRunner
from tests.host.test_sanitizers import random_inputs
from tests.zoo import zoo

pytestmark = [pytest.mark.qemu]

BOARDS = ("mps2-an386-m0plus", "mps2-an386", "mps3-an547")


def differ(got: Array, want: Array) -> bool:
    """Whether two outputs differ; floats by more than libraries of functions do."""
    if got.dtype.kind != "f":
        return not np.array_equal(got, want)
    return not np.allclose(got, want, rtol=FLOAT_TOLERANCE, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("board", BOARDS)
def test_all_operators(board: str, rng: np.random.Generator, full: bool) -> None:
    one = ("native", "cmsis-nn")[BOARDS.index(board) % 2]
    for kernels in ("native", "cmsis-nn") if full else (one,):
        module = compile_model(zoo(), board=board, kernels=kernels)
        cases = [tuple(case) for case in random_inputs(module, rng, counts=True)]
        observed = QemuRunner(module).run(cases)
        assert not observed.damage
        host = load(compile_model(zoo(), kernels="native"))
        names = [port.name for port in module.interface.outputs]
        for case, found in zip(cases, observed.outputs, strict=True):
            assert found is not None
            pairs = zip(names, found, host(*case), strict=True)
            wrong = [name for name, got, want in pairs if differ(got.reshape(want.shape), want)]
            assert not wrong, kernels
