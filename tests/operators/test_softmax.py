"""SOFTMAX equals tflite-micro over row sizes, scales and betas, and refuses what it must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.graph import Quantization
from codegen.operators.softmax import exp_table
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal


def test_softmax(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(400 if full else 60):
        row = int(rng.choice([1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 17, 31, 100, 255, 511]))
        shape = [*rng.integers(1, 4, rng.integers(0, 4)).tolist(), row]
        scale = float(10.0 ** rng.uniform(-5, 2))
        beta = float(rng.choice([1.0, 0.5, 3.7, 0.01, 20.0])) if k % 2 else 1.0
        outputs.append(b.softmax(b.input(shape, scale=scale, zero_point=int(rng.integers(-128, 128))), beta))
    assert_equal(b, outputs, random_cases(b, 12))


def test_rows_of_512_and_more(rng: np.random.Generator) -> None:
    """Upstream divides by 2^32 where 512 elements are equal; there tflite-micro aborts, so inputs are spread."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [b.softmax(b.input((2, row), scale=0.1)) for row in (512, 1000, 4095)]
    cases = [[rng.integers(-128, 128, x.shape).astype(np.int8) for x in b.inputs] for _ in range(4)]
    assert_equal(b, outputs, cases)


def random_row(rng: np.random.Generator) -> list[int]:
    row = int(rng.choice([1, 2, 3, 7, 8, 9, 10, 31, 100, 255, 700]))
    return [*rng.integers(1, 4, int(rng.integers(0, 4))).tolist(), row]


def random_beta(rng: np.random.Generator) -> float:
    return float(np.float32(rng.choice([1.0, 1.0, 0.5, 3.7, 0.01, 20.0])))


def test_float(rng: np.random.Generator, full: bool) -> None:
    """Equal to the last bit; a row with an infinite or unknown element is neither."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(200 if full else 40):
        x = b.input(random_row(rng), "float32")
        outputs.append(b.one("SOFTMAX", [x], x.shape, dtype="float32", beta=random_beta(rng)))
    special = b.input((8, 3), "float32")
    outputs.append(b.one("SOFTMAX", [special], special.shape, dtype="float32", beta=1.0))
    cases = random_cases(b, 6)
    for case in cases:
        case[-1] = rng.choice([0.0, 1.0, -np.inf, np.inf, np.nan, -3e38, 3e38], (8, 3)).astype(np.float32)
    assert_equal(b, outputs, cases, kernels=("native",))


def test_int8_to_int16(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(200 if full else 40):
        x = b.input(random_row(rng), scale=float(10.0 ** rng.uniform(-5, 2)))
        quantization = Quantization((float(np.float32((1 / 65536) * (1.0005 if k % 5 == 0 else 1))),), (-32768,))
        outputs.append(b.one("SOFTMAX", [x], x.shape, quantization, "int16", beta=random_beta(rng)))
    outputs.append(b.one("SOFTMAX", [b.input((3, 4095))], (3, 4095), quantization, "int16", beta=1.0))
    assert_equal(b, outputs, random_cases(b, 12))


def test_int16(rng: np.random.Generator, full: bool) -> None:
    """Scales from where all elements are alike to where only the greatest counts and differences overflow."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(200 if full else 60):
        x = b.input(random_row(rng), "int16", float(np.float32(10.0 ** rng.uniform(-8, 2))))
        outputs.append(b.softmax(x, random_beta(rng)))
    outputs.append(b.softmax(b.input((4,), "int16", 1e-4), 0.0))
    assert_equal(b, outputs, random_cases(b, 12))


def test_sums_of_int16_that_round_beyond_the_table() -> None:
    """9 elements whose exponentials add up to 2^18 - 1: upstream's 16 bits overflow there, ours and the reference's
    do not."""
    table = exp_table().astype(int)
    positions = 32767 - np.arange(3000)
    steps, parts = 256 + (positions >> 7), positions & 0x7F
    exps = table[steps] + ((table[steps + 1] - table[steps]) * parts + 64 >> 7)
    rest = 2**18 - 1 - exps[0]
    counts = ((a, b, np.flatnonzero(exps == rest - 4 * exps[a] - 3 * exps[b])) for a in range(3000) for b in range(99))
    first, second, third = next((a, b, int(c[0])) for a, b, c in counts if c.size)
    row = np.array([0, *[-first] * 4, *[-second] * 3, -third])
    assert exps[-row].sum() == 2**18 - 1

    b = GraphBuilder(0)
    x = b.input((1, 9), "int16", float(np.float32(10 / 65535)))
    assert_equal(b, [b.softmax(x)], [[row.reshape(1, 9).astype(np.int16)]])


@pytest.mark.parametrize(
    ("shape", "scale", "beta", "output", "sentence"),
    [
        ((1, 4096), 0.1, 1.0, (1 / 256, -128), "of int8 at most 4095"),
        ((1, 10), 0.1, 1.0, (1 / 128, -128), "The output of int8 has scale 1/256 and zero point -128 as int8"),
        ((1, 10), 0.1, 1.0, (1 / 256, 0), "Found: scale 0.00390625, zero point 0"),
        ((1, 10), 0.1, 0.0, (1 / 256, -128), "For int8, beta * input scale is more than 2^-26. Found: beta 0"),
        ((1, 10), 0.1, -1.0, (1 / 256, -128), "For int8, beta * input scale is more than 2^-26. Found: beta -1"),
    ],
)
def test_refusals(shape: tuple[int, int], scale: float, beta: float, output: tuple[float, int], sentence: str) -> None:
    b = GraphBuilder(0)
    x = b.input(shape, scale=scale)
    y = b.one("SOFTMAX", [x], shape, Quantization((output[0],), (output[1],)), beta=beta)
    with pytest.raises(CodegenError) as refused:
        compile_model(b.model([y]))
    assert sentence in str(refused.value)


def test_refusals_of_other_types() -> None:
    b = GraphBuilder(0)
    x, wide = b.input((1, 10), scale=0.1), b.input((1, 10), "int16", 0.1)
    half = Quantization((1 / 32768,), (0,))
    assert "1/65536 and -32768" in refusal(b, b.one("SOFTMAX", [x], (1, 10), half, "int16", beta=1.0))
    shifted = b.input((1, 10), "int16", 0.1, 4)
    assert "An int16 input has the zero point 0. Found: 4" in refusal(b, b.softmax(shifted))
    wrong = b.one("SOFTMAX", [wide], (1, 10), Quantization((1 / 30000,), (0,)), "int16", beta=1.0)
    assert "of int16 has 1/32768 and 0. Found: scale 3.3" in refusal(b, wrong)
    assert "less than 2^18. Found: beta -1" in refusal(b, b.softmax(wide, -1.0))
    assert "beta is a number. Found: beta inf" in refusal(b, b.softmax(wide, float("inf")))
    assert "and of int16 65535" in refusal(b, b.softmax(b.input((65536,), "int16", 0.1)))
    assert "float32 or int8 or int16" in refusal(b, b.one("SOFTMAX", [wide], (1, 10), x.quantization))
    assert "at least 1 element" in refusal(b, b.softmax(b.input((), scale=0.1)))
