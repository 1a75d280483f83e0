"""ADD (int8: test_add.py), SUB, MUL, DIV, SQUARED_DIFFERENCE, MAXIMUM, MINIMUM, FLOOR_DIV and FLOOR_MOD equal
tflite-micro, and refuse what they must."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Array, Quantization, Tensor
from tests.builders import GraphBuilder

from .elementwise import ACTIVATIONS, SPECIAL, cases, operand, pairs, result
from .equality import assert_equal, refusal
from .windows import chosen, targets

FUSED = ("ADD", "SUB", "MUL", "DIV")
DTYPES = {
    "ADD": ("int8", "int16", "int32", "float32"),
    "SUB": ("int8", "int16", "int32", "float32"),
    "MUL": ("int8", "int16", "int32", "float32"),
    "SQUARED_DIFFERENCE": ("int8", "int16", "int32", "float32"),
    "MAXIMUM": ("int8", "int16", "int32", "int64", "float32"),
    "MINIMUM": ("int8", "int16", "int32", "int64", "float32"),
}


def output_quantization(b: GraphBuilder, type: str, x: Tensor, y: Tensor) -> Quantization | None:
    """A scale near that of the results, sometimes far from it."""
    if x.dtype not in ("int8", "int16"):
        return None
    larger = max(x.scale, y.scale)
    scale = {"MUL": x.scale * y.scale * 40, "SQUARED_DIFFERENCE": larger * larger * 40}.get(type, larger)
    zero_point = 0 if x.dtype == "int16" else int(b.rng.integers(-128, 128))
    return Quantization((float(np.float32(scale * b.rng.choice([0.05, 0.5, 1, 1.7, 2, 30]))),), (zero_point,))


def binary(b: GraphBuilder, type: str, dtype: str, shapes: tuple[list[int], list[int]], k: int = 6) -> Tensor:
    x, y = (operand(b, shape, dtype, constant=k % 7 == n) for n, shape in enumerate(shapes))
    options = {"fused_activation_function": ACTIVATIONS[b.rng.integers(0, 4)]} if type in FUSED else {}
    return result(b, type, (x, y), dtype, output_quantization(b, type, x, y), **options)


@pytest.mark.parametrize("type", DTYPES)
def test_every_type(type: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [
        binary(b, type, dtype, shapes, k)
        for dtype in DTYPES[type]
        for k, shapes in enumerate(pairs(rng, 60 if full else 12))
    ]
    assert_equal(b, outputs, cases(b, 6), kernels=("cmsis-nn", "native") if type in ("ADD", "MUL") else ("native",))


def test_every_pair_of_int8(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    shapes = [256, 1], [1, 256]
    outputs = [
        binary(b, type, "int8", shapes) for type in ("SUB", "SUB", "MUL", "SQUARED_DIFFERENCE") for _ in range(6)
    ]
    every = np.arange(-128, 128).astype(np.int8)
    assert_equal(b, outputs, [[every.reshape(x.shape) for x in b.inputs]], kernels=("native",))


@pytest.mark.parametrize("type", ["MAXIMUM", "MINIMUM"])
def test_which_extrema_are_of_cmsis_nn(type: str) -> None:
    """Upstream steps too far along a broadcast of single elements within images: two loops at most, as batches."""
    ours, upstream = f"cg_{type.lower()}_s8", f"arm_{type.lower()}_s8"
    for one, other, name in (
        ([2, 3, 4], [2, 3, 4], upstream),
        ([2, 3, 4], [1], upstream),
        ([2, 3, 4], [4], upstream),
        ([2, 3, 1], [2, 3, 4], upstream),
        ([2, 1], [1, 3], upstream),
        ([2, 1, 4], [2, 3, 1], ours),
        ([1, 3, 1], [2, 3, 4], ours),
    ):
        b = GraphBuilder()
        binary(b, type, "int8", (one, other))
        names = [chosen(b.operators[-1], target) for target in targets("mps2-an386")]
        assert names == [ours, ours, name, name], (one, other)


def test_int16_with_zero_points(rng: np.random.Generator) -> None:
    """tflite-micro computes ADD and SUB of int16 with zero points, whatever the specification says."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for type in ("ADD", "SUB"):
        for zero_points in ((5, -300, 0), (-32767, 32767, 100), (0, 0, -77)):
            x, y = (operand(b, [40], "int16", quantization=Quantization((0.25,), (zero,))) for zero in zero_points[:2])
            outputs.append(result(b, type, (x, y), "int16", Quantization((0.5,), (zero_points[2],))))
    assert_equal(b, outputs, cases(b, 5))


