"""Constraints never raise, whatever the operator is: they say what they found."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from codegen.graph import Operator, Quantization, Tensor, read_only
from codegen.operators import families, rule

DTYPES = ("int8", "int16", "uint8", "int4", "int32", "int64", "float32", "bool", "string")
QUANTIZATIONS = (
    None,
    Quantization((), ()),
    Quantization((0.1,), (3,)),
    Quantization((1 / 256,), (-128,)),
    Quantization((float("nan"),), (0,)),
    Quantization((float("inf"),), (0,)),
    Quantization((-1.0,), (0,)),
    Quantization((0.0,), (0,)),
    Quantization((1e-38,), (0,)),
    Quantization((3e38,), (0,)),
    Quantization((0.1,), (300,)),
    Quantization((0.1, 0.2), (0, 0)),
)
OPTIONS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("fused_activation_function", ("NONE", "RELU", "RELU6", "TANH", "activation 9")),
    ("axis", (0, 1, -1, 9, -9, 2**31)),
    ("beta", (1.0, 0.0, -1.0, float("nan"), float("inf"), 1e38)),
    ("keep_dims", (True, False)),
    ("padding", ("SAME", "VALID")),
    ("stride_h", (1, 0)),
    ("stride_w", (1, 0)),
)


def random_tensor(rng: np.random.Generator) -> Tensor:
    dtype = str(rng.choice(DTYPES, p=[0.4, *[0.6 / (len(DTYPES) - 1)] * (len(DTYPES) - 1)]))
    shape = tuple(int(size) for size in rng.integers(1, 4, rng.integers(0, 8)))
    data = None
    if dtype not in ("string", "int4") and rng.random() < 0.4:
        data = read_only(np.asarray(rng.integers(-3 if dtype != "uint8" else 0, 4, shape)).astype(dtype))
    quantization = QUANTIZATIONS[rng.integers(0, len(QUANTIZATIONS))]
    return Tensor(0, "t", shape, dtype, quantization, data)


def random_operator(rng: np.random.Generator, type: str) -> Operator:
    inputs = tuple(None if rng.random() < 0.1 else random_tensor(rng) for _ in range(rng.integers(0, 5)))
    outputs = tuple(random_tensor(rng) for _ in range(rng.choice([0, 1, 1, 1, 1, 2])))
    options = {name: values[rng.integers(0, len(values))] for name, values in OPTIONS if rng.random() < 0.8}
    return Operator(0, type, inputs, outputs, MappingProxyType(options))


FAMILIES = sorted(families())


@pytest.mark.parametrize("type", FAMILIES)
def test_constraints_never_raise(type: str, rng: np.random.Generator, full: bool) -> None:
    family = families()[type]
    accepted = 0
    for _ in range(6000 if full else 400):
        op = random_operator(rng, type)
        said = [constraint(op) for constraint in family.constraints]
        assert all(found is None or found for found in said), said
        accepted += not any(said)
    assert accepted < 1000


def alike(rng: np.random.Generator, type: str) -> Operator:
    """Two operands and an output of one type and shape, most of the time: what reaches the rules of numbers."""
    dtype = str(rng.choice(DTYPES))

    def tensor() -> Tensor:
        found = random_tensor(rng)
        return found if rng.random() < 0.1 else replace(found, shape=(2,), dtype=dtype, data=None)

    axis = Tensor(0, "axis", (1,), "int32", None, read_only(rng.integers(-2, 2, 1).astype(np.int32)))
    inputs = (tensor(), axis if rng.random() < 0.3 else tensor(), tensor())[: rng.integers(1, 4)]
    return replace(random_operator(rng, type), inputs=inputs, outputs=(tensor(),))


@pytest.mark.parametrize("type", FAMILIES)
def test_constraints_of_tensors_alike_never_raise(type: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(6000 if full else 200):
        op = alike(rng, type)
        said = [constraint(op) for constraint in families()[type].constraints]
        assert all(found is None or found for found in said), said


@pytest.mark.parametrize("type", FAMILIES)
def test_rules_are_sentences(type: str) -> None:
    for constraint in families()[type].constraints:
        assert rule(constraint).endswith("."), constraint
