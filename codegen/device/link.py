"""Ways to a board: a serial port, or an emulator whose UART is a pseudo-terminal that is opened like a serial port."""

from __future__ import annotations

import contextlib
import os
import re
import select
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Protocol

from ..errors import CodegenError
from ..target import Board
from .qemu import machine_of
from .toolchain import find_program

try:
    import serial
    from serial.tools import list_ports
except ImportError as error:  # an extra of the package
    raise CodegenError.say("pyserial is not installed", "pip install 'codegen[serial]'") from error

_START_SECONDS = 20.0
_WRITE_SECONDS = 10.0


class Link(Protocol):
    """Bytes to a board and from it. Every method raises CodegenError once the line is gone."""

    name: str
    """What the user calls it."""
    is_emulated: bool
    """Whether its counter counts instructions."""

    def write(self, data: bytes) -> None: ...

    def read(self, seconds: float) -> bytes:
        """What came; nothing after `seconds` at most."""
        ...

    def close(self) -> None: ...


class SerialLink:
    """A serial port, by its name (`/dev/ttyACM0`, `COM3`)."""

    is_emulated = False

    def __init__(self, port: str, baud: int = 115_200) -> None:
        self.name = f"{port} at {baud} baud"
        try:
            self._serial = serial.Serial(port, baud, timeout=0, write_timeout=_WRITE_SECONDS, exclusive=True)
        except (serial.SerialException, OSError, ValueError) as error:
            raise CodegenError.say(f"{port} cannot be opened: {_reason(error)}", _opening_hint(error)) from None

    def write(self, data: bytes) -> None:
        try:
            self._serial.write(data)
        except serial.SerialTimeoutException:
            raise self._gone(f"it took nothing for {_WRITE_SECONDS:g} seconds") from None
        except (serial.SerialException, OSError) as error:
            raise self._gone(_reason(error)) from None

    def read(self, seconds: float) -> bytes:
        try:
            self._serial.timeout = max(0.0, seconds)
            first: bytes = self._serial.read(1)
            return first + self._serial.read(self._serial.in_waiting) if first else b""
        except (serial.SerialException, OSError, TypeError) as error:  # TypeError: pyserial, closed meanwhile
            raise self._gone(_reason(error)) from None

    def close(self) -> None:
        with contextlib.suppress(serial.SerialException, OSError):
            self._serial.close()

    def _gone(self, why: str) -> CodegenError:
        return CodegenError.say(
            f"the line {self.name} is gone: {why}", "was the cable pulled, or the board switched off?"
        )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__


def _opening_hint(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == 13:
        return "may you open it? On Linux: add yourself to the group dialout and log in again"
    if isinstance(error, OSError) and error.errno in (11, 16, 35):
        return "another program has it open: close the terminal or monitor"
    return "`codegen ports` lists the serial ports"


def serial_ports() -> list[tuple[str, str, tuple[int, int] | None]]:
    """(port, description, USB vendor and product) of every serial port of this computer."""
    ports = sorted(list_ports.comports(), key=lambda port: str(port.device))
    return [
        (str(p.device), str(p.description), None if p.vid is None or p.pid is None else (int(p.vid), int(p.pid)))
        for p in ports
    ]


class QemuLink:
    """An image in the board's emulator; pyserial opens the terminal that the emulator gives its UART."""

    is_emulated = True

    def __init__(self, elf: Path, board: Board) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="codegen-qemu-", ignore_cleanup_errors=True)
        self._monitor = Path(self._folder.name) / "monitor"
        self._log = Path(self._folder.name) / "messages"
        with self._log.open("wb") as messages:
            self._process = subprocess.Popen(
                emulator_command(elf, board, self._monitor),
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=subprocess.STDOUT,
            )
        try:
            self._line = SerialLink(self._terminal())
        except BaseException:
            self.close()
            raise
        self.name = f"{board.name} in the emulator"
        self._line.name = self.name

    def _terminal(self) -> str:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            found = re.search(r"char device redirected to (\S+)", self._messages())
            if found:
                return found[1]
            self._check()
            time.sleep(0.01)
        raise CodegenError.say(f"the emulator did not start in {_START_SECONDS:g} seconds: {self._messages()}")

    def _messages(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _check(self) -> None:
        code = self._process.poll()
        if code is not None:
            lines = [line for line in self._messages().splitlines() if "char device" not in line]
            if any("Lockup" in line for line in lines):
                raise CodegenError.say("the core locked up: a fault while it handled a fault")
            raise CodegenError.say(f"the emulator ended with code {code}: " + "\n    ".join(lines[:3]))

    def write(self, data: bytes) -> None:
        self._check()
        self._line.write(data)

    def read(self, seconds: float) -> bytes:
        try:
            data = self._line.read(seconds)
        except CodegenError:
            time.sleep(0.1)  # its own words are better than that its terminal is gone
            self._check()
            raise
        if not data:
            self._check()
        return data

    def reset(self) -> None:
        """Presses the board's reset button."""
        import socket  # noqa: PLC0415 - here alone

        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self._monitor))
            monitor.sendall(b"system_reset\n")
            # QEMU forgets commands of a monitor that closes before the prompt behind them is there.
            said = b""
            while said.count(b"(qemu)") < 2 and select.select([monitor], [], [], 5.0)[0]:
                said += monitor.recv(4096) or b"(qemu)"

    def close(self) -> None:
        if hasattr(self, "_line"):
            self._line.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def emulator_command(elf: Path, board: Board, monitor: Path) -> list[str]:
    """The emulator's command line: one instruction is one nanosecond of its clock, the UART is a pseudo-terminal."""
    machine = machine_of(board)
    assert board.core.emulator is not None
    program = find_program(board.core.emulator.program)
    return [
        *(
            str(program),
            *board.core.emulator.options,
            "-M",
            machine,
            "-kernel",
            str(elf.resolve()),
            "-display",
            "none",
            "-nic",
            "none",
        ),
        *("-serial", "pty", "-icount", "shift=0", "-monitor", f"unix:{monitor},server=on,wait=off"),
    ]
