"""SVDF over sequences from a reset state: equal to the interpreter, for every type of state and odd quantization."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Quantization, Tensor
from codegen.host import load
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal

STEPS = 50
FLOAT = np.float32


@dataclass
class Svdf:
    """The operands of one SVDF; tests spoil them."""

    x: Tensor
    feature: Tensor
    time: Tensor
    bias: Tensor | None
    state: Tensor
    y: Tensor
    rank: int
    activation: str = "NONE"

    def append(self, b: GraphBuilder) -> Tensor:
        inputs = [self.x, self.feature, self.time, self.bias, self.state]
        name = self.activation
        return b.operator("SVDF", inputs, self.y, rank=self.rank, fused_activation_function=name).output


def float_svdf(b: GraphBuilder, batches: int, depth: int, units: int, rank: int, memory: int) -> Svdf:
    def normal(*shape: int) -> Tensor:
        return b.constant(b.rng.normal(0, 0.5, shape).astype(FLOAT))

    filters = units * rank
    return Svdf(
        b.input((batches, depth), "float32"),
        normal(filters, depth),
        normal(filters, memory),
        normal(units),
        b.tensor((batches, filters * memory), "float32", is_variable=True),
        b.tensor((batches, units), "float32"),
        rank,
        str(b.rng.choice(["NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"])),
    )


def int_svdf(
    b: GraphBuilder, state: str, batches: int, depth: int, units: int, rank: int, memory: int, *,
    state_zero: int = 0, factors: tuple[float, float] | None = None,
) -> Svdf:  # fmt: skip
    """Scales such that state and output are used widely, or that the two `factors` (of state and output) result."""
    rng, filters = b.rng, units * rank
    largest = np.iinfo(state).max
    of_state, of_output = factors or (
        largest / (6000 * np.sqrt(depth)),
        100 / (largest**2 / 4 * np.sqrt(memory * rank)),
    )
    x = b.input((batches, depth))
    feature = b.constant(rng.integers(-128, 128, (filters, depth)).astype(np.int8), rng.uniform(0.002, 0.02))
    kept = b.variable((batches, filters * memory), state, x.scale * feature.scale / of_state, state_zero)
    # The interpreter compares the scale of the bias to 0.00001: products of 1 and less are exact enough.
    time_scale = min(float(rng.uniform(0.00002, 0.0002)), 1 / kept.scale)
    time = b.constant(rng.integers(-largest, largest + 1, (filters, memory)).astype(state), time_scale)
    bias_scale = kept.scale * time.scale
    bias = b.constant((rng.normal(0, 20, units) / of_output).clip(-(2**30), 2**30).astype(np.int32), bias_scale)
    scale = float(FLOAT(kept.scale * time.scale / of_output))
    y = b.tensor((batches, units), "int8", Quantization((scale,), (int(rng.integers(-128, 128)),)))
    return Svdf(x, feature, time, bias, kept, y, rank, str(rng.choice(["NONE", "RELU"])))


def random_sizes(rng: np.random.Generator) -> tuple[int, int, int, int, int]:
    """Batches, depth, units, rank, memory."""
    batches, depth, units, rank, memory = (int(rng.integers(1, most)) for most in (4, 41, 12, 4, 12))
    return batches, depth, units, rank, memory


def check(b: GraphBuilder, outputs: list[Tensor], *, tolerance: float = 0.0) -> None:
    assert_equal(b, outputs, random_cases(b, STEPS), tolerance=tolerance, passes=2)


def test_floats(rng: np.random.Generator, full: bool) -> None:
    for seed in range(10 if full else 1):
        b = GraphBuilder(seed=int(rng.integers(1 << 30)) + seed)
        every = [float_svdf(b, *random_sizes(b.rng)) for _ in range(12)]
        every += [float_svdf(b, 1, 1, 1, 1, 1)]
        check(b, [svdf.append(b) for svdf in every], tolerance=1e-5)


@pytest.mark.parametrize("state", ["int8", "int16"])
def test_integers(state: str, rng: np.random.Generator, full: bool) -> None:
    for seed in range(20 if full else 2):
        b = GraphBuilder(seed=int(rng.integers(1 << 30)) + seed)
        every = [int_svdf(b, state, *random_sizes(b.rng)) for _ in range(10)]
        every += [int_svdf(b, state, *random_sizes(b.rng), state_zero=zero) for zero in (3, -100, 127, -128)]
        every += [int_svdf(b, state, 1, 1, 1, 1, 1), int_svdf(b, state, 2, 33, 8, 1, 10)]
        check(b, [svdf.append(b) for svdf in every])


@pytest.mark.parametrize("state", ["int8", "int16"])
def test_extreme_scales(state: str, rng: np.random.Generator) -> None:
    """Factors that are 0 as fixed-point numbers, and those that overflow 32 bits on the way."""
    b = GraphBuilder(seed=int(rng.integers(1 << 30)))
    extremes = (2.0**-34, 2.0**-20, 1.0, 30.0, 2.0**12)
    every = [
        int_svdf(b, state, *random_sizes(rng), factors=(of_state, of_output))
        for of_state in extremes
        for of_output in (2.0**-34, 2.0**-18, 2.0**-9, 0.3, 5.0)
    ]
    check(b, [svdf.append(b) for svdf in every])


def test_halves(rng: np.random.Generator) -> None:
    """Factors that are 1/2 as products of float32 and a little more or less as those of double."""
    b = GraphBuilder(seed=1)
    outputs: list[Tensor] = []
    while len(outputs) < 12:
        first, second = (float(FLOAT(value / 1000)) for value in rng.integers(1, 1000, 2))
        third = float(FLOAT(2) * (FLOAT(first) * FLOAT(second)))
        if first * second / third == 0.5:
            continue
        is_state = len(outputs) % 2 == 0
        x = b.input((1, 2), scale=first, zero_point=0)
        feature = b.constant(rng.integers(-127, 128, (40, 2)).astype(np.int8), second if is_state else 1.0)
        state = b.variable((1, 40), "int16", third if is_state else first)
        time = b.constant(np.ones((40, 1), np.int16), 0.001 if is_state else second)
        product = float(FLOAT(state.scale) * FLOAT(time.scale))
        bias = b.constant(np.zeros(40, np.int32), product)
        y = b.tensor((1, 40), "int8", Quantization((product if is_state else third,), (0,)))
        outputs.append(Svdf(x, feature, time, bias, state, y, 1).append(b))
    cases = [[rng.integers(-2, 3, tensor.shape).astype(np.int8) for tensor in b.inputs] for _ in range(STEPS)]
    assert_equal(b, outputs, cases)


def test_layers_in_a_row_and_computed_weights(rng: np.random.Generator) -> None:
    b = GraphBuilder(seed=int(rng.integers(1 << 30)))
    first, second = int_svdf(b, "int16", 1, 20, 6, 2, 5), int_svdf(b, "int8", 1, 6, 3, 1, 7)
    b.inputs.remove(second.x)
    second.x = first.append(b)
    computed = int_svdf(b, "int8", 2, 5, 4, 1, 3)
    feature = b.input(computed.feature.shape, scale=computed.feature.scale, zero_point=0)
    computed.feature = b.reshape(feature, computed.feature.shape)
    check(b, [second.append(b), computed.append(b), second.x])


@pytest.mark.parametrize("state", ["int8", "int16", "float32"])
def test_without_bias(state: str) -> None:
    """The interpreter crashes without a bias: what is wanted is what it gives for zeros."""
    made = []
    for has_bias in (True, False):
        b = GraphBuilder(seed=5)
        svdf = float_svdf(b, 2, 9, 4, 2, 5) if state == "float32" else int_svdf(b, state, 2, 9, 4, 2, 5)
        assert svdf.bias is not None
        zeros = np.zeros(4, FLOAT if state == "float32" else np.int32)
        scale = svdf.bias.scale if svdf.bias.quantization else None
        svdf.bias = b.constant(zeros, scale) if has_bias else None
        model, cases = b.model([svdf.append(b)]), random_cases(b, STEPS)
        run = load(compile_model(model))
        made.append(np.array([run(*case)[0] for case in cases]))
        if has_bias:
            assert_equal(b, [svdf.y], cases, tolerance=1e-5)
    np.testing.assert_array_equal(made[0], made[1])


def test_refusals() -> None:
    b = GraphBuilder(seed=7)

    def said(kind: str = "int8", **changes: Tensor | int | str | None) -> str:
        svdf = float_svdf(b, 1, 4, 2, 2, 3) if kind == "float32" else int_svdf(b, kind, 1, 4, 2, 2, 3)
        for name, value in changes.items():
            setattr(svdf, name, value)
        return refusal(b, svdf.append(b))

    assert "The state is in variable tensors" in said(state=b.constant(np.zeros((1, 12), np.int8), 0.1))
    assert "weights of time and state int8 or both int16" in said(time=b.constant(np.zeros((4, 3), np.int16), 0.1))
    assert "bias int32" in said(bias=b.constant(np.zeros(2, np.int64), 0.1))
    assert "float32" in said("float32", time=b.constant(np.zeros((4, 3), np.int8), 0.1))
    assert "rank 3" in said(rank=3)
    assert "rank 0" in said(rank=0)
    assert "Shapes are" in said(bias=b.constant(np.zeros(3, np.int32), 1.0))
    assert "Shapes are" in said(state=b.variable((12,)))
    assert "The bias has the scale of the state" in said(bias=b.constant(np.zeros(2, np.int32), 1.0))
    assert "has the zero point 3" in said(feature=b.constant(np.zeros((4, 4), np.int8), 0.1, 3))
    assert "has 4 scales" in said(feature=b.constant(np.zeros((4, 4), np.int8), [0.1] * 4, [0] * 4))
    assert "less than 2^30" in said(feature=b.constant(np.zeros((4, 4), np.int8), 1e20))
    state = b.tensor((4, 4), "float32", is_variable=True)
    assert "is used twice" in said("float32", x=state, state=state)
