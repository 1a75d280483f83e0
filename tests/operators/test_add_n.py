"""ADD_N equals tflite-micro over counts, shapes, scales and types, and refuses what it must."""

from __future__ import annotations

import numpy as np

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder

from .elementwise import cases, operand, random_quantization
from .equality import assert_equal, refusal


def add_n(b: GraphBuilder, dtype: str, count: int, k: int) -> Tensor:
    shape = b.rng.integers(1, 6, b.rng.integers(0, 5)).tolist()
    quantization = random_quantization(b, dtype)
    inputs = [operand(b, shape, dtype, constant=k % 5 == n, quantization=quantization) for n in range(count)]
    if k % 4 == 0:
        inputs[1] = inputs[0]
    output = None
    if quantization:
        scale = float(np.float32(quantization.scales[0] * b.rng.choice([0.2, 1, 2, 5])))
        output = Quantization((scale,), (int(b.rng.integers(-128, 128)),))
    return b.one("ADD_N", inputs, shape, output, dtype)


def test_add_n(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    counts = rng.choice([2, 2, 3, 4, 7, 40], 200 if full else 30).tolist()
    outputs = [add_n(b, ("int8", "float32")[k % 2], count, k) for k, count in enumerate(counts)]
    unused = [x for x in b.inputs if not any(x in op.inputs for op in b.operators)]
    b.inputs = [x for x in b.inputs if x not in unused]
    assert_equal(b, outputs, cases(b, 6), kernels=("native",))


def test_an_input_computed_in_place_of_another(rng: np.random.Generator) -> None:
    """Sums of sums: the memory of an operand must last until its own call."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    q = Quantization((0.1,), (5,))
    x = [operand(b, [33], "int8", quantization=q) for _ in range(3)]
    first = b.one("ADD_N", x, (33,), q)
    second = b.one("ADD_N", [first, x[0], x[2], first], (33,), q)
    assert_equal(b, [b.one("ADD_N", [x[1], second, first], (33,), q)], cases(b, 5), kernels=("native",))


def test_refusals() -> None:
    b = GraphBuilder(0)
    q = Quantization((0.1,), (5,))
    x, other = operand(b, [2], "int8", quantization=q), b.input((2,), scale=0.2, zero_point=5)
    wide, longer = b.input((2,), "int16"), operand(b, [3], "int8", quantization=q)
    assert "Found: 1 inputs" in refusal(b, b.one("ADD_N", [x], (2,), q))
    assert "Found: 0.1, 5 and 0.2, 5" in refusal(b, b.one("ADD_N", [x, other], (2,), q))
    assert "Found: int8, int16" in refusal(b, b.one("ADD_N", [x, wide], (2,), q))
    assert "[2] and [3]" in refusal(b, b.one("ADD_N", [x, longer], (2,), q))
    assert "2^-19 times" in refusal(b, b.one("ADD_N", [x, x], (2,), Quantization((1e-9,), (0,))))
