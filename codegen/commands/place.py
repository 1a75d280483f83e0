"""`--on`: where a command runs a module, and the session with a board that stands for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

from ..emission.module import CModule
from ..errors import CodegenError
from ..verification import Case, HostRunner, LinkRunner, Runner

if TYPE_CHECKING:  # needs the extras `device` and `serial`
    from ..device.runner import BoardRunner
    from ..device.session import Session
    from ..device.timing import Timing

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_BOARDS = {"host": "host", "qemu": "mps2-an386"}


def place_options(command: F) -> F:
    """`--on`, `--baud`, `--timeout`."""
    for option in (
        click.option(
            "--timeout", type=click.FloatRange(min=0.1), default=120.0, show_default=True, metavar="SECONDS",
            help="Longest time of one inference on a board.",
        ),
        click.option(
            "--baud", type=click.IntRange(min=300), metavar="N",
            help="Speed of the serial port.  [default: of --board, else 115200]",
        ),
        click.option(
            "--on", "place", default="host", show_default=True, metavar="PLACE",
            help="Where to run: host, qemu, or serial:PORT (a board with the image of `codegen firmware`).",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


class Place:
    """Where `--on` says. A context: leaving it closes links and ends emulators."""

    def __init__(self, text: str, board: str | None, baud: int | None, timeout: float) -> None:
        self.kind, self._port = _parsed(text)
        self.text = text
        self._timeout = timeout
        self.transferred: Callable[[int], None] | None = None
        self._session: Session | None = None
        self._board: BoardRunner | None = None
        if self.kind == "serial" and board:
            _check_line(board)
        if self.kind == "serial":
            self._session = _serial_session(self._port, baud or _baud(board), timeout)
            self.board = board or str(self._session.description.get("board", ""))
        else:
            self.board = board or DEFAULT_BOARDS[self.kind]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._board is not None:
            self._board.close()
        if self._session is not None:
            self._session.link.close()

    def on_board(self, module: CModule, cmsis_nn_root: str | os.PathLike[str] | None) -> BoardRunner:
        """`module` on the emulated or real board."""
        runner = _device("runner")
        if self._session is not None:
            self._board = runner.BoardRunner(module, self._session.link, self._session)
        else:
            if self._board is not None:
                self._board.close()
            self._board = runner.emulated(module, cmsis_nn_root, run_seconds=self._timeout)
        if self.transferred is not None:
            self._board.transferred = self.transferred
        return self._board

    def is_program(self, module: CModule) -> bool:
        """Whether an emulator or engine runs `module` in a program, which answers no requests."""
        board = module.memory.schedule.target.board
        return self.kind == "qemu" and board.core.is_hosted and board.machine is not None

    def timing(
        self, module: CModule, case: Case, cmsis_nn_root: str | os.PathLike[str] | None
    ) -> tuple[Timing, dict[str, int]]:
        """Time of one inference in a program, and its bytes of flash."""
        if _is_avr(module):
            avr = _device("avr")
            plain = avr.AvrRunner(module)
            return avr.AvrRunner(module, is_timed=True).timing(case), plain.flash_json()
        program = _device("program")
        flash = program.build_program(module, cmsis_nn_root).flash()
        timing = program.program_timing(program.build_timed_program(module, cmsis_nn_root), case)
        return timing, {"code": flash["code"], "weights": flash["weights"]}

    def runner(self, module: CModule, cmsis_nn_root: str | os.PathLike[str] | None) -> Runner:
        """What runs the cases of `codegen verify`."""
        if self.kind == "host":
            return HostRunner(module, cmsis_nn_root)
        if self.is_program(module):
            kind = _device("avr").AvrRunner if _is_avr(module) else _device("program").ProgramRunner
            runner: Runner = kind(module, cmsis_nn_root)
            return runner
        return LinkRunner(self.on_board(module, cmsis_nn_root))


def _is_avr(module: CModule) -> bool:
    return module.memory.schedule.target.core.family == "avr"


def _device(name: str) -> Any:  # noqa: ANN401 - a module
    try:
        return import_module(f"..device.{name}", __package__)
    except ImportError as error:
        found = f"boards and emulators need the Python package {error.name}"
        raise CodegenError.say(found, "pip install 'codegen[device,serial]'") from None


def _parsed(text: str) -> tuple[str, str]:
    place, separator, port = text.partition(":")
    if (place in DEFAULT_BOARDS and not separator) or (place == "serial" and port):
        return place, port
    raise CodegenError.say(f"--on {text!r} is no place to run", "use host, qemu or serial:PORT (`codegen ports`)")


def _check_line(name: str) -> None:
    from ..boards import load_board  # noqa: PLC0415 - here alone

    if load_board(name).core.is_hosted:
        found = f"what `codegen firmware` makes for {name} answers no requests on a serial line"
        raise CodegenError.say(found, "use --on qemu, where the board has an emulator")


def _baud(board: str | None) -> int:
    from ..boards import load_board  # noqa: PLC0415 - here alone

    serial = load_board(board).serial if board else None
    return serial.baud if serial else 115_200


def _serial_session(port: str, baud: int, timeout: float) -> Session:
    from ..device.link import SerialLink  # noqa: PLC0415 - needs the extra `serial`

    session: Session = _device("runner").opened(SerialLink(port, baud), timeout)
    return session
