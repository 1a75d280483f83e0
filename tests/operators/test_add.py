"""ADD equals tflite-micro over shapes, broadcasts, scales and activations, and refuses what it must."""

from __future__ import annotations

import numpy as np

from codegen.graph import Tensor
from codegen.operators._affine import affine_form, reference
from codegen.operators._shapes import broadcast_loops
from codegen.operators.add import is_elementwise
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, random_values, refusal

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")


def random_shapes(rng: np.random.Generator, rank: int) -> tuple[list[int], list[int]]:
    """Two shapes that broadcast: dimensions of 1 and missing ones at random."""
    shape = rng.integers(1, 5, rank).tolist()
    shapes = []
    for _ in range(2):
        one = [1 if rng.random() < 0.3 else size for size in shape]
        shapes.append(one[int(rng.integers(0, rank + 1)) :] if rng.random() < 0.3 else one)
    return shapes[0], shapes[1]


def operand(b: GraphBuilder, shape: list[int], *, constant: bool) -> Tensor:
    """A tensor with a scale of any size and any zero point."""
    scale, zero_point = float(10.0 ** b.rng.uniform(-4, 1)), int(b.rng.integers(-128, 128))
    if not constant:
        return b.input(shape, scale=scale, zero_point=zero_point)
    return b.constant(b.rng.integers(-128, 128, shape).astype(np.int8), scale, zero_point)


def add(b: GraphBuilder, x1: Tensor, x2: Tensor) -> Tensor:
    """ADD with an output scale near the inputs' and any activation."""
    scale = max(x1.scale, x2.scale) * float(b.rng.choice([0.05, 0.5, 1, 1, 2, 30]))
    activation = ACTIVATIONS[b.rng.integers(0, 4)]
    return b.add(x1, x2, activation, scale=scale, zero_point=int(b.rng.integers(-128, 128)))


def test_same_shape(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(300 if full else 40):
        shape = rng.integers(1, 8, rng.integers(0, 7)).tolist()
        x1 = operand(b, shape, constant=k % 7 == 0)
        x2 = x1 if k % 5 == 1 else operand(b, shape, constant=k % 7 == 3)
        outputs.append(add(b, x1, x2))
    assert_equal(b, outputs, random_cases(b, 8))


def test_broadcast(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(300 if full else 50):
        shapes = random_shapes(rng, int(rng.integers(1, 7)))
        x1, x2 = (operand(b, shape, constant=k % 6 == n) for n, shape in enumerate(shapes))
        outputs.append(add(b, x1, x2))
    assert sum(not is_elementwise(op) for op in b.operators) > len(outputs) // 3
    assert_equal(b, outputs, random_cases(b, 6))


def test_every_pair_of_values(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x1, x2 = b.input((256, 1), scale=0.071), b.input((1, 256), scale=0.032)
    every = np.arange(-128, 128).astype(np.int8)
    assert_equal(b, [add(b, x1, x2) for _ in range(8)], [[every.reshape(256, 1), every.reshape(1, 256)]])


def test_loops_are_as_few_as_possible() -> None:
    assert len(broadcast_loops((1, 4, 4, 8), (8,))) == 2
    assert len(broadcast_loops((1, 4, 4, 8), (1, 4, 4, 1))) == 2
    assert len(broadcast_loops((2, 3, 4), ())) == 1
    assert broadcast_loops((1, 5), (5,)) == [(5, 1, 1)]
    assert broadcast_loops((), ()) == [(1, 1, 1)]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 2), scale=1.0)
    assert x.quantization
    y = b.one("ADD", [x, b.input((1, 3))], (1, 3), x.quantization)
    assert "[1, 2] and [1, 3] and [1, 3]" in refusal(b, y)
    assert "2^-19 times" in refusal(b, b.add(x, x, scale=1e-9))
    assert "Found: TANH" in refusal(b, b.add(x, x, "TANH"))
    assert "Found: 1 input of 2, 1 output" in refusal(b, b.one("ADD", [x, None], (1, 2), x.quantization))
    assert "int8/int8/int16" in refusal(b, b.one("ADD", [x, x], (1, 2), x.quantization, "int16"))
    assert "has none" in refusal(b, b.one("ADD", [x, x], (1, 2), None))
    seven = b.input((2,) * 7), b.input((2, 1, 2, 1, 2, 1, 2))
    assert "7 dimensions" in refusal(b, b.add(*seven))


def test_values_cover_their_kinds(rng: np.random.Generator) -> None:
    x = GraphBuilder(1).input((64,), zero_point=3)
    assert len({random_values(rng, x).tobytes() for _ in range(20)}) > 10


def test_one_affine_form_for_every_pair_of_inputs(rng: np.random.Generator, full: bool) -> None:
    """The reference in numpy, which forms are compared with at compile time, is tflite-micro's, and so are forms."""
    found = 0
    every = np.arange(-128, 128, dtype=np.int8)
    pairs = np.repeat(every, 256).reshape(1, -1), np.tile(every, 256).reshape(1, -1)
    for _ in range(40 if full else 4):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        scales = 10.0 ** b.rng.uniform(-0.7, 0.7, 2)
        x1, x2 = (b.input((1, 65536), scale=float(s), zero_point=int(b.rng.integers(-128, 128))) for s in scales)
        outputs = []
        for type_ in ("ADD", "SUB"):
            out = dict(scale=float(b.rng.uniform(0.6, 3) * scales.max()), zero_point=int(b.rng.integers(-128, 128)))
            outputs.append(b.binary(type_, x1, x2, str(b.rng.choice(ACTIVATIONS)), **out))
        expected = run_oracle(b.model(outputs), [pairs])[0]
        for op, wanted, sign in zip(b.operators, expected, (1, -1), strict=True):
            assert np.array_equal(reference(op, sign).reshape(-1), wanted.reshape(-1))
            found += affine_form(op, sign) is not None
        assert_equal(b, outputs, [pairs], kernels=("native",))
    assert found >= 4
