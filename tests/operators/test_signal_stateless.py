"""The signal operators that keep nothing equal tflite-micro, bit for bit, floats too."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from flatbuffers import flexbuffers

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.graph import Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import assert_equal, refusal
from .signals import SCHEMA_TYPES, any_cases, custom, plain, plain_input


@pytest.fixture
def b(rng: np.random.Generator) -> GraphBuilder:
    return GraphBuilder(int(rng.integers(1 << 31)))


def check(b: GraphBuilder, outputs: list[Tensor], cases: int) -> None:
    assert_equal(b, outputs, any_cases(b, cases), kernels=("auto",))


# ---------------------------------------------------------------------------------------------------- elementwise
def test_window(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for _ in range(60 if full else 15):
        outer = [int(n) for n in b.rng.integers(1, 4, int(b.rng.integers(0, 3)))]
        size = int(b.rng.integers(1, 20))
        x = plain_input(b, "int16", *outer, size)
        if b.rng.random() < 0.5:
            window = b.constant(b.rng.integers(-(1 << 15), 1 << 15, size, np.int16))
        else:
            window = plain_input(b, "int16", size)
        options = {"shift": int(b.rng.integers(0, 32))}
        outputs.append(custom(b, "SignalWindow", [x, window], [plain(b, "int16", *x.shape)], **options))
    check(b, outputs, 4)


def test_energy(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for _ in range(40 if full else 10):
        count = int(b.rng.integers(1, 20))
        x = plain_input(b, "int16", 2 * (count + int(b.rng.integers(0, 2))))
        outputs.append(custom(b, "SignalEnergy", [x], [plain(b, "uint32", count)], start_index=0, end_index=count))
    check(b, outputs, 6)


def test_energies_outside_of_the_range_are_zero(b: GraphBuilder) -> None:
    """TFLite Micro leaves there what lay in its arena before: only the range can be compared."""
    x = plain_input(b, "int16", 20)
    model = b.model([custom(b, "SignalEnergy", [x], [plain(b, "uint32", 10)], start_index=3, end_index=7)])
    cases = any_cases(b, 8)
    run = load(compile_model(model))
    for case, (want,) in zip(cases, run_oracle(model, cases), strict=True):
        got = run(*case)[0]
        np.testing.assert_array_equal(got[3:7], want[3:7])
        assert not got[:3].any()
        assert not got[7:].any()


def test_fft_auto_scale(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for _ in range(40 if full else 10):
        count = int(b.rng.integers(1, 12))
        y = [plain(b, "int16", count), plain(b, "int32")]
        custom(b, "SignalFftAutoScale", [plain_input(b, "int16", count)], y)
        outputs += y
    cases = any_cases(b, 12)
    for case in cases[6:]:
        for x in case:
            x[b.rng.integers(0, x.size)] = -(1 << 15)
    assert_equal(b, outputs, cases, kernels=("auto",))


def filter_bank(b: GraphBuilder, *, mirrored: bool) -> Tensor:
    """Channels of random widths, some of them empty; mirrored: weights and unweights add up to 4096, as in practice."""
    channels, bins = int(b.rng.integers(1, 9)), int(b.rng.integers(5, 40))
    widths = b.rng.integers(0, 5, channels + 1)
    starts = b.rng.integers(0, bins - 4, channels + 1)
    weight_starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    total = max(int(widths.sum()), 1)
    weights = b.rng.integers(0, 4097, total) if mirrored else b.rng.integers(-(1 << 15), 1 << 15, total)
    unweights = 4096 - weights if mirrored else b.rng.integers(-(1 << 15), 1 << 15, total)
    tables = [b.constant(t.astype(np.int16)) for t in (weights, unweights, starts, weight_starts, widths)]
    inputs = [plain_input(b, "uint32", bins), *tables]
    return custom(b, "SignalFilterBank", inputs, [plain(b, "uint64", channels)], num_channels=channels)


def test_filter_bank(b: GraphBuilder, full: bool) -> None:
    check(b, [filter_bank(b, mirrored=k % 2 == 0) for k in range(40 if full else 12)], 5)


def test_filter_bank_log(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for _ in range(40 if full else 12):
        count = int(b.rng.integers(1, 40))
        scale = int(b.rng.choice([1600, 1, 0, -1, (1 << 31) - 1, -(1 << 31), int(b.rng.integers(1, 1 << 20))]))
        options = {"input_correction_bits": int(b.rng.integers(0, 32)), "output_scale": scale}
        x = plain_input(b, "uint32", count)
        outputs.append(custom(b, "SignalFilterBankLog", [x], [plain(b, "int16", count)], **options))
    check(b, outputs, 6)


def test_filter_bank_square_root(b: GraphBuilder, full: bool) -> None:
    count = 400
    x, bits = plain_input(b, "uint64", count), plain_input(b, "int32")
    y = custom(b, "SignalFilterBankSquareRoot", [x, bits], [plain(b, "uint32", count)])
    cases = []
    for shift in (*range(16), 31):
        roots = b.rng.integers(0, 1 << 32, count, np.uint64) >> b.rng.integers(0, 32, count).astype(np.uint64)
        halves = b.rng.integers(0, 2, count).astype(np.uint64) * roots
        near = roots * roots + halves + b.rng.integers(-3, 4, count).astype(np.uint64)
        ends = np.array([0, 1, 2, 3, (1 << 32) - 1, 1 << 32, (1 << 64) - 1, 65535**2 + 65535], np.uint64)
        near[: ends.size] = ends
        cases.append([near, np.array(shift, np.int32)])
    assert_equal(b, [y], cases if full else cases[::3], kernels=("auto",))


def test_constants_of_64_bits(b: GraphBuilder) -> None:
    x = b.constant(np.array([0, 1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1], np.uint64))
    y = custom(b, "SignalFilterBankSquareRoot", [x, plain_input(b, "int32")], [plain(b, "uint32", 5)])
    assert_equal(b, [y], [[np.array(3, np.int32)]], kernels=("auto",))


def test_pcan(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for k in range(40 if full else 12):
        count = int(b.rng.integers(1, 40))
        x, noise = plain_input(b, "uint32", count), plain_input(b, "uint32", count)
        gains = b.rng.integers(-(1 << 15), 1 << 15, 125 + k % 3, np.int16) >> int(b.rng.integers(0, 12))
        if k % 4 == 1:
            gains = b.rng.choice(np.array([-(1 << 15), (1 << 15) - 1], np.int16), 125)
        gain = b.constant(gains.astype(np.int16))
        options = {"snr_shift": int(b.rng.choice([0, 6, 20, 63]))}
        outputs.append(custom(b, "SignalPCAN", [x, noise, gain], [plain(b, "uint32", count)], **options))
    check(b, outputs, 6)


# ------------------------------------------------------------------------------------------------------------ FFT
LENGTHS = [4, 6, 8, 10, 12, 16, 18, 20, 24, 30, 32, 36, 48, 50, 60, 64, 90, 100, 128, 150, 240, 256, 320, 400, 480, 512]
LONG = [600, 640, 1000, 1024, 1250, 1458, 2048, 4096]


def fft(b: GraphBuilder, kind: str, dtype: str, length: int) -> Tensor:
    outer = [int(n) for n in b.rng.integers(1, 3, int(b.rng.integers(0, 3)))]
    samples = length if b.rng.random() < 0.6 else int(b.rng.integers(1, length + 1))
    sizes = (samples, length + 2) if kind == "SignalRfft" else (length + 2, length)
    x, y = plain_input(b, dtype, *outer, sizes[0]), plain(b, dtype, *outer, sizes[1])
    return custom(b, kind, [x], [y], T=SCHEMA_TYPES[dtype], fft_length=length)


@pytest.mark.parametrize("dtype", ["int16", "int32", "float32"])
@pytest.mark.parametrize("kind", ["SignalRfft", "SignalIrfft"])
def test_fft(b: GraphBuilder, kind: str, dtype: str, full: bool) -> None:
    lengths = LENGTHS + LONG if full else [*LENGTHS[:8], *b.rng.choice(LENGTHS[8:], 6).tolist(), 512]
    check(b, [fft(b, kind, dtype, int(length)) for length in lengths], 12 if full else 6)


def test_fft_there_and_back(b: GraphBuilder) -> None:
    x = plain_input(b, "float32", 256)
    spectrum = custom(b, "SignalRfft", [x], [plain(b, "float32", 258)], T=0, fft_length=256)
    back = custom(b, "SignalIrfft", [spectrum], [plain(b, "float32", 256)], T=0, fft_length=256)
    check(b, [spectrum, back], 3)


# ------------------------------------------------------------------------------------------------------- refusals
def test_refusals(b: GraphBuilder) -> None:
    x, wide = plain_input(b, "int16", 16), plain_input(b, "uint32", 8)

    def fft_said(length: int, **options: int) -> str:
        y = plain(b, "int16", length + 2)
        return refusal(b, custom(b, "SignalRfft", [x], [y], **{"T": 7, "fft_length": length, **options}))

    # tflite-micro crashes at these lengths.
    assert "twice a product of 2s, 3s and 5s. Found: 28" in fft_said(28)
    assert "twice a product of 2s, 3s and 5s. Found: 17" in fft_said(17)
    assert "fft_length (4 to 1048576), T (0 to 255). Found: fft_length 2" in fft_said(2)
    assert "Found: 2 for int16" in fft_said(16, T=2)
    assert "At most fft_length samples" in fft_said(8)
    y = b.tensor((10,), "int16")
    assert "Found: shift missing" in refusal(b, custom(b, "SignalWindow", [x, x], [plain(b, "int16", 16)]))
    assert "Found: shift 32" in refusal(b, custom(b, "SignalWindow", [x, x], [plain(b, "int16", 16)], shift=32))
    assert "same size" in refusal(b, custom(b, "SignalWindow", [x, x], [y], shift=1))
    assert "Found: uint32 to uint32" in refusal(
        b, custom(b, "SignalEnergy", [wide], [plain(b, "uint32", 4)], start_index=0, end_index=4)
    )
    short = b.constant(np.zeros(124, np.int16))
    assert "125 gains" in refusal(b, custom(b, "SignalPCAN", [wide, wide, short], [plain(b, "uint32", 8)], snr_shift=3))
    b.operator("SignalEnergy", [x], y, custom_options=b"\xff\x00garbage")
    assert "Found: int16 to int16" in refusal(b, y)


def test_filter_bank_outside_of_its_energies_is_refused(b: GraphBuilder) -> None:
    def said(starts: list[int], weight_starts: list[int], widths: list[int], count: int = 2) -> str:
        tables = [b.constant(np.array(t, np.int16)) for t in ([1] * 6, [2] * 6, starts, weight_starts, widths)]
        inputs = [plain_input(b, "uint32", 8), *tables]
        return refusal(b, custom(b, "SignalFilterBank", inputs, [plain(b, "uint64", count)], num_channels=2))

    assert "Found: 9 of 8 energies, 6 of 6 weights" in said([0, 3, 6], [0, 2, 3], [2, 2, 3])
    assert "Found: 8 of 8 energies, 7 of 6 weights" in said([0, 3, 5], [0, 2, 4], [2, 2, 3])
    assert "a negative start" in said([-1, 3, 5], [0, 2, 3], [2, 2, 3])
    assert "There are num_channels outputs" in said([0, 3, 5], [0, 2, 3], [2, 2, 3], count=3)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_options_are_refused_not_raised(b: GraphBuilder, seed: int) -> None:
    good = bytearray(flexbuffers.Dumps({"shift": 3, "other": [1, 2], "more": 1.5}))
    for _ in range(1 + seed % 4):
        good[int(b.rng.integers(0, len(good)))] = int(b.rng.integers(0, 256))
    x = plain_input(b, "int16", 4)
    y = plain(b, "int16", 4)
    b.operator("SignalWindow", [x, x], y, custom_options=bytes(good[: math.ceil(len(good) * float(b.rng.random()))]))
    with contextlib.suppress(CodegenError):
        compile_model(b.model([y]))
