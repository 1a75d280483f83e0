"""`verify --on serial:PORT` over a line that has accidents: each its own sentence, and what can be overcome is."""

from __future__ import annotations

import contextlib
import os
import pty
import socket
import subprocess
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codegen.boards import load_board
from codegen.device.link import emulator_command
from codegen.device.protocol import ANSWER, Frame, Kind, Receiver, encode
from codegen.device.session import Session

from .conftest import Run, document

BOARD = "stm32f405"
Change = Callable[[bytes], bytes | None]


def as_it_is(data: bytes) -> bytes:
    return data


class Cable:
    """A serial port whose far end is another terminal, or nobody. What passes may be changed; None pulls it out."""

    def __init__(self, there: str | None, up: Change, down: Change) -> None:
        self.far, self.near = pty.openpty()
        tty.setraw(self.far)
        self.port = os.ttyname(self.near)
        self.there = os.open(there, os.O_RDWR | os.O_NOCTTY) if there else None
        if self.there is not None:
            tty.setraw(self.there)
            self._pump(self.there, self.far, down)
        self._pump(self.far, self.there, up)

    def _pump(self, source: int, to: int | None, change: Change) -> None:
        def work() -> None:
            while True:
                try:
                    data = change(os.read(source, 4096))
                    if data is None:
                        self.pull()
                        return
                    os.write(self.far if to is None else to, data)
                except OSError:
                    return

        threading.Thread(target=work, daemon=True).start()

    def pull(self) -> None:
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                os.close(end)


@pytest.fixture
def cable() -> Iterator[Callable[..., Cable]]:
    made: list[Cable] = []

    def maker(there: str | None = None, *, up: Change = as_it_is, down: Change = as_it_is) -> Cable:
        made.append(Cable(there, up, down))
        return made[-1]

    yield maker
    for one in made:
        one.pull()


@pytest.fixture
def board(run: Run, small: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The terminal of an emulated board that runs `small`, and its monitor."""
    assert run("firmware", small, "--board", BOARD, "-o", tmp_path / "image").exit_code == 0
    monitor = tmp_path / "monitor"
    command = emulator_command(tmp_path / "image" / "small.elf", load_board(BOARD), monitor)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        yield next(line for line in process.stdout if "char device" in line).split()[4], monitor
        process.kill()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for a board's first answer."""
    monkeypatch.setattr(Session.open, "__defaults__", (1.0,))


class Kinds:
    """The kinds of frames that are complete with what has come, in whatever pieces it came."""

    def __init__(self) -> None:
        self._receiver = Receiver()

    def __call__(self, data: bytes) -> list[int]:
        return [frame.kind for frame in self._receiver.feed(data)]


def refused(run: Run, model: Path, golden: Path, port: str) -> str:
    result = run("verify", model, "--inputs", golden, "--on", f"serial:{port}", "--timeout", "1")
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.usefixtures("impatient")
def test_garbage_and_a_wrong_speed(run: Run, small: Path, golden: Path, cable: Callable[..., Cable]) -> None:
    """What another speed makes of frames is bytes without a frame."""
    port = cable(up=lambda _: b"\xf8\x80\x00\xf8" * 9).port
    said = refused(run, small, golden, port)
    assert "but no frame among them" in said
    assert f"{port} at 115200 baud" in said
    assert "--baud" in said


@pytest.mark.qemu
def test_a_cable_that_is_pulled_in_the_middle_of_a_frame(
    run: Run, small: Path, golden: Path, cable: Callable[..., Cable], board: tuple[str, Path]
) -> None:
    def down(data: bytes) -> bytes | None:
        nonlocal half
        if half:
            return None
        half = Kind.READ | ANSWER in kinds(data)
        return data[: len(data) // 2] if half else data

    half, kinds = False, Kinds()
    said = refused(run, small, golden, cable(board[0], down=down).port)
    assert half
    assert "is gone" in said or "stopped answering at 'read'" in said
    assert "cable" in said


@pytest.mark.qemu
def test_half_a_frame_is_asked_for_again(
    run: Run, small: Path, golden: Path, cable: Callable[..., Cable], board: tuple[str, Path]
) -> None:
    def down(data: bytes) -> bytes:
        nonlocal lost
        found = kinds(data)
        if found and lost < 3 and found[0] != Kind.HELLO | ANSWER:
            lost += 1
            return data[: len(data) // 2]
        return data

    lost, kinds = 0, Kinds()
    port = cable(board[0], down=down).port
    said = document(run("verify", small, "--inputs", golden, "--on", f"serial:{port}", "--json"))
    assert (lost, said["mismatches"]) == (3, 0)


@pytest.mark.qemu
def test_a_board_that_is_reset_in_the_middle(
    run: Run, small: Path, golden: Path, cable: Callable[..., Cable], board: tuple[str, Path]
) -> None:
    def up(data: bytes) -> bytes:
        nonlocal runs
        if Kind.INVOKE in kinds(data):
            runs += 1
            if runs == 2:
                with socket.socket(socket.AF_UNIX) as monitor:
                    monitor.connect(str(board[1]))
                    monitor.sendall(b"system_reset\n")
                    said = b""
                    while said.count(b"(qemu)") < 2:
                        said += monitor.recv(4096)
                return b""
        return data

    runs, kinds = 0, Kinds()
    said = refused(run, small, golden, cable(board[0], up=up).port)
    assert runs >= 2
    assert "the board was reset in the middle of a run" in said


@pytest.mark.usefixtures("impatient")
def test_older_firmware(run: Run, small: Path, golden: Path, cable: Callable[..., Cable]) -> None:
    port = cable(up=lambda _: encode(Frame(Kind.ERROR, 0, 0, b"\3", version=9))).port
    assert "speaks version 9 of the protocol" in refused(run, small, golden, port)


def test_an_uno_answers_no_requests(run: Run, small: Path) -> None:
    result = run("verify", small, "--on", "serial:/dev/ttyNONE", "--board", "arduino-uno")
    assert result.exit_code == 2
    assert "arduino-uno answers no requests on a serial line" in result.stderr
