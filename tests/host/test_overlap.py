"""Every kernel with its output as far over its input as it says: the bytes of the plan in which nothing overlaps."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np

from codegen.api import Options, compile_with
from codegen.emission.module import CModule
from codegen.host import load
from tests.operators.equality import random_values
from tests.planning.tight import tight_plans
from tests.zoo import zoo


def apart(kernels: str) -> CModule:
    """The zoo with nothing over anything."""
    with patch("codegen.planning.regions.overlaps", lambda _schedule, _demands: ()):
        return compile_with(zoo(), Options("host", "zoo", kernels, streaming=False))


def test_outputs_over_their_inputs(rng: np.random.Generator, full: bool) -> None:
    for kernels in ("native", "cmsis-nn") if full else ("native",):  # the latter also in tests/qemu
        loose = apart(kernels)
        with tight_plans():
            close = compile_with(zoo(), Options("host", "zoo", kernels, streaming=False))
        assert not loose.memory.shared
        assert len(close.memory.shared) > 40
        one, other = load(loose), load(close)
        for _ in range(3):
            case = [random_values(rng, port.tensor) for port in loose.interface.inputs]
            one.reset()
            other.reset()
            for a, b in zip(one(*case), other(*case), strict=True):
                np.testing.assert_array_equal(a, b)
