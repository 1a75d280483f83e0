"""CAST equals tflite-micro for every pair of its types, and LiteRT for the others."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array
from codegen.host import load
from tests.builders import GraphBuilder

from .equality import assert_equal, refusal

MICRO = ("int8", "int16", "int32", "uint32", "float32")
OTHERS = ("uint8", "int64", "bool")


def values(rng: np.random.Generator, source: str, target: str, count: int) -> Array:
    """Any integers; floats that the target can hold, for C++ leaves the others undefined."""
    if source == "bool":
        return rng.integers(0, 2, count).astype(np.bool_)
    if source != "float32":
        low, high = np.iinfo(source).min, np.iinfo(source).max
        found = rng.integers(low, high, count, dtype=source, endpoint=True)
        found[:5] = [low, high, 0, 1, high - 1]
        return found
    if target in ("bool", "float32"):
        return np.append(rng.normal(0, 1e3, count - 2), [0.0, -0.0]).astype(np.float32)
    low, high = np.iinfo(target).min, np.iinfo(target).max
    edge = np.array([float(low), 0.0, 0.5, -0.5, 0.99, 1.5, -1.5 if low else 1.5], np.float32)
    spread = np.clip(rng.normal(0, 10.0 ** rng.uniform(0, 9), count), low, high * (1 - 1e-6))
    return np.clip(np.append(edge, spread)[:count], low, high).astype(np.float32)


def check(pairs: list[tuple[str, str]], rng: np.random.Generator, oracle: str, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for source, target in pairs:
        x = b.input((3, 17), source)
        outputs.append(b.one("CAST", [x], x.shape, None, target, in_data_type=source, out_data_type=target))
    cases = [
        [values(rng, source, target, 51).reshape(3, 17) for source, target in pairs] for _ in range(50 if full else 5)
    ]
    assert_equal(b, outputs, cases, kernels=("auto",), oracle=oracle)


@pytest.mark.parametrize("source", [*MICRO, "bool"])
def test_cast(source: str, rng: np.random.Generator, full: bool) -> None:
    check([(source, target) for target in MICRO], rng, "tflite-micro", full)


@pytest.mark.parametrize("source", OTHERS)
def test_cast_of_other_types(source: str, rng: np.random.Generator, full: bool) -> None:
    pairs = [(source, target) for target in (*MICRO, *OTHERS)]
    check([*pairs, *((target, source) for target in MICRO)], rng, "litert", full)


def test_floats_out_of_range() -> None:
    """Undefined in the reference; here what cg_cast.h says."""
    b = GraphBuilder(0)
    targets = ("int8", "int16", "int32", "uint32", "int64")
    x = b.input((6,), "float32")
    compiled = load(compile_model(b.model([b.one("CAST", [x], (6,), None, target) for target in targets])))
    large = np.array([np.inf, -np.inf, np.nan, 3e9, -3e9, 300.0], np.float32)
    s8, s16, s32, u32, s64 = (y.tolist() for y in compiled(large))
    assert s32 == [2**31 - 1, -(2**31), 0, 2**31 - 1, -(2**31), 300]
    assert s8 == [-1, 0, 0, -1, 0, 44]
    assert s16 == [-1, 0, 0, -1, 0, 300]
    assert u32 == [2**32 - 1, 0, 0, 3_000_000_000, 0, 300]
    assert s64 == [2**63 - 1, -(2**63), 0, 3_000_000_000, -3_000_000_000, 300]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((4,))
    assert "Found: int8/float16" in refusal(b, b.one("CAST", [x], (4,), None, "float16"))
    assert "Input and output have the same shape. Found: [4] and [2, 2]" in refusal(
        b, b.one("CAST", [x], (2, 2), None, "int16")
    )
