"""Operators with weights or windows in which anything may be wrong: constraints never raise, and what they let pass
every kernel that takes it can call."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from codegen.graph import Operator, Tensor
from codegen.operators import families, rule
from tests.builders import GraphBuilder

from .test_conv_2d import conv
from .test_depthwise_conv_2d import depthwise
from .test_fully_connected import dense
from .test_hostile import random_operator, random_tensor
from .test_pool_2d import pool
from .windows import describe, targets

FAMILIES = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "AVERAGE_POOL_2D", "MAX_POOL_2D")
VALUES = (None, 0, 1, 2, -1, 2**31, "SAME", "VALID", "NONE", "TANH", True, 1.5)


def valid(type: str, b: GraphBuilder, k: int) -> Operator:
    if type == "CONV_2D":
        conv(b)
    elif type == "DEPTHWISE_CONV_2D":
        depthwise(b, [])
    elif type == "FULLY_CONNECTED":
        dense(b, k)
    else:
        pool(b, type)
    return b.operators[-1]


def spoiled(op: Operator, rng: np.random.Generator) -> Operator:
    """`op` with a part or two replaced."""
    for _ in range(int(rng.integers(1, 3))):
        kind = int(rng.integers(0, 5))
        if kind == 0 and op.options:
            name = str(rng.choice(list(op.options)))
            value = VALUES[rng.integers(0, len(VALUES))]
            op = replace(op, options=MappingProxyType({**op.options, name: value}))
        elif kind == 1 and op.inputs:
            op = replace(op, inputs=_one_changed(op.inputs, rng))
        elif kind == 2 and op.outputs:
            op = replace(op, outputs=tuple(t for t in _one_changed(op.outputs, rng) if t))
        elif kind == 3:
            op = replace(op, inputs=op.inputs[: int(rng.integers(0, len(op.inputs) + 1))])
        else:
            missing = dict(op.options)
            missing.pop(str(rng.choice(list(missing) or [""])), None)
            op = replace(op, options=MappingProxyType(missing))
    return op


def _one_changed(tensors: tuple[Tensor | None, ...], rng: np.random.Generator) -> tuple[Tensor | None, ...]:
    k = int(rng.integers(0, len(tensors)))
    old, other = tensors[k], random_tensor(rng)
    new: Tensor | None = other
    if old is not None:
        options = (None, other, replace(old, quantization=other.quantization), replace(old, dtype=other.dtype),
                   replace(old, shape=other.shape), replace(old, data=None))  # fmt: skip
        new = options[rng.integers(0, len(options))]
    return (*tensors[:k], new, *tensors[k + 1 :])


@pytest.mark.parametrize("type", FAMILIES)
def test_constraints_never_raise(type: str, rng: np.random.Generator, full: bool) -> None:
    family = families()[type]
    everywhere = targets("host", "mps2-an386", "mps3-an547")
    accepted = refused = 0
    for k in range(5000 if full else 600):
        op = valid(type, GraphBuilder(int(rng.integers(1 << 31))), k) if k % 6 else random_operator(rng, type)
        assert k % 6 == 0 or not any(constraint(op) for constraint in family.constraints), describe(op)
        op = spoiled(op, rng)
        said = [constraint(op) for constraint in family.constraints]
        assert all(found is None or found for found in said), said
        if any(said):
            refused += 1
            continue
        accepted += 1
        family.macs(op)
        spatial = family.spatial(op)
        for target in everywhere:
            for kernel in family.kernels:
                if kernel.takes(op, target):
                    kernel.call(op, target, spatial and spatial.whole)
                    assert kernel.scratch_bytes(op, target, spatial and spatial.whole) >= 0
                    kernel.cost(op, target)
    assert refused > 100
    assert accepted > 10


@pytest.mark.parametrize("type", FAMILIES)
def test_rules_are_sentences(type: str) -> None:
    for constraint in families()[type].constraints:
        assert rule(constraint).endswith("."), constraint
