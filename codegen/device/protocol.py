"""The framed protocol of runtime_c/port/cg_protocol.h and cg_session.h: bytes to frames to values, and back."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

VERSION = 1
_HEAD = struct.Struct("<BBHI")
_CRC_BYTES = 4
FRAME_LEAST = _HEAD.size + _CRC_BYTES
"""Bytes of a frame without payload."""


class Kind(IntEnum):
    """What a frame is; an answer has bit 7 set as well."""

    HELLO = 1
    DESCRIBE = 2
    WRITE = 3
    INVOKE = 4
    READ = 5
    PROFILE = 6
    COUNTERS = 7
    RESET = 8
    MEMORY = 9
    ECHO = 10
    CALIBRATE = 11
    STARTED = 0xF0
    TEXT = 0xF1
    ERROR = 0xFF


ANSWER = 0x80


class Fault(IntEnum):
    """Why a board did not serve a request."""

    FRAME = 1
    LENGTH = 2
    VERSION = 3
    KIND = 4
    SESSION = 5
    ARGUMENT = 6
    INIT = 7


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose CRC is right. `kind` is a Kind, or'ed with ANSWER in answers."""

    kind: int
    sequence: int
    session: int
    payload: bytes
    version: int = VERSION


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the line: COBS between zeros.

    >>> encode(Frame(Kind.ECHO, 1, 0, b"")).hex(" ")
    '00 04 01 0a 01 01 01 01 01 05 1c 53 a4 c6 00'
    """
    head = _HEAD.pack(frame.version, frame.kind, frame.sequence, frame.session)
    data = head + frame.payload
    return b"\0" + stuffed(data + zlib.crc32(data).to_bytes(_CRC_BYTES, "little")) + b"\0"


def decode(data: bytes) -> Frame | None:
    """The frame of what came between two zeros; None where that is none."""
    plain = unstuffed(data)
    if plain is None or len(plain) < FRAME_LEAST:
        return None
    body, crc = plain[:-_CRC_BYTES], int.from_bytes(plain[-_CRC_BYTES:], "little")
    if zlib.crc32(body) != crc:
        return None
    version, kind, sequence, session = _HEAD.unpack_from(body)
    return Frame(kind, sequence, session, body[_HEAD.size :], version)


def stuffed(data: bytes) -> bytes:
    """Consistent overhead byte stuffing.

    >>> stuffed(bytes([1, 0, 0, 2])).hex(" ")
    '02 01 01 02 02'
    """
    out, at = bytearray(), 0
    while True:
        zero = data.find(b"\0", at, at + 254)
        end = zero if zero >= 0 else min(at + 254, len(data))
        out.append(end - at + 1)
        out += data[at:end]
        if end == len(data):
            return bytes(out)
        at = end + (zero >= 0)


def unstuffed(data: bytes) -> bytes | None:
    """What `stuffed` was made from; None where it was not made so."""
    out = bytearray()
    at = 0
    while at < len(data):
        code = data[at]
        if code == 0 or at + code > len(data):
            return None
        out += data[at + 1 : at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


class Receiver:
    """Frames out of a stream of bytes. `noise` counts bytes that were in no frame, since it was last set to 0."""

    def __init__(self, most: int = 1 << 16) -> None:
        self._most = most
        self._open = bytearray()
        self.noise = 0

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that end in `data`."""
        frames = []
        *whole, rest = data.split(b"\0")
        for part in whole:
            self._open += part
            if self._open:
                frame = decode(bytes(self._open))
                if frame is None:
                    self.noise += len(self._open)
                else:
                    frames.append(frame)
            self._open.clear()
        self._open += rest
        if len(self._open) > self._most:
            self.noise += len(self._open)
            self._open.clear()
        return frames

    @property
    def pending(self) -> int:
        """Bytes since the last zero."""
        return len(self._open)


# -------------------------------------------------------------------------------------------------- payloads
@dataclass(frozen=True, slots=True)
class Measurement:
    """One call on the board. `ticks` are of its counter; `guards` has two bits a span, bit 31 for the stack."""

    status: int
    ticks: int
    polls: int
    stack: int
    guards: int

    SIZE = 24

    @staticmethod
    def unpack(payload: bytes, at: int = 0) -> Measurement:
        status, low, high, polls, stack, guards = struct.unpack_from("<iIIIII", payload, at)
        return Measurement(status, low | high << 32, polls, stack, guards)


@dataclass(frozen=True, slots=True)
class Hello:
    """What a board says first. `clock_hz` is of its counter."""

    frame_bytes: int
    clock_hz: int
    description_bytes: int
    has_reset: bool
    has_profile: bool
    stack_bytes: int
    init: Measurement

    @staticmethod
    def unpack(payload: bytes) -> Hello:
        frame, clock, description, flags, stack = struct.unpack_from("<5I", payload)
        init = Measurement.unpack(payload, 20)
        return Hello(frame, clock, description, bool(flags & 1), bool(flags & 2), stack, init)


@dataclass(frozen=True, slots=True)
class Counter:
    """Time of one function: `charges` intervals of together `ticks`, less `polls` polls of the counter."""

    function: int
    calls: int
    charges: int
    polls: int
    ticks: int

    SIZE = 24

    @staticmethod
    def unpack_all(payload: bytes) -> list[Counter]:
        rows = struct.iter_unpack("<6I", payload)
        return [Counter(f, calls, charges, polls, low | high << 32) for f, calls, charges, polls, low, high in rows]
