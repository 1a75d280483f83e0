"""The test of every operator: the emitted C on this machine gives the bytes of tflite-micro's interpreter.

Many operators go into one graph, so that one compilation and one run of the oracle serve them all.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.cmsis_nn_tree import choose_release
from codegen.errors import CodegenError
from codegen.graph import Array, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import RANGES, GraphBuilder

KERNELS = ("cmsis-nn", "native")
UPSTREAM = Path(root) if (root := os.environ.get("CMSIS_NN_ROOT")) else None
"""An upstream tree to link besides the portable functions."""


def random_values(rng: np.random.Generator, tensor: Tensor) -> Array:
    """Values of `tensor`: at random one of the whole range, its ends, close to the zero point, all alike."""
    if tensor.dtype == "float32":
        return (rng.normal(0, 4, tensor.shape) * 10.0 ** rng.integers(-2, 2)).astype(np.float32)
    low, high = RANGES[tensor.dtype] if tensor.dtype in RANGES else (-(2**31), 2**31 - 1)
    if tensor.dtype == "bool":
        return rng.integers(0, 2, tensor.shape).astype(np.bool_)
    kind = int(rng.integers(0, 6))
    if kind == 0:
        values = rng.choice([low, high], tensor.shape)
    elif kind == 1:
        values = np.clip(tensor.zero_point + rng.integers(-8, 9, tensor.shape), low, high)
    elif kind == 2:
        values = np.full(tensor.shape, rng.integers(low, high, endpoint=True))
    else:
        values = rng.integers(low, high, tensor.shape, endpoint=True)
    return np.asarray(values).astype(tensor.dtype)


def every_int8(tensor: Tensor) -> Array:
    """All 256 values in order, again from the first one on where there is room for more."""
    return np.resize(np.arange(-128, 128), tensor.shape).astype(np.int8)


def assert_equal(
    builder: GraphBuilder,
    outputs: Sequence[Tensor],
    cases: Sequence[Sequence[Array]],
    *,
    kernels: Sequence[str] = KERNELS,
    oracle: str = "tflite-micro",
    tolerance: float = 0.0,
    passes: int = 1,
) -> None:
    """The model's outputs are those of `oracle`, for every case, by each provider of kernels (floats: equal too, or
    within the relative `tolerance`; what is not a number equals itself).

    The cases are one sequence from the initial state, gone through `passes` times with a reset before each.

    With CMSIS_NN_ROOT in the environment, upstream's functions are linked too.
    """
    model = builder.model(outputs)
    expected = run_oracle(model, cases, oracle)
    for provider in kernels:
        for tree in (None, UPSTREAM) if UPSTREAM and provider == "cmsis-nn" else (None,):
            release = choose_release(None, tree)
            compiled = load(compile_model(model, kernels=provider, cmsis_nn=release.name), cmsis_nn_root=tree)
            for step, (case, wanted) in enumerate([*zip(cases, expected, strict=True)] * passes):
                if step % len(cases) == 0:
                    compiled.reset()
                for tensor, got, want in zip(outputs, compiled(*case), wanted, strict=True):
                    where = f"{tensor.name} {list(tensor.shape)} by {provider}{f' of {release}' if tree else ''}"
                    assert _same(got.reshape(-1), want.reshape(-1), tolerance), _difference(where, got, want)


def _same(got: Array, want: Array, tolerance: float) -> bool:
    if got.dtype.kind != "f":
        return np.array_equal(got, want)
    return got.shape == want.shape and np.allclose(got, want, rtol=tolerance, atol=0.0, equal_nan=True)


def _difference(where: str, got: Array, want: Array) -> str:
    got, want = got.reshape(-1), want.reshape(-1)
    places = np.flatnonzero(got != want)
    first = places[0] if places.size else 0
    return f"{where}: {places.size} of {got.size} differ, at {first} got {got[first]}, wanted {want[first]}"


def random_cases(builder: GraphBuilder, count: int) -> list[list[Array]]:
    """`count` cases of random inputs."""
    return [[random_values(builder.rng, tensor) for tensor in builder.inputs] for _ in range(count)]


def refusal(builder: GraphBuilder, output: Tensor) -> str:
    """What the compiler says to the last operator of `builder`, which is then taken away."""
    with pytest.raises(CodegenError) as refused:
        compile_model(builder.model([output]))
    builder.operators.pop()
    return str(refused.value)
