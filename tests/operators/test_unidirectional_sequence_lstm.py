"""UNIDIRECTIONAL_SEQUENCE_LSTM over sequences from a reset state: equal to the interpreter for all three types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Quantization, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal

STEPS = 50
TYPES = ("int8", "int16", "float32")
BIAS_TYPES = {"int8": np.int32, "int16": np.int64}


@dataclass
class Lstm:
    """The operands of one LSTM; tests spoil them."""

    inputs: list[Tensor | None]
    y: Tensor
    options: dict[str, Any] = field(default_factory=dict)
    intermediates: list[Tensor] = field(default_factory=list)

    def append(self, b: GraphBuilder) -> Tensor:
        options = {"fused_activation_function": "TANH", **self.options}
        name = "UNIDIRECTIONAL_SEQUENCE_LSTM"
        return b.operator(name, self.inputs, self.y, intermediates=self.intermediates, **options).output


@dataclass(frozen=True)
class Quantized:
    """Scales and zero points of an integer LSTM, `spread` of its gates before their activation."""

    cell: float = 2.0**-11
    hidden: tuple[float, int] | None = None
    zero_point: int | None = None
    spread: float = 2.0


def lstm(
    b: GraphBuilder, dtype: str, batches: int, steps: int, depth: int, units: int, *,
    time_major: bool = False, clip: float = 0.0, quantized: Quantized = Quantized(),
) -> Lstm:  # fmt: skip
    rng = b.rng
    sequence = (steps, batches) if time_major else (batches, steps)
    options = {"time_major": time_major, "cell_clip": clip}
    if dtype == "float32":

        def constant(*shape: int) -> Tensor:
            return b.constant(rng.normal(0, 0.7, shape).astype(np.float32))

        x = b.input((*sequence, depth), dtype)
        weights = [constant(units, depth) for _ in range(4)] + [constant(units, units) for _ in range(4)]
        biases = [constant(units) for _ in range(4)]
        hidden, cells = (b.tensor((batches, units), dtype, is_variable=True) for _ in range(2))
    else:
        x = b.input((*sequence, depth), dtype, 1 / np.iinfo(dtype).max, quantized.zero_point)
        scale, zero_point = quantized.hidden or ((1 / 128, -5) if dtype == "int8" else (2.0**-15, 0))
        hidden = b.variable((batches, units), dtype, scale, zero_point)
        cells = b.variable((batches, units), "int16", quantized.cell)

        def matrix(columns: int) -> Tensor:
            values = rng.integers(-127, 128, (units, columns)).astype(np.int8)
            return b.constant(values, quantized.spread * rng.uniform(0.3, 1.5) / 40 / np.sqrt(columns))

        weights = [matrix(depth) for _ in range(4)] + [matrix(units) for _ in range(4)]
        of_bias = [x.scale * matrix_.scale for matrix_ in weights[:4]]
        real = [(rng.normal(0, 1, units) / s).clip(-(2**30), 2**30) for s in of_bias]
        biases = [b.constant(q.astype(BIAS_TYPES[dtype]), s) for q, s in zip(real, of_bias, strict=True)]
    y = b.tensor((*sequence, units), dtype, hidden.quantization)
    none: list[Tensor | None] = [None]
    return Lstm([x, *weights, *none * 3, *biases, *none * 2, hidden, cells, *none * 4], y, options)


def check(b: GraphBuilder, outputs: list[Tensor], steps: int = STEPS) -> None:
    assert_equal(b, outputs, random_cases(b, steps), kernels=("native",), tolerance=1e-5, passes=2)


@pytest.mark.parametrize("dtype", TYPES)
def test_sequences(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Both orders of batch and time, batches, one and more steps an invocation, odd sizes."""
    for _ in range(20 if full else 1):
        b = GraphBuilder(seed=int(rng.integers(1 << 30)))
        every = [lstm(b, dtype, 1, 1, 1, 1), lstm(b, dtype, 1, 1, 40, 16), lstm(b, dtype, 3, 4, 5, 6, time_major=True)]
        for k in range(8):
            batches, steps, depth, units = (int(b.rng.integers(1, most)) for most in (4, 6, 18, 18))
            clip = [0.0, 0.0, 0.5, 4.0][k % 4]
            every.append(lstm(b, dtype, batches, steps, depth, units, time_major=k % 2 == 0, clip=clip))
        check(b, [one.append(b) for one in every])


