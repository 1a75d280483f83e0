"""The C side of the protocol on the host, with sanitizers, against the Python side: noise of every kind between good
requests."""

from __future__ import annotations

import os
import re
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from hypothesis import given
from hypothesis import strategies as st

from codegen.boards import load_board
from codegen.device.protocol import ANSWER, Fault, Frame, Kind, Receiver, decode, encode, stuffed, unstuffed
from tests.conftest import ROOT

from .spoil import SESSION, spoilt

NOISY = 10_000
TOKEN = 12
"""Bytes of an echo that must come back."""


def talk(toy: Path, data: bytes) -> list[Frame]:
    """All frames that the board sends when it gets `data`; whatever it gets, it neither hangs nor oversteps."""
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run([toy], input=data, capture_output=True, timeout=60, check=False, env=environment)
    assert done.returncode == 0, done.stderr.decode()
    receiver = Receiver()
    frames = list(receiver.feed(done.stdout))
    assert receiver.noise == 0
    assert frames[0].kind == Kind.STARTED
    return frames[1:]


def request(kind: int, payload: bytes = b"", sequence: int = 1, session: int = SESSION) -> bytes:
    return encode(Frame(kind, sequence, session, payload))


HELLO = request(Kind.HELLO, struct.pack("<I", SESSION))


@given(st.binary(max_size=1200))
def test_stuffing_is_undone(data: bytes) -> None:
    assert 0 not in stuffed(data)
    assert unstuffed(stuffed(data)) == data


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 40))
def test_frames_come_out_of_any_pieces(payloads: list[bytes], step: int) -> None:
    frames = [Frame(Kind.ECHO, number, 7, payload) for number, payload in enumerate(payloads)]
    stream = b"noise" + b"".join(map(encode, frames))
    receiver = Receiver()
    found = [frame for at in range(0, len(stream), step) for frame in receiver.feed(stream[at : at + step])]
    assert found == frames


@given(st.binary(max_size=60), st.data())
def test_a_changed_byte_is_no_frame(payload: bytes, data: st.DataObject) -> None:
    inner = encode(Frame(Kind.WRITE, 3, 9, payload)).strip(b"\0")
    at = data.draw(st.integers(0, len(inner) - 1))
    changed = bytearray(inner)
    changed[at] ^= data.draw(st.integers(1, 255))
    assert decode(bytes(changed)) is None


def test_both_sides_agree_on_every_length(toy: Path, rng: np.random.Generator) -> None:
    payloads = [bytes(rng.integers(0, 3, size, np.uint8)) for size in range(257)]
    payloads += [bytes(rng.integers(1, 256, size, np.uint8)) for size in range(230, 257)]
    stream = b"".join(request(Kind.ECHO, payload, number) for number, payload in enumerate(payloads))
    answers = talk(toy, stream)
    assert [frame.payload for frame in answers] == payloads
    assert {frame.kind for frame in answers} == {Kind.ECHO | ANSWER}


