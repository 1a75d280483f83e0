"""A conversation with a board over a link: requests with time-outs and retries, each fault told by its own sentence."""

from __future__ import annotations

import json
import secrets
import struct
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import CodegenError
from .link import Link
from .protocol import ANSWER, FRAME_LEAST, VERSION, Counter, Fault, Frame, Hello, Kind, Measurement, Receiver, encode

ANSWER_SECONDS = 1.0
"""For an answer to anything but a run of the model, per attempt; a serial line's own time is added."""
RUN_SECONDS = 120.0
"""For a run of the model, unless told otherwise."""
_ATTEMPTS = 5
_LOWEST_BYTES_A_SECOND = 900
_RESENDS_MOST = 20
_RUNS = (Kind.INVOKE, Kind.PROFILE, Kind.HELLO, Kind.CALIBRATE, Kind.RESET)

Transferred = Callable[[int], None]
"""Called with the number of bytes after each piece of a tensor."""


def _ignore(_bytes: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Memory:
    """The stack's size and the most of it that was used since the session began; damaged guards."""

    stack_bytes: int
    stack_most: int
    guards: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Measurements of a loop of known length, of nothing, of some calls, and of the same calls with counters."""

    spin: Measurement
    empty: Measurement
    calls: Measurement
    charges: int
    polls: int
    ticks: int
    poll_instructions: int


class Session:
    """A session with the board on `link`: the model was initialized by `open`, and `description` is what it says.

    Every request ends in an answer or a CodegenError within its time: none waits forever.
    """

    def __init__(self, link: Link, *, run_seconds: float = RUN_SECONDS, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.link = link
        self.run_seconds = run_seconds
        self.answer_seconds = answer_seconds
        self.hello: Hello
        self.description: dict[str, Any] = {}
        self._receiver = Receiver()
        self._session = 0
        self._sequence = 0
        self._ready = False
        self._frames: deque[Frame] = deque()

    # ------------------------------------------------------------------------------------------------ requests
    def open(self, seconds: float = 8.0) -> None:
        """Begins a session: the board initializes its model. `seconds` are for its first answer."""
        self._session = secrets.randbits(32) | 1
        self.hello = Hello.unpack(self._first(seconds))
        self._ready = True
        text = b""
        while len(text) < self.hello.description_bytes:
            piece = self.request(Kind.DESCRIBE, struct.pack("<I", len(text)))
            if not piece:
                break
            text += piece
        try:
            self.description = json.loads(text)
        except ValueError:
            raise CodegenError.say(f"{self.link.name} describes itself in no way that this version can read") from None

    def _first(self, seconds: float) -> bytes:
        payload = struct.pack("<I", self._session)
        try:
            return self._request(Kind.HELLO, payload, seconds, wait=0.5)
        except TimeoutError:
            pass
        noise = self._receiver.noise + self._receiver.pending
        if noise:
            raise CodegenError.say(
                f"{noise} bytes came from {self.link.name}, but no frame among them",
                "the speed differs from the board's (--baud), or it runs other firmware: see `codegen firmware`",
            )
        raise CodegenError.say(
            f"nothing answers on {self.link.name}",
            "is the board powered, the firmware of `codegen firmware` on it, and the port right (`codegen ports`)?",
        )

    def request(self, kind: Kind, payload: bytes = b"") -> bytes:
        """The answer's payload."""
        is_run = kind in _RUNS
        line = (len(payload) + self.hello.frame_bytes) / _LOWEST_BYTES_A_SECOND
        wait = self.answer_seconds + line
        try:
            return self._request(kind, payload, self.run_seconds if is_run else _ATTEMPTS * wait, wait=wait)
        except TimeoutError:
            pass
        name = kind.name.lower()
        if is_run:
            raise CodegenError.say(
                f"{self.link.name} did not answer {name!r} in {self.run_seconds:g} seconds",
                "give it longer with --timeout, if the model is that slow",
            )
        raise CodegenError.say(
            f"{self.link.name} stopped answering at {name!r}", "is the cable loose, or the board stopped by a debugger?"
        )

    def _request(self, kind: Kind, payload: bytes, seconds: float, wait: float) -> bytes:
        """Sends until an answer comes, at growing distances: no request is done twice by the board."""
        self._sequence = self._sequence % 0xFFFF + 1
        data = encode(Frame(kind, self._sequence, self._session, payload))
        end = time.monotonic() + seconds
        self._receiver.noise = 0
        resends = 0
        while time.monotonic() < end:
            self.link.write(data)
            answer = self._listen(kind, min(end, time.monotonic() + wait))
            if isinstance(answer, bytes):
                return answer
            if answer is Fault.FRAME:
                resends += 1
                if resends > _RESENDS_MOST:
                    raise CodegenError.say(
                        f"{self.link.name} received {kind.name.lower()!r} damaged {resends} times",
                        "the line is disturbed: try a lower speed or a shorter cable",
                    )
            else:
                wait *= 2
        raise TimeoutError

    def _listen(self, kind: Kind, end: float) -> bytes | Fault | None:
        """The answer, Fault.FRAME where the board asks for the request again, None when nothing came until `end`."""
        while True:
            while self._frames:
                found = self._sort(kind, self._frames.popleft())
                if found is not None:
                    return found
            left = end - time.monotonic()
            if left <= 0:
                return None
            self._frames += self._receiver.feed(self.link.read(min(left, 0.25)))

    def _sort(self, kind: Kind, frame: Frame) -> bytes | Fault | None:
        if frame.version != VERSION:
            raise CodegenError.say(
                f"the board speaks version {frame.version} of the protocol, this codegen version {VERSION}",
                "build and flash the firmware again with this version",
            )
        if frame.kind == Kind.TEXT:
            raise self._fault(frame.payload.decode(errors="replace"))
        if frame.kind == Kind.STARTED:
            if self._ready:
                raise self._restarted()
            return None
        if frame.kind == Kind.ERROR and frame.payload:
            return self._refused(kind, frame)
        is_mine = frame.sequence == self._sequence and frame.session == self._session
        return frame.payload if is_mine and frame.kind == kind | ANSWER else None

    def _refused(self, kind: Kind, frame: Frame) -> Fault | None:
        code = frame.payload[0]
        if code == Fault.FRAME or (code == Fault.LENGTH and frame.sequence == 0):
            return Fault.FRAME
        if frame.sequence != self._sequence:
            return None  # about an older request
        if code == Fault.SESSION:
            raise self._restarted()
        if code == Fault.VERSION:
            raise CodegenError.say(
                f"the board does not speak version {VERSION} of the protocol",
                "build and flash the firmware again with this version",
            )
        if code == Fault.INIT:
            raise CodegenError.say(f"init failed on the target with status {self.hello.init.status}")
        if code == Fault.KIND and kind == Kind.PROFILE:
            raise CodegenError.say(
                "the firmware on the board has no counters", "build it with `codegen firmware` without --no-profile"
            )
        name = next((fault.name.lower() for fault in Fault if fault == code), str(code))
        raise CodegenError.say(f"the board refused {kind.name.lower()!r}: {name}")

    @staticmethod
    def _restarted() -> CodegenError:
        return CodegenError.say(
            "the board was reset in the middle of a run", "a reset button, a brown-out, or a watchdog? Start again"
        )

    @staticmethod
    def _fault(text: str) -> CodegenError:
        what = text.removeprefix("cg fault: ")
        hint = "give the image a larger stack" if "stack overflow" in what else "see pc in the image's map file"
        return CodegenError.say(f"the core took a fault: {what}", hint)

    # -------------------------------------------------------------------------------------------------- the model
    def write(self, index: int, data: bytes, done: Transferred = _ignore) -> None:
        """Input `index`, piece by piece."""
        piece = self.hello.frame_bytes - FRAME_LEAST - 8
        for at in range(0, len(data), piece):
            part = data[at : at + piece]
            self.request(Kind.WRITE, struct.pack("<II", index, at) + part)
            done(len(part))

    def read(self, index: int, size: int, done: Transferred = _ignore) -> bytes:
        """The first `size` bytes of output `index`, piece by piece."""
        piece = self.hello.frame_bytes - FRAME_LEAST
        data = b""
        while len(data) < size:
            wanted = min(piece, size - len(data))
            part = self.request(Kind.READ, struct.pack("<III", index, len(data), wanted))
            if len(part) != wanted:
                raise CodegenError.say(f"the board sent {len(part)} bytes of an output in place of {wanted}")
            data += part
            done(len(part))
        return data

    def invoke(self) -> Measurement:
        """Runs the model once. Its status is in the result."""
        return Measurement.unpack(self.request(Kind.INVOKE))

    def profile(self) -> tuple[Measurement, list[Counter]]:
        """Runs the model once with counters at every function of its C file, in the order of first entry."""
        answer = self.request(Kind.PROFILE)
        count = struct.unpack_from("<I", answer, Measurement.SIZE)[0]
        counters: list[Counter] = []
        while len(counters) < count:
            more = Counter.unpack_all(self.request(Kind.COUNTERS, struct.pack("<I", len(counters))))
            if not more:
                break
            counters += more
        return Measurement.unpack(answer), counters

    def reset(self) -> None:
        """Puts the model's state back to what it was after init."""
        status = struct.unpack("<i", self.request(Kind.RESET))[0]
        if status:
            raise CodegenError.say(f"reset failed on the target with status {status}")

    def memory(self) -> Memory:
        """Stack and guards since `open`."""
        return Memory(*struct.unpack("<3I", self.request(Kind.MEMORY)))

    def echo(self, data: bytes) -> bytes:
        """`data` again, by way of the board."""
        return self.request(Kind.ECHO, data)

    def calibrate(self) -> Calibration:
        """What the counter makes of runs of known length."""
        answer = self.request(Kind.CALIBRATE)
        spin, empty, calls = (Measurement.unpack(answer, k * Measurement.SIZE) for k in range(3))
        charges, polls, ticks, poll = struct.unpack_from("<4I", answer, 3 * Measurement.SIZE)
        return Calibration(spin, empty, calls, charges, polls, ticks, poll)

    def check_model(self, sha256: str, name: str) -> None:
        """Raises CodegenError where another model than the one with this hash is on the board."""
        theirs = str(self.description.get("sha256", ""))
        if theirs != sha256:
            raise CodegenError.say(
                f"the board runs another model: {self.description.get('model')!r} (sha256 {theirs[:16]}), "
                f"and {name} has sha256 {sha256[:16]}",
                "build and flash its firmware: `codegen firmware`, `codegen flash`",
            )


def failed(session: Session, one: Measurement, what: str, accepted: Sequence[int] = (0,)) -> None:
    """Raises CodegenError for a run whose status is not `accepted`, or that used up the stack."""
    if one.status not in accepted:
        raise CodegenError.say(f"{what} failed on the target with status {one.status}")
    if one.guards >> 31:
        found = f"{what} used up the whole stack of {session.hello.stack_bytes} bytes"
        raise CodegenError.say(found, "give the image a larger stack")
