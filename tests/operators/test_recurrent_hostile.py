"""Recurrent operators in which anything may be wrong: constraints never raise, and what they let pass every kernel
that takes it can call."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Operator
from codegen.operators import families
from tests.builders import GraphBuilder

from .test_conv_2d_hostile import spoiled
from .test_svdf import float_svdf, int_svdf, random_sizes
from .test_unidirectional_sequence_lstm import TYPES, lstm
from .windows import targets


def valid(type: str, b: GraphBuilder, k: int) -> Operator:
    if type == "SVDF":
        sizes = random_sizes(b.rng)
        (float_svdf(b, *sizes) if k % 3 == 0 else int_svdf(b, ("int8", "int16")[k % 2], *sizes)).append(b)
    else:
        lstm(b, TYPES[k % 3], 2, 3, 4, 5, time_major=k % 2 == 0, clip=k % 4).append(b)
    return b.operators[-1]


@pytest.mark.parametrize("type", ["SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM"])
def test_constraints_never_raise(type: str, rng: np.random.Generator, full: bool) -> None:
    family = families()[type]
    everywhere = targets("host", "mps2-an386", "mps3-an547")
    accepted = refused = 0
    for k in range(5000 if full else 600):
        op = valid(type, GraphBuilder(int(rng.integers(1 << 31))), k)
        assert not any(constraint(op) for constraint in family.constraints)
        op = spoiled(op, rng)
        said = [constraint(op) for constraint in family.constraints]
        assert all(found is None or found for found in said), said
        if any(said):
            refused += 1
            continue
        accepted += 1
        family.macs(op)
        for target in everywhere:
            for kernel in family.kernels:
                if kernel.takes(op, target):
                    kernel.call(op, target, None)
                    assert kernel.scratch_bytes(op, target, None) >= 0
    assert refused > 100
    assert accepted > 10
