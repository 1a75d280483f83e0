"""The signal operators that keep something: equal to tflite-micro over sequences, again after a reset, and together
in a whole audio front end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import refusal
from .signals import SCHEMA_TYPES, any_cases, custom, plain, plain_input

STEPS = 60
Valid = Callable[[int, int], Array | bool]
"""Which elements of output `position` at `step` the reference writes; what it leaves cannot be compared."""


@pytest.fixture
def b(rng: np.random.Generator) -> GraphBuilder:
    return GraphBuilder(int(rng.integers(1 << 31)))


def check(b: GraphBuilder, outputs: list[Tensor], cases: list[list[Array]], valid: Valid = lambda *_: True) -> None:
    """The emitted C over the sequence, twice with a reset between, equals one run of the interpreter."""
    model = b.model(outputs)
    expected = run_oracle(model, cases)
    run = load(compile_model(model))
    for _ in range(2):
        for step, (case, wanted) in enumerate(zip(cases, expected, strict=True)):
            for position, (got, want) in enumerate(zip(run(*case), wanted, strict=True)):
                where = np.broadcast_to(valid(step, position), got.shape)
                different = np.argwhere((got != want.reshape(got.shape)) & where)
                assert not different.size, f"step {step}, {outputs[position].name}: {different[:3].tolist()}"
                assert not got[~where].any(), f"step {step}, {outputs[position].name}: not zero"
        run.reset()


def test_delay(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for delay in (0, 1, 3, 4, 5, 40, *b.rng.integers(0, 100, 20 if full else 4)):
        shape = [*b.rng.integers(1, 4, int(b.rng.integers(0, 3))), 4 if delay < 6 else b.rng.integers(1, 20)]
        x = plain_input(b, "int16", *map(int, shape))
        outputs.append(custom(b, "SignalDelay", [x], [plain(b, "int16", *x.shape)], delay_length=int(delay)))
    check(b, outputs, any_cases(b, STEPS))


def test_overlap_add(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for k in range(40 if full else 12):
        dtype = ("int16", "float32")[k % 2]
        size = int(b.rng.integers(1, 20))
        step = size if k % 5 == 4 else int(b.rng.integers(1, size + 1))
        shape = [int(n) for n in b.rng.integers(1, 4, int(b.rng.integers(1, 4)))]
        x, y = plain_input(b, dtype, *shape, size), plain(b, dtype, *shape[:-1], shape[-1] * step)
        outputs.append(custom(b, "SignalOverlapAdd", [x], [y], T=SCHEMA_TYPES[dtype], frame_step=step))
    check(b, outputs, any_cases(b, STEPS))


def subtraction_options(rng: np.random.Generator, count: int, *, hostile: bool) -> dict[str, object]:
    bits, extra = int(rng.integers(8, 16)), int(rng.integers(0, 12))
    one = 1 << bits
    smoothing, alternate = (int(n) for n in rng.integers(0, one + 1, 2))
    options: dict[str, object] = {
        "num_channels": count, "smoothing": smoothing, "one_minus_smoothing": one - smoothing,
        "alternate_smoothing": alternate, "alternate_one_minus_smoothing": one - alternate,
        "min_signal_remaining": int(rng.integers(0, one)), "clamping": bool(rng.integers(0, 2)),
        "smoothing_bits": extra, "spectral_subtraction_bits": bits,
    }  # fmt: skip
    if hostile:
        words = ("smoothing", "alternate_one_minus_smoothing", "min_signal_remaining")
        options |= {key: int(rng.integers(-(1 << 31), 1 << 31)) for key in words}
        options |= {"smoothing_bits": 31, "spectral_subtraction_bits": int(rng.choice([0, 40, 63]))}
    return options


def test_spectral_subtraction(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for k in range(40 if full else 12):
        count = int(b.rng.integers(1, 30))
        y = [plain(b, "uint32", count), plain(b, "uint32", count)]
        options = subtraction_options(b.rng, count, hostile=k % 4 == 3)
        custom(b, "SignalFilterBankSpectralSubtraction", [plain_input(b, "uint32", count)], y, **options)
        outputs += y
    check(b, outputs, any_cases(b, STEPS))


def test_framer(b: GraphBuilder, full: bool) -> None:
    outputs, firsts = [], []
    for k in range(40 if full else 14):
        step, prefill = int(b.rng.integers(1, 9)), k % 2 == 0
        size = int(b.rng.choice([step, step + 1, 2 * step, int(b.rng.integers(step, 40))]))
        if k % 7 == 3:
            size = int(b.rng.integers(1, step + 1))
        steps = int(b.rng.integers(1, 4))
        outer = [int(n) for n in b.rng.integers(1, 4, int(b.rng.integers(0, 2)))]
        y = [plain(b, "int16", *outer, steps, size), plain(b, "bool")]
        custom(
            b, "SignalFramer", [plain_input(b, "int16", *outer, steps * step)], y,
            frame_size=size, frame_step=step, prefill=prefill,
        )  # fmt: skip
        outputs += y
        firsts.append((0 if prefill else -(-size // step) - 1, steps))

    def valid(step: int, position: int) -> Array | bool:
        first, steps = firsts[position // 2]
        return position % 2 == 1 or (step * steps + np.arange(steps) >= first)[:, np.newaxis]

    check(b, outputs, any_cases(b, STEPS), valid)


def test_stacker(b: GraphBuilder, full: bool) -> None:
    outputs, when = [], []
    for k in range(40 if full else 14):
        channels, left, right = (int(n) for n in (b.rng.integers(1, 9), b.rng.integers(0, 4), b.rng.integers(0, 4)))
        frames = left + right + 1
        step = (frames, 1)[k % 3] if k % 3 < 2 else int(b.rng.integers(1, frames + 1))
        y = [plain(b, "int16", channels * frames), plain(b, "bool")]
        custom(
            b, "SignalStacker", [plain_input(b, "int16", channels)], y, num_channels=channels,
            stacker_left_context=left, stacker_right_context=right, stacker_step=step,
        )  # fmt: skip
        outputs += y
        when.append((right, step))

    def valid(step: int, position: int) -> bool:
        right, every = when[position // 2]
        return position % 2 == 1 or (step >= right and (step - right) % every == 0)

    check(b, outputs, any_cases(b, STEPS), valid)


# ---------------------------------------------------------------------------------------------------- a front end
def mel_tables(bins: int, channels: int) -> tuple[list[Array], int, int]:
    """Triangles over the bins, evenly spread on a bent scale: weights, unweights, starts, weight starts, widths; and
    the first and last energy that they need."""
    edges = np.unique(np.round((np.linspace(2, bins**0.5, channels + 2)) ** 2).astype(int))
    assert edges.size == channels + 2
    widths = np.diff(edges)
    weights = np.concatenate([np.round(4096 * (1 - np.arange(w) / w)) for w in widths]).astype(np.int16)
    weight_starts = np.cumsum([0, *widths[:-1]])
    tables = [weights, 4096 - weights, edges[:-1], weight_starts, widths]
    return [np.asarray(t, np.int16) for t in tables], int(edges[0]), int(edges[-1])


def front_end(b: GraphBuilder, step: int, size: int, length: int, channels: int) -> list[Tensor]:
    """16 kHz samples, `step` at a time, to stacked features: every stage of TFLite Micro's audio front end."""
    x = plain_input(b, "int16", step)
    framed, frame_valid = plain(b, "int16", 1, size), plain(b, "bool")
    custom(b, "SignalFramer", [x], [framed, frame_valid], frame_size=size, frame_step=step, prefill=True)
    hann = b.constant(np.round(4095 * np.sin(np.pi * (np.arange(size) + 0.5) / size) ** 2).astype(np.int16))
    window = custom(b, "SignalWindow", [framed, hann], [plain(b, "int16", 1, size)], shift=12)
    flat = b.reshape(window, (size,))
    scaled, bits = plain(b, "int16", size), plain(b, "int32")
    custom(b, "SignalFftAutoScale", [flat], [scaled, bits])
    spectrum = custom(b, "SignalRfft", [scaled], [plain(b, "int16", length + 2)], T=7, fft_length=length)
    tables, first, end = mel_tables(length // 2, channels)
    bins = length // 2 + 1
    energy = custom(b, "SignalEnergy", [spectrum], [plain(b, "uint32", bins)], start_index=first, end_index=end)
    bank = custom(
        b, "SignalFilterBank", [energy, *map(b.constant, tables)], [plain(b, "uint64", channels)], num_channels=channels
    )
    root = custom(b, "SignalFilterBankSquareRoot", [bank, bits], [plain(b, "uint32", channels)])
    clean, noise = plain(b, "uint32", channels), plain(b, "uint32", channels)
    custom(
        b, "SignalFilterBankSpectralSubtraction", [root], [clean, noise], num_channels=channels, smoothing=410,
        one_minus_smoothing=16384 - 410, alternate_smoothing=983, alternate_one_minus_smoothing=16384 - 983,
        min_signal_remaining=819, clamping=False, smoothing_bits=10, spectral_subtraction_bits=14,
    )  # fmt: skip
    gains = b.constant(gain_table(21, 0.95, 80.0, 10))
    pcan = custom(b, "SignalPCAN", [clean, noise, gains], [plain(b, "uint32", channels)], snr_shift=6)
    log = custom(
        b, "SignalFilterBankLog", [pcan], [plain(b, "int16", channels)], input_correction_bits=3, output_scale=1600
    )
    stacked, valid = plain(b, "int16", 3 * channels), plain(b, "bool")
    custom(
        b, "SignalStacker", [log], [stacked, valid], num_channels=channels, stacker_left_context=1,
        stacker_right_context=1, stacker_step=2,
    )  # fmt: skip
    return [stacked, valid, frame_valid, log, pcan, clean, noise, root, energy]


def gain_table(bits: int, strength: float, offset: float, correction: int) -> Array:
    """A falling gain in the form of the operator: values at 0 and 1, then a parabola for each number of bits."""

    def gain(x: float) -> int:
        return min(round(float((1 << bits) * (x / (1 << correction) + offset) ** -strength)), (1 << 15) - 1)

    table = [gain(0), gain(1)]
    for k in range(2, 33):
        low, high = float(1 << (k - 1)), float((1 << k) - 1)
        ends = gain(low), gain((low + high) / 2), gain(high)
        a1, a2 = -3 * ends[0] + 4 * ends[1] - ends[2], 2 * (ends[0] - 2 * ends[1] + ends[2])
        table += [ends[0], a1, a2, 0]
    return np.array(table[:-1], np.int16)


def speech(rng: np.random.Generator, samples: int) -> Array:
    """Silence, noise, tones that come and go, and clipping."""
    t = np.arange(samples)
    tones = sum(np.sin(t * f) * np.maximum(np.sin(t * f / 500), 0) for f in (0.05, 0.21, 0.9))
    loudness = np.interp(t, np.linspace(0, samples, 7), [0, 0, 200, 3000, 9000, 30000, 40])
    noise = rng.normal(0, 1 + loudness / 50, samples)
    return np.asarray(np.clip(tones * loudness + noise, -32768, 32767), np.int16)


@pytest.mark.parametrize(("step", "size", "length", "channels"), [(160, 400, 512, 32), (128, 240, 240, 10)])
def test_audio_front_end(b: GraphBuilder, step: int, size: int, length: int, channels: int) -> None:
    outputs = front_end(b, step, size, length, channels)
    samples = speech(b.rng, 100 * step)
    _, first, end = mel_tables(length // 2, channels)
    bins = np.arange(length // 2 + 1)

    def valid(call: int, position: int) -> Array | bool:
        if position == 0:
            return call % 2 == 1
        return (bins >= first) & (bins < end) if position == len(outputs) - 1 else True

    check(b, outputs, [[part] for part in samples.reshape(-1, step)], valid)


# ------------------------------------------------------------------------------------------------------- refusals
def test_refusals(b: GraphBuilder) -> None:
    x = plain_input(b, "int16", 12)

    def framer_said(size: int, step: int, shape: tuple[int, ...], *, prefill: bool = False) -> str:
        y = [plain(b, "int16", *shape), plain(b, "bool")]
        return refusal(b, custom(b, "SignalFramer", [x], y, frame_size=size, frame_step=step, prefill=prefill))

    assert "Found: frames of 2, steps of 4" in framer_said(2, 4, (3, 2), prefill=True)
    assert "Each frame_step of the innermost dimension" in framer_said(6, 5, (2, 6))
    assert "frame_step 0" in framer_said(6, 0, (2, 6))
    y = [plain(b, "int16", 36), plain(b, "bool")]
    options = {"num_channels": 12, "stacker_left_context": 1, "stacker_right_context": 1}
    assert "Found: 4 of 3" in refusal(b, custom(b, "SignalStacker", [x], y, **options, stacker_step=4))
    assert "stacker_step 0" in refusal(b, custom(b, "SignalStacker", [x], y, **options, stacker_step=0))
    assert "delay_length -1" in refusal(b, custom(b, "SignalDelay", [x], [plain(b, "int16", 12)], delay_length=-1))
    frames = plain_input(b, "int16", 2, 6)
    assert "as long as frame_step" in refusal(
        b, custom(b, "SignalOverlapAdd", [frames], [plain(b, "int16", 14)], T=7, frame_step=7)
    )
    assert "0 for int16" in refusal(
        b, custom(b, "SignalOverlapAdd", [frames], [plain(b, "int16", 6)], T=0, frame_step=3)
    )