def test_ten_thousand_spoilt_frames(toy: Path, rng: np.random.Generator) -> None:
    """After each the next good request is answered; after all of them the model is still whole."""
    stream, tokens = bytearray(HELLO), []
    for number in range(NOISY):
        kind = Kind(int(rng.integers(2, 12)))
        size = int(rng.integers(0, 200))
        # An accident may leave a frame whole (a lost last zero comes with the next frame): no echo looks like a token.
        payload = bytes(rng.integers(0, 256, size + (size == TOKEN), np.uint8))
        good = request(kind, payload, number & 0xFFFF)
        token = struct.pack("<IQ", number, int(rng.integers(0, 2**63)))
        tokens.append(token)
        stream += spoilt(good, rng) + request(Kind.ECHO, token, number & 0xFFFF)
    data = bytes(range(200))
    stream += request(Kind.RESET, sequence=1) + request(Kind.WRITE, struct.pack("<II", 0, 0) + data, 2)
    stream += request(Kind.INVOKE, sequence=3) + request(Kind.READ, struct.pack("<III", 0, 0, 200), 4)
    answers = talk(toy, bytes(stream))
    echoed = [frame.payload for frame in answers if frame.kind == Kind.ECHO | ANSWER]
    assert [payload for payload in echoed if len(payload) == TOKEN] == tokens
    assert answers[-1].kind == Kind.READ | ANSWER
    assert answers[-1].payload == bytes((byte + 1) & 255 for byte in data)
    assert sum(frame.kind == Kind.ERROR for frame in answers) > NOISY / 2


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (request(Kind.INVOKE, session=5), Fault.SESSION),
        (request(0), Fault.KIND),
        (request(12), Fault.KIND),
        (request(Kind.READ, b"\0" * 8), Fault.LENGTH),
        (request(Kind.INVOKE, b"\0"), Fault.LENGTH),
        (request(Kind.READ, struct.pack("<III", 2, 0, 1)), Fault.ARGUMENT),
        (request(Kind.READ, struct.pack("<III", 0, 0, 201)), Fault.ARGUMENT),
        (request(Kind.READ, struct.pack("<III", 0, 2**32 - 1, 2)), Fault.ARGUMENT),
        (request(Kind.READ, struct.pack("<III", 2**32 - 1, 0, 1)), Fault.ARGUMENT),
        (request(Kind.WRITE, struct.pack("<II", 1, 0) + b"12345678"), Fault.ARGUMENT),
        (request(Kind.WRITE, struct.pack("<II", 0, 2**32 - 4) + b"12345678"), Fault.ARGUMENT),
        (request(Kind.DESCRIBE, struct.pack("<I", 10_000)), Fault.ARGUMENT),
        (encode(Frame(Kind.ECHO, 1, SESSION, b"", version=9)), Fault.VERSION),
        (b"\0garbage\0", Fault.FRAME),
        (request(Kind.ECHO, b"x" * 257), Fault.LENGTH),
        (request(Kind.ECHO)[:-3] + b"\0", Fault.FRAME),
    ],
)
def test_each_fault_has_its_code(toy: Path, frame: bytes, fault: Fault) -> None:
    answers = talk(toy, HELLO + frame)[1:]
    assert [(answer.kind, answer.payload) for answer in answers] == [(Kind.ERROR, bytes([fault]))]


def test_before_hello_there_is_no_session(toy: Path) -> None:
    answers = talk(toy, request(Kind.INVOKE, session=0))
    assert answers[0].payload == bytes([Fault.SESSION])


def test_a_repeated_request_runs_once(toy: Path) -> None:
    """What the host sends again because it missed the answer is answered, not done, again."""
    read = request(Kind.READ, struct.pack("<III", 0, 0, 1), 9)
    again = request(Kind.INVOKE, sequence=2)
    answers = talk(toy, HELLO + request(Kind.RESET) + again * 3 + read + request(Kind.INVOKE, sequence=3) + read)
    assert [frame.payload for frame in answers if frame.kind == Kind.READ | ANSWER] == [b"\1", b"\3"]
    assert sum(frame.kind == Kind.INVOKE | ANSWER for frame in answers) == 4


def test_the_c_side_is_as_small_as_the_documentation_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "boards.md").read_text(encoding="utf-8")
    said = re.search(r"together they are ([\d,]+) bytes of code on a Cortex-M4", text)
    assert said
    flags = [*load_board("stm32f405").core.flags, "-O2", "-std=c99", f"-I{ROOT / 'runtime_c' / 'port'}", "-c"]
    size = 0
    for name in ("cg_protocol", "cg_session"):
        made = tmp_path / f"{name}.o"
        source = ROOT / "runtime_c" / "port" / f"{name}.c"
        subprocess.run(["arm-none-eabi-gcc", *flags, str(source), "-o", str(made)], check=True)
        with made.open("rb") as stream:
            kept = [s for s in ELFFile(stream).iter_sections() if s["sh_flags"] & SH_FLAGS.SHF_ALLOC]
            size += sum(s["sh_size"] for s in kept)
    assert abs(size - int(said[1].replace(",", ""))) <= 64
