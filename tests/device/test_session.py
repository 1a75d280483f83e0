"""A conversation over a real pseudo-terminal with the C side on this computer, and every way that it can go wrong."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codegen.device.link import SerialLink
from codegen.device.protocol import ANSWER, Frame, Kind, encode
from codegen.device.session import Session
from codegen.errors import CodegenError

QUICK = 0.1
Answer = Callable[[bytes], bytes]


class Wire:
    """A pseudo-terminal whose far end is a function from what came to what is sent, or the toy board."""

    def __init__(self) -> None:
        self.far, near = pty.openpty()
        tty.setraw(self.far)
        self.port = os.ttyname(near)
        self.near = near
        self.process: subprocess.Popen[bytes] | None = None
        self.heard = b""
        self.open = True

    def serve(self, answer: Answer) -> None:
        """Answers each piece that comes by `answer`, in a thread."""

        def work() -> None:
            while self.open:
                try:
                    data = os.read(self.far, 4096)
                    self.heard += data
                    os.write(self.far, answer(data))
                except OSError:
                    return

        threading.Thread(target=work, daemon=True).start()

    def board(self, program: Path, spoil: Answer = lambda data: data) -> None:
        """The toy board; `spoil` changes what it hears."""
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=self.far, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        )
        stdin = self.process.stdin
        assert stdin is not None

        def work() -> None:
            while self.open:
                try:
                    stdin.write(spoil(os.read(self.far, 4096)))
                    stdin.flush()
                except (OSError, ValueError):
                    return

        threading.Thread(target=work, daemon=True).start()

    def pull(self) -> None:
        """The cable is pulled."""
        if self.open:
            self.open = False
            if self.process is not None:
                self.process.kill()
                self.process.wait()
            os.close(self.near)
            os.close(self.far)


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.pull()


def session(wire: Wire, **options: float) -> Session:
    return Session(SerialLink(wire.port), answer_seconds=QUICK, **options)


def refused(act: Callable[[], object], within: float = 4.0) -> str:
    """The sentence of the CodegenError that `act` ends with, in time."""
    begin = time.monotonic()
    with pytest.raises(CodegenError) as caught:
        act()
    assert time.monotonic() - begin < within
    return str(caught.value)


def test_a_board_is_described_and_runs(wire: Wire, toy: Path) -> None:
    wire.board(toy)
    one = session(wire)
    one.open()
    assert one.description == {"model": "toy", "sha256": "00"}
    assert one.hello.frame_bytes == 268
    pieces: list[int] = []
    one.reset()
    one.write(0, bytes(range(200)), pieces.append)
    assert one.invoke().status == 0
    assert one.read(0, 200, pieces.append) == bytes((k + 1) & 255 for k in range(200))
    assert sum(pieces) == 400
    assert one.memory().stack_most == 4
    assert one.echo(b"\0\1\0") == b"\0\1\0"


def test_noise_on_the_line_is_overcome(wire: Wire, toy: Path) -> None:
    """Every third piece that the board hears is damaged; each request is done once and answered."""
    count = 0

    def spoil(data: bytes) -> bytes:
        nonlocal count
        count += 1
        return data if count % 3 else data[:7] + b"\x55" + data[8:]

    wire.board(toy, spoil)
    one = session(wire)
    one.open()
    one.reset()
    for run in range(1, 20):
        one.write(0, bytes(200))
        one.invoke()
        assert one.read(0, 200) == bytes([run]) * 200
    assert count > 60


def test_nothing_answers(wire: Wire) -> None:
    wire.serve(lambda _: b"")
    assert "nothing answers on" in refused(lambda: session(wire).open(1.0))


def test_another_speed_is_suspected(wire: Wire) -> None:
    wire.serve(lambda _: b"\xf8\x80\xf8" * 9)
    assert "no frame among them" in refused(lambda: session(wire).open(1.0))


def test_a_board_that_hears_noise_alone(wire: Wire) -> None:
    wire.serve(lambda _: encode(Frame(Kind.ERROR, 0, 0, b"\1")))
    assert "received 'hello' damaged" in refused(lambda: session(wire).open(1.0))


def test_another_version_is_named(wire: Wire) -> None:
    wire.serve(lambda _: encode(Frame(Kind.ERROR, 0, 0, b"\3", version=2)))
    assert "speaks version 2 of the protocol, this codegen version 1" in refused(lambda: session(wire).open(1.0))


def test_a_pulled_cable(wire: Wire, toy: Path) -> None:
    wire.board(toy)
    one = session(wire)
    one.open()
    wire.pull()
    assert "is gone" in refused(one.invoke)


def test_a_board_that_stops_answering(wire: Wire, toy: Path) -> None:
    silent = threading.Event()
    wire.board(toy, lambda data: b"" if silent.is_set() else data)
    one = session(wire, run_seconds=0.5)
    one.open()
    silent.set()
    assert "stopped answering at 'echo'" in refused(lambda: one.echo(b"x"))
    assert "did not answer 'invoke' in 0.5 seconds" in refused(one.invoke)


def test_a_reset_in_the_middle_is_noticed(wire: Wire, toy: Path) -> None:
    """By what the board sends when it starts, and where that was lost by the session that it does not know."""
    wire.board(toy)
    one = session(wire)
    one.open()
    os.write(wire.far, encode(Frame(Kind.STARTED, 0, 0, b"")))
    assert "reset in the middle of a run" in refused(one.invoke)
    one.link.close()
    other = session(wire)
    other.open()
    assert "reset in the middle of a run" in refused(lambda: stale(other))


def stale(one: Session) -> None:
    one._session ^= 2
    one.invoke()


def test_a_fault_is_told(wire: Wire) -> None:
    wire.serve(lambda _: encode(Frame(Kind.TEXT, 0, 0, b"cg fault: 3 HardFault, pc 0x00000000")))
    assert "the core took a fault: 3 HardFault, pc 0x00000000" in refused(lambda: session(wire).open(1.0))


def test_another_model_is_named(wire: Wire, toy: Path) -> None:
    wire.board(toy)
    one = session(wire)
    one.open()
    said = refused(lambda: one.check_model("ab" * 32, "kws"))
    assert "the board runs another model: 'toy' (sha256 00), and kws has sha256 abababababababab" in said


def test_a_refusal_is_told(wire: Wire, toy: Path) -> None:
    wire.board(toy)
    one = session(wire)
    one.open()
    assert "the board refused 'read': argument" in refused(lambda: one.read(0, 300))
    assert one.echo(b"still there") == b"still there"


def test_a_description_that_is_none(wire: Wire) -> None:
    def answer(data: bytes) -> bytes:
        from codegen.device.protocol import Receiver  # noqa: PLC0415

        out = b""
        for frame in Receiver().feed(data):
            size = (1).to_bytes(4, "little")
            payload = (size * 2 + size * 3 + bytes(24)) if frame.kind == Kind.HELLO else b"{"
            out += encode(Frame(frame.kind | ANSWER, frame.sequence, frame.session, payload))
        return out

    wire.serve(answer)
    assert "describes itself in no way" in refused(lambda: session(wire).open(1.0))


def test_a_port_that_is_none_and_one_that_is_taken(wire: Wire) -> None:
    assert "cannot be opened: No such file" in refused(lambda: SerialLink("/dev/ttyNONE"))
    link = SerialLink(wire.port)
    assert "another program has it open" in refused(lambda: SerialLink(wire.port))
    link.close()