def test_floats_that_are_no_numbers(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    shapes = [len(SPECIAL), 1], [len(SPECIAL)]
    types = ("ADD", "SUB", "MUL", "DIV", "SQUARED_DIFFERENCE", "MAXIMUM", "MINIMUM")
    outputs = [binary(b, type, "float32", shapes) for type in types]
    assert_equal(b, outputs, [[SPECIAL.reshape(x.shape) for x in b.inputs]], kernels=("native",))


def nonzero(values: Array, fill: int = 1) -> Array:
    return np.where(values == 0, np.asarray(fill, values.dtype), values)


def test_quotients(rng: np.random.Generator, full: bool) -> None:
    """No divisor is 0: tflite-micro stops there, but for DIV of floats."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    kinds = (("DIV", "float32"), ("DIV", "int32"), ("FLOOR_DIV", "float32"), ("FLOOR_MOD", "float32"))
    outputs = [binary(b, type, dtype, shapes) for type, dtype in kinds for shapes in pairs(rng, 60 if full else 12)]
    divisors = {op.input(1) for op in b.operators}
    given = [[nonzero(v) if x in divisors else v for x, v in zip(b.inputs, case, strict=True)] for case in cases(b, 6)]
    for case in given:  # -2^31 / -1 stops the reference too
        case[:] = [np.maximum(v, -(2**31) + 1) if v.dtype == np.int32 else v for v in case]
    assert_equal(b, outputs, given, kernels=("native",))


def test_div_of_int8(rng: np.random.Generator, full: bool) -> None:
    """Equal wherever the reference's shifts are within 31 bits; beyond, where C leaves them undefined and x86 gives
    garbage, within one of the quotient."""
    from codegen.api import compile_model  # noqa: PLC0415
    from codegen.host import load  # noqa: PLC0415
    from codegen.oracle import run_oracle  # noqa: PLC0415

    every = np.arange(-128, 128)
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(60 if full else 12):
        x = b.input((256, 1), scale=float(10 ** rng.uniform(-4, 1)), zero_point=int(rng.integers(-128, 128)))
        y = b.input((1, 256), scale=float(10 ** rng.uniform(-4, 1)), zero_point=int(rng.integers(-128, 128)))
        scale = x.scale / y.scale * float(rng.choice([0.001, 0.01, 0.1, 1, 20]))
        activation = ACTIVATIONS[k % 4 if k % 3 == 0 else 0]
        outputs.append(b.binary("DIV", x, y, activation, scale=scale, zero_point=int(rng.integers(-128, 128))))
    case = []
    for x in b.inputs:
        values = every if x.shape[1] == 1 else np.where(every == x.zero_point, (every + 1) % 128, every)
        case.append(values.astype(np.int8).reshape(x.shape))
    model = b.model(outputs)
    (wanted,) = run_oracle(model, [case])
    found = load(compile_model(model, kernels="native"))(*case)
    equal = 0
    for k, (y, got, want) in enumerate(zip(outputs, found, wanted, strict=True)):
        first, second = b.inputs[2 * k : 2 * k + 2]
        factor = first.scale / (second.scale * y.scale)
        a, d = np.broadcast_arrays(
            case[2 * k].astype(np.int64) - first.zero_point, case[2 * k + 1].astype(np.int64) - second.zero_point
        )
        # The exponent of the last shift, as the reference computes it.
        significant = np.frexp(np.abs(d).astype(float))[1] - 1
        below_sign = np.where(a * np.sign(d) < 0, ~(a * np.sign(d)), a * np.sign(d))
        headroom = 31 - np.frexp(below_sign.astype(float))[1]
        defined = significant + headroom - np.frexp(factor)[1] <= 30
        equal += int(defined.sum())
        bad = defined & (got != want)
        assert not bad.any(), (y.name, a[bad][:5], d[bad][:5], got[bad][:5], want[bad][:5])
        if b.operators[k].option("fused_activation_function") == "NONE":
            exact = np.clip(a / d * factor + y.zero_point, -128, 127)
            assert np.abs(got - exact).max() < 1.01, y.name
    assert equal > 65536


def test_div_by_zero_is_defined() -> None:
    from codegen.api import compile_model  # noqa: PLC0415
    from codegen.host import load  # noqa: PLC0415

    b = GraphBuilder(0)
    x, y = b.input((3,), "int32"), b.input((3,), "int32")
    p, q = b.input((2,), zero_point=0), b.input((2,), zero_point=7)
    outputs = [result(b, "DIV", (x, y), "int32"), b.binary("DIV", p, q, scale=1.0, zero_point=-3)]
    model = load(compile_model(b.model(outputs)))
    int32 = np.array([5, -(2**31), 7], np.int32), np.array([0, -1, -2], np.int32)
    quotients, quantized = model(*int32, np.array([100, -100], np.int8), np.array([7, 7], np.int8))
    assert quotients.tolist() == [0, -(2**31), -3]
    assert quantized.tolist() == [-3, -3]


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, n = b.input((1, 2), scale=1.0), b.input((1, 2), "int32")
    wide = b.input((1, 2), "int16", scale=1.0, zero_point=3)
    assert x.quantization
    for type in ("SUB", "MUL", "DIV", "SQUARED_DIFFERENCE", "MAXIMUM", "MINIMUM", "FLOOR_DIV", "FLOOR_MOD"):
        y = b.one(type, [x, b.input((1, 3))], (1, 3), x.quantization)
        assert "[1, 2] and [1, 3] and [1, 3]" in refusal(b, y)
        assert "Found: 1 input of 2, 1 output" in refusal(b, b.one(type, [x, None], (1, 2), x.quantization))
        assert "int8/int32/int8" in refusal(b, b.one(type, [x, n], (1, 2), x.quantization))
    for type in ("SUB", "MUL", "DIV"):
        assert "Found: TANH" in refusal(b, b.binary(type, x, x, "TANH", scale=1.0))
    assert "2^-19 times" in refusal(b, b.binary("SUB", x, x, scale=1e-9))
    assert "2^30 times the output scale" in refusal(b, b.binary("MUL", x, x, scale=1e-12))
    assert "2^30 times the output scale" in refusal(b, b.one("SQUARED_DIFFERENCE", [x, x], (1, 2), tiny()))
    assert "less than 2^22 times" in refusal(b, b.binary("DIV", x, x, scale=1e-9))
    for type in ("MUL", "SQUARED_DIFFERENCE"):
        y = b.one(type, [wide, wide], (1, 2), wide.quantization, "int16")
        assert "zero points of int16 tensors are 0. Found: [3, 3, 3]" in refusal(b, y)
    scaled = b.input((1, 2), "int32", scale=0.5)
    for type in ("ADD", "SUB", "DIV"):
        assert "int32 tensors are not quantized" in refusal(b, b.one(type, [scaled, n], (1, 2), dtype="int32"))


def tiny() -> Quantization:
    return Quantization((1e-20,), (0,))