QUANTIZATIONS = (
    Quantized(cell=2.0**-15),
    Quantized(cell=2.0**-30),
    Quantized(cell=2.0**-12),
    Quantized(cell=2.0**-9, spread=20),
    Quantized(cell=1.0),
    Quantized(cell=3.9),
    Quantized(cell=0.0007),
    Quantized(hidden=(1 / 50, 11), zero_point=-128),
    Quantized(hidden=(1e-9, -128), zero_point=127),
    Quantized(hidden=(3.0, 127), spread=0.01),
    Quantized(spread=300),
    Quantized(spread=1e-6),
)


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_extreme_quantization(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Scales of cells (also no powers of two), of the hidden state, zero points, saturated and silent gates."""
    for _ in range(10 if full else 1):
        b = GraphBuilder(seed=int(rng.integers(1 << 30)))
        every = [lstm(b, dtype, 2, 3, 7, 5, quantized=quantized) for quantized in QUANTIZATIONS]
        every += [lstm(b, dtype, 1, 2, 4, 6, clip=clip) for clip in (1e-6, 0.001, 1e9, -1.0, float("inf"))]
        every += [lstm(b, dtype, 1, 3, 4, 6, quantized=quantized, clip=0.3) for quantized in QUANTIZATIONS[:3]]
        check(b, [one.append(b) for one in every])


def test_floats_far_out(rng: np.random.Generator) -> None:
    """Numbers whose products are infinite, and clipping at any bound."""
    b = GraphBuilder(seed=int(rng.integers(1 << 30)))
    every = [lstm(b, "float32", 2, 2, 3, 4, clip=clip) for clip in (0.0, 1e-6, 0.2, 1e9, float("inf"), -1.0)]
    outputs = [one.append(b) for one in every]
    scales = (1.0, 0.0, 1e-30, 1e20, 3e38, 1e10)
    with np.errstate(over="ignore"):
        cases = [[x * np.float32(scales[k % 6]) for x in case] for k, case in enumerate(random_cases(b, 30))]
    assert_equal(b, outputs, cases, kernels=("native",), tolerance=1e-5, passes=2)


def hybrid(b: GraphBuilder, batches: int, steps: int, depth: int, units: int, **options: Any) -> Lstm:  # noqa: ANN401
    """An LSTM of float32 with int8 weights."""
    one = lstm(b, "float32", batches, steps, depth, units, **options)
    for position in range(1, 9):
        shape = one.inputs[position].shape  # type: ignore[union-attr]
        values = b.rng.integers(-127, 128, shape).astype(np.int8)
        one.inputs[position] = b.constant(values, float(b.rng.uniform(0.005, 0.02)))
    one.options["asymmetric_quantize_inputs"] = bool(b.rng.random() < 0.5)
    return one


def test_dynamic_range_equals_litert(rng: np.random.Generator, full: bool) -> None:
    """Within a step of the hidden state's quantization (1/127) over 20 invocations: a difference of the last bit of a
    float may move an element of it to the next int8, in the next step too."""
    for _ in range(20 if full else 1):
        b = GraphBuilder(seed=int(rng.integers(1 << 30)))
        every = [hybrid(b, 1, 1, 1, 1), hybrid(b, 2, 3, 5, 6, time_major=True)]
        for k in range(6):
            sizes = (int(b.rng.integers(1, most)) for most in (4, 6, 18, 18))
            every.append(hybrid(b, *sizes, time_major=k % 2 == 0, clip=[0.0, 0.5, 4.0][k % 3]))
        model, cases = b.model([one.append(b) for one in every]), random_cases(b, 20)
        run = load(compile_model(model))
        differ = 0
        for case, wanted in zip(cases, run_oracle(model, cases, "litert"), strict=True):
            for got, want in zip(run(*case), wanted, strict=True):
                np.testing.assert_allclose(got, want, rtol=0, atol=1 / 127)
                differ += int((~np.isclose(got, want, rtol=1e-4, atol=1e-6)).sum())
        elements = len(cases) * sum(one.y.size for one in every)
        assert differ < elements / 20


def test_layers_in_a_row_intermediates_and_computed_weights(rng: np.random.Generator) -> None:
    """A stack; the converter's intermediates, which are not read; weights that another operator makes."""
    b = GraphBuilder(seed=int(rng.integers(1 << 30)))
    first, second = lstm(b, "int8", 2, 3, 5, 6), lstm(b, "int8", 2, 3, 6, 4)
    second.intermediates = [b.tensor((0,), "int16", Quantization((0.001,), (0,))) for _ in range(4)]
    second.intermediates.append(b.tensor((0,), "int8", Quantization((0.02,), (7,))))
    x = second.inputs[0]
    assert x is not None
    b.inputs.remove(x)
    second.inputs[0] = first.append(b)
    computed = lstm(b, "int16", 1, 2, 3, 3)
    weights = computed.inputs[6]
    assert weights is not None
    computed.inputs[6] = b.reshape(b.input(weights.shape, "int8", weights.scale, 0), weights.shape)
    check(b, [second.append(b), computed.append(b), first.y])


def test_refusals() -> None:
    b = GraphBuilder(seed=8)

    def said(changes: dict[int, Tensor | None], dtype: str = "int8", **options: Any) -> str:  # noqa: ANN401
        one = lstm(b, dtype, 1, 2, 3, 4)
        for position, tensor in changes.items():
            one.inputs[position] = tensor
        one.options.update(options)
        return refusal(b, one.append(b))

    vector = b.constant(np.zeros(4, np.int16), 0.1)
    assert "Found: peephole" in said({9: vector})
    assert "Found: projection" in said({16: vector})
    assert "Found: layer normalization" in said({20: vector})
    assert "no input 1, 5, 12" in said({1: None, 5: None, 12: None})
    assert "There are 24 inputs" in said_short(b)
    assert "is float32" in said({6: b.constant(np.zeros((4, 4), np.float32))})
    assert "is int32" in said({13: b.constant(np.zeros(4, np.int32), 0.1)}, "int16")
    assert "is int8" in said({19: b.variable((1, 4), "int8")})
    assert "biases [units]" in said({13: b.constant(np.zeros(5, np.int32), 0.1)})
    assert "states [batches, units]" in said({18: b.variable((2, 4), "int8")})
    assert "is none" in said({18: b.tensor((1, 4), "int8", Quantization((0.1,), (0,)), data=np.zeros((1, 4), np.int8))})
    assert "has 4 scales" in said({6: b.constant(np.zeros((4, 4), np.int8), [0.1] * 4, [0] * 4)})
    assert "has the zero point 3" in said({6: b.constant(np.zeros((4, 4), np.int8), 0.1, 3)})
    assert "at least 2^-30" in said({19: b.variable((1, 4), "int16", 5.0)})
    assert "less than 2^7" in said({6: b.constant(np.zeros((4, 4), np.int8), 1e4)}, "int16")
    assert "less than 2^30" in said({6: b.constant(np.zeros((4, 4), np.int8), 1e10)})
    assert "of the cell gate, is TANH" in said({}, fused_activation_function="RELU")
    weights = b.constant(np.zeros((4, 4), np.int8), 0.1)
    assert "is int8" in said({6: weights}, "float32")
    both = b.tensor((1, 4), "float32", is_variable=True)
    assert "is used twice" in said({18: both, 19: both}, "float32")


def said_short(b: GraphBuilder) -> str:
    """Of an operator with 20 inputs, as old converters wrote it."""
    one = lstm(b, "float32", 1, 2, 3, 4)
    del one.inputs[20:]
    return refusal(b, one.append(b))
