"""TFLM_DECODE: what is decoded at compile time equals what tflite-micro decodes when it runs."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Quantization, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import assert_equal, refusal

DTYPES = ("bool", "float32", "int8", "int16", "int32", "int64")


@pytest.fixture
def b(rng: np.random.Generator) -> GraphBuilder:
    return GraphBuilder(int(rng.integers(1 << 31)))


def packed(bits: Array) -> Array:
    """Bits as bytes, first bit highest, filled up to whole words."""
    data = np.packbits(bits.astype(np.uint8))
    return np.concatenate([data, np.zeros(-data.size % 4, np.uint8)])


def index_bits(indices: Array, width: int) -> Array:
    return (indices.reshape(-1, 1) >> np.arange(width)[::-1]) & 1


def header(form: int, *parameters: int) -> bytes:
    return bytes([form, 1, 0, 0, 1, *parameters, *[0] * (11 - len(parameters))])


def some(rng: np.random.Generator, dtype: str, count: int) -> Array:
    if dtype == "float32":
        return rng.normal(0, 1, count).astype(np.float32)
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(np.bool_)
    ends = np.iinfo(dtype)
    return rng.integers(ends.min, ends.max, count, np.dtype(dtype), endpoint=True)


def quantization(rng: np.random.Generator, shape: tuple[int, ...], kind: int, *, zeros: bool) -> Quantization | None:
    """None, one scale, or one for each position of the first (2) or the last (3) axis."""
    if kind == 0:
        return None
    axis = len(shape) - 1 if kind == 3 else 0
    count = 1 if kind == 1 else shape[axis]
    points = rng.integers(-128, 128, count) if zeros else np.zeros(count, int)
    return Quantization(tuple([0.5] * count), tuple(map(int, points)), axis if count > 1 else 0)


def decode(b: GraphBuilder, pairs: list[tuple[Array, bytes, Tensor]]) -> list[Tensor]:
    inputs = [b.constant(data) for bits, ancillary, _ in pairs for data in (bits, np.frombuffer(ancillary, np.uint8))]
    outputs = [y for _, _, y in pairs]
    b.operator("TFLM_DECODE", inputs, *outputs, custom_options=b"")
    return outputs


def lut(b: GraphBuilder, dtype: str, shape: tuple[int, ...], width: int, kind: int) -> tuple[Array, bytes, Tensor]:
    how = quantization(b.rng, shape, kind, zeros=dtype == "int8")
    channels = len(how.scales) if how else 1
    stride = int(b.rng.integers(1, (1 << width) + 1))
    indices = b.rng.integers(0, stride, int(np.prod(shape)))
    table = some(b.rng, dtype, stride * channels)
    return packed(index_bits(indices, width)), header(0, width, stride) + table.tobytes(), b.tensor(shape, dtype, how)


def pruned(b: GraphBuilder, dtype: str, shape: tuple[int, ...], kind: int) -> tuple[Array, bytes, Tensor]:
    how = quantization(b.rng, shape, kind, zeros=dtype == "int8")
    kept = b.rng.random(int(np.prod(shape))) < b.rng.random()
    table = some(b.rng, dtype, max(int(kept.sum()), 1))
    return packed(kept), header(2) + table.tobytes(), b.tensor(shape, dtype, how)


Codes = dict[int, str]


def random_codes(rng: np.random.Generator, symbols: list[int], longest: int) -> Codes:
    """A code of no symbol begins with that of another: leaves of a tree that is split at random."""
    leaves = ["0", "1"]
    while len(leaves) < len(symbols):
        open_ = [leaf for leaf in leaves if len(leaf) < longest]
        leaf = open_[int(rng.integers(0, len(open_)))]
        leaves.remove(leaf)
        leaves += [leaf + "0", leaf + "1"]
    return dict(zip(symbols, leaves, strict=False))


def huffman_tables(codes: Codes, first: int, step: int, *, wide: bool) -> list[int]:
    """The first table of 2^first entries, behind it one of 2^step for what is longer, and so on."""
    found, shift = (1 << 31, 27) if wide else (1 << 15, 11)
    mask = (1 << 16) - 1 if wide else 0xFF
    entries: list[int] = [0] * (1 << first)

    def fill(start: int, bits: int, some_codes: Codes) -> None:
        deeper: dict[int, Codes] = {}
        for symbol, code in some_codes.items():
            if len(code) <= bits:
                low = int(code.ljust(bits, "0"), 2)
                for k in range(1 << (bits - len(code))):
                    entries[start + low + k] = found | len(code) << shift | symbol & mask
            else:
                deeper.setdefault(int(code[:bits], 2), {})[symbol] = code[bits:]
        for place, rest in deeper.items():
            offset = len(entries) - (start + place)
            entries[start + place] = (step - 1) << shift | offset
            entries.extend([0] * (1 << step))
            fill(start + place + offset, step, rest)

    fill(0, first, codes)
    return entries


def huffman(b: GraphBuilder, dtype: str, shape: tuple[int, ...], *, wide: bool) -> tuple[Array, bytes, Tensor]:
    ends = np.iinfo(dtype)
    symbols = np.unique(b.rng.integers(ends.min, ends.max + 1, int(b.rng.integers(2, 60)))).tolist()
    symbols = symbols if len(symbols) > 1 else [0, 1]
    first, step = int(b.rng.integers(1, 7)), int(b.rng.integers(1, 5))
    codes = random_codes(b.rng, symbols, int(b.rng.integers(7, 13)))
    values = b.rng.choice(symbols, int(np.prod(shape)))
    bits = np.array([int(bit) for value in values for bit in codes[int(value)]])
    table = huffman_tables(codes, first, step, wide=wide)
    words = struct.pack(f"<{len(table)}{'I' if wide else 'H'}", *table)
    return packed(bits), header(1, (first - 1) << 4 | int(wide)) + words, b.tensor(shape, dtype)


def random_shape(rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(n) for n in rng.integers(1, 12, int(rng.integers(1, 4))))


def check(b: GraphBuilder, pairs: list[tuple[Array, bytes, Tensor]]) -> None:
    """Several outputs of one operator, and operators of one output; an input, for the interpreter wants one."""
    outputs: list[Tensor] = []
    while pairs:
        count = int(b.rng.integers(1, 4))
        outputs += decode(b, pairs[:count])
        pairs = pairs[count:]
    x = b.input((1, 4))
    outputs.append(b.add(x, x))
    model = b.model(outputs)
    case = [np.arange(4, dtype=np.int8).reshape(1, 4)]
    (expected,) = run_oracle(model, [case])
    for tensor, got, want in zip(outputs, load(compile_model(model))(*case), expected, strict=True):
        np.testing.assert_array_equal(got.reshape(-1), want.reshape(-1), f"{tensor.dtype} {tensor.shape}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_lut(b: GraphBuilder, dtype: str, full: bool) -> None:
    count = 84 if full else 21
    check(b, [lut(b, dtype, random_shape(b.rng), 1 + k % 7, int(b.rng.integers(0, 4))) for k in range(count)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_prune(b: GraphBuilder, dtype: str, full: bool) -> None:
    check(b, [pruned(b, dtype, random_shape(b.rng), k % 4) for k in range(60 if full else 12)])


@pytest.mark.parametrize(("dtype", "wide"), [("int8", False), ("int8", True), ("int16", True)])
def test_huffman(b: GraphBuilder, dtype: str, wide: bool, full: bool) -> None:
    check(b, [huffman(b, dtype, random_shape(b.rng), wide=wide) for _ in range(60 if full else 15)])


def test_compressed_weights(b: GraphBuilder) -> None:
    """Kernels see the decoded weights as constants: sums, packing and all."""
    x = b.input((3, 20), scale=0.1, zero_point=4)
    outputs = []
    for form in ("lut", "prune"):
        w = b.weights((9, 20), 0)
        pair = lut(b, "int8", (9, 20), 3, 0) if form == "lut" else pruned(b, "int8", (9, 20), 0)
        plain = b.tensor((9, 20), "int8", w.quantization)
        (weights,) = decode(b, [(pair[0], pair[1], plain)] if form == "prune" else [lut_of(b, plain)])
        bias = b.constant(b.rng.integers(-900, 900, 9).astype(np.int32), [x.scale * s for s in w.quantization.scales])  # type: ignore[union-attr]
        outputs.append(
            b.one("FULLY_CONNECTED", [x, weights, bias], (3, 9), Quantization((0.3,), (2,)), keep_num_dims=False)
        )
    cases = [[b.rng.integers(-128, 128, (3, 20)).astype(np.int8)] for _ in range(3)]
    assert_equal(b, outputs, cases)


def lut_of(b: GraphBuilder, y: Tensor) -> tuple[Array, bytes, Tensor]:
    """4-bit indices into 16 weights of each channel."""
    channels = y.shape[0]
    table = b.rng.integers(-127, 128, 16 * channels).astype(np.int8)
    return packed(index_bits(b.rng.integers(0, 16, y.size), 4)), header(0, 4, 16) + table.tobytes(), y


def test_refusals(b: GraphBuilder) -> None:
    y = b.tensor((4,), "int8")

    def said(bits: Array, ancillary: bytes, out: Tensor = y) -> str:
        decode(b, [(bits, ancillary, out)])
        return refusal(b, out)

    word = np.zeros(4, np.uint8)
    assert "Found: 3 bytes of ancillary data" in said(word, b"\0\1\0")
    assert "Found: form 127" in said(word, header(127) + bytes(16))
    assert "Found: versions 1 and 2" in said(word, bytes([0, 1, 0, 0, 2]) + bytes(11))
    assert "indices of 0 bits" in said(word, header(0, 0, 4) + bytes(16))
    assert "Found: index 7 of 3 values" in said(np.full(4, 255, np.uint8), header(0, 3, 3) + bytes(3))
    assert "Found: 4 values of 1" in said(np.full(4, 255, np.uint8), header(2) + bytes(1))
    assert "Found: 4 bytes where 640 bits are needed" in said(word, header(2) + bytes(1), b.tensor((640,), "int8"))
    assert "Huffman table of 16 bits" in said(word, header(1, 0) + bytes(8), b.tensor((4,), "int16"))
    assert "leads out of the table" in said(word, header(1, 0) + bytes(8))
    assert "Found: uint8 output" in said(word, header(0, 1, 2) + bytes(8), b.tensor((4,), "uint8"))
    wrong = b.tensor((4,), "int16", Quantization((0.5,), (3,)))
    assert "Found: zero point 3 of int16" in said(word, header(2) + bytes(8), wrong)
    middle = b.tensor((2, 2, 2), "int8", Quantization((0.5, 0.5), (0, 0), 1))
    assert "Found: scales along axis 1" in said(word, header(0, 1, 2) + bytes(8), middle)
    computed = b.input((4,))
    b.operator("TFLM_DECODE", [computed, b.constant(word)], y, custom_options=b"")
    assert "2 inputs, 1 of them not constant, 1 outputs" in refusal(b, y)


def test_a_command_stream_for_an_npu_is_refused(b: GraphBuilder) -> None:
    y = b.tensor((4,), "int8")
    b.operator("ethos-u", [b.input((4,))], y, custom_options=b"\x01\x04\x01")
    assert "compiled for an Ethos-U NPU is a command stream" in refusal(b, y)
