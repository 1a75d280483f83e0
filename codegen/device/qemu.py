"""Runs an image in QEMU over cases and reads back bytes, instructions, stack and guards."""

from __future__ import annotations

import signal
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..boards import list_boards
from ..errors import CodegenError
from ..target import Board
from .toolchain import find_program

# The other side of runtime_c/port/cg_harness.c.
_CASES_MAGIC, _RESULT_MAGIC, _END_MAGIC = 0x31434743, 0x31524743, 0x31454743
_VERSION = 1
_FLAG_RESET = 1
_NAME_BYTES = 16
_SPANS_MOST = 15
_STACK_BIT = 31
_SPIN_INSTRUCTIONS = 2 * 1_000_000
_POLL_INSTRUCTIONS = 4
_EXITS = {
    101: "the harness could not read its cases or write its results",
    102: "the harness was built for a model with other inputs or outputs",
}


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run showed. `case_instructions` are of `invoke` alone, exact to about ten instructions.

    `stack_bytes` is the most that `init` or an `invoke` took, of `stack_limit`. `damage` names the guards that were
    written over, each with the first case that did ("init" before any). A case that waited has no outputs (None).
    """

    outputs: tuple[tuple[bytes, ...] | None, ...]
    case_instructions: tuple[int, ...]
    init_instructions: int
    stack_bytes: int
    stack_limit: int
    damage: tuple[str, ...]

    @property
    def guards_intact(self) -> bool:
        return not self.damage

    @property
    def instructions(self) -> int | None:
        """Instructions of one inference: the mean over the cases, None without cases."""
        counts = self.case_instructions
        return round(sum(counts) / len(counts)) if counts else None


@dataclass(frozen=True, slots=True)
class _Measurement:
    status: int
    ticks: int
    polls: int
    stack: int
    guards: int


class _Reader:
    """The result stream; its end before time means that the run ended before time."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise CodegenError.say(
                f"the image ended before its result did, after {len(self.data)} bytes",
                "did it reset, or exit by itself?",
            )
        self.at += size
        return self.data[self.at - size : self.at]

    def words(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}I", self.take(4 * count))

    def measurement(self) -> _Measurement:
        status, low, high, polls, stack, guards = struct.unpack("<iIIIII", self.take(24))
        return _Measurement(status, low + (high << 32), polls, stack, guards)


def machine_of(board: Board) -> str:
    """The emulator's machine for `board`; CodegenError where there is none."""
    if board.core.is_hosted and board.machine is not None:
        raise CodegenError.say(f"{board.name} runs programs, not images", "use `codegen verify --on qemu`")
    if board.machine is not None and board.core.emulator is not None:
        return board.machine
    like = [other.name for other in list_boards() if other.machine and other.core == board.core]
    hint = f"use one with the same core: {', '.join(like)}" if like else "use --on host"
    raise CodegenError.say(f"no emulator has the board {board.name}", hint)


def emulated_boards() -> tuple[Board, ...]:
    """The built-in boards that `run_image` can run."""
    return tuple(board for board in list_boards() if board.machine and not board.core.is_hosted)


def qemu_command(elf: Path, board: Board) -> list[str]:
    """The emulator's command line: one instruction is one nanosecond of its clock, whatever this computer does."""
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
            "-monitor",
            "none",
        ),
        *("-serial", "null", "-nic", "none", "-icount", "shift=0", "-no-reboot"),
        *("-semihosting-config", "enable=on,target=native"),
    ]


def run_image(
    elf: Path,
    board: Board,
    cases: Sequence[Sequence[bytes]],
    output_bytes: Sequence[int],
    *,
    timeout: float = 300.0,
    reset: bool = False,
    waiting: int = 0,
) -> RunResult:
    """Run every case (one `bytes` per input) on the image and return the outputs and the measurements.

    `reset` calls the model's reset before every case. `waiting` is the status of a case that waits for more input, not
    0 where the model may. A fault, a kernel that fails, a stack that overflows and a run
    longer than `timeout` seconds are `CodegenError`s; damaged guards are in the result.
    """
    if not cases:
        raise CodegenError.say("there are no cases to run")
    sizes = {tuple(len(part) for part in case) for case in cases}
    if len(sizes) > 1:
        raise CodegenError.say(f"the cases have inputs of different sizes: {sorted(sizes)}")
    input_bytes = sum(next(iter(sizes)))
    head = struct.pack("<6I", _CASES_MAGIC, _VERSION, len(cases), _FLAG_RESET * reset, input_bytes, sum(output_bytes))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cases.bin").write_bytes(head + b"".join(part for case in cases for part in case))
        _run(qemu_command(elf, board), Path(folder), timeout)
        result = Path(folder) / "result.bin"
        data = result.read_bytes() if result.is_file() else b""
    return _parse(_Reader(data), len(cases), output_bytes, waiting)


def _run(command: list[str], folder: Path, timeout: float) -> None:
    try:
        run = subprocess.run(
            command, cwd=folder, timeout=timeout, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        raise CodegenError.say(
            f"the image did not finish in {timeout:g} seconds and was stopped", "give a longer time-out or fewer cases"
        ) from None
    if run.returncode == 0:
        return
    text = (run.stdout + run.stderr).decode(errors="replace")
    fault = next((line for line in text.splitlines() if line.startswith("cg fault: ")), None)
    if fault:
        hint = "give the image a larger stack" if "stack overflow" in fault else "see pc in image.map beside the image"
        raise CodegenError.say(f"the core took a fault: {fault.removeprefix('cg fault: ')}", hint)
    if "Lockup" in text:
        raise CodegenError.say("the core locked up: a fault while it handled a fault")
    if run.returncode in _EXITS:
        raise CodegenError.say(_EXITS[run.returncode])
    how = f"signal {signal.Signals(-run.returncode).name}" if run.returncode < 0 else f"exit code {run.returncode}"
    lines = [line for line in text.splitlines() if line.strip()]
    raise CodegenError.say(f"the emulator ended with {how}: " + "\n    ".join(lines[:3]))


def _parse(reader: _Reader, cases: int, output_bytes: Sequence[int], waiting: int) -> RunResult:
    magic, version, stack_limit, spans = reader.words(4)
    if (magic, version) != (_RESULT_MAGIC, _VERSION):
        raise CodegenError.say("the image wrote no result that this version can read", "build the image again")
    names = tuple(reader.take(_NAME_BYTES).rstrip(b"\0").decode(errors="replace") for _ in range(spans))
    spin, empty, init = reader.measurement(), reader.measurement(), reader.measurement()
    _check(init, "init", stack_limit)
    measured: list[_Measurement] = []
    outputs: list[tuple[bytes, ...] | None] = []
    for number in range(cases):
        measured.append(reader.measurement())
        if waiting and measured[-1].status == waiting:
            outputs.append(None)
            _check(replace(measured[-1], status=0), f"invoke of case {number}", stack_limit)
            continue
        _check(measured[-1], f"invoke of case {number}", stack_limit)
        outputs.append(tuple(reader.take(size) for size in output_bytes))
    if reader.words(1) != (_END_MAGIC,):
        raise CodegenError.say("the result does not end where it should", "build the image again")

    # Spin and empty call share their overhead: with it and the loop's known length, two equations give a tick.
    polled = (spin.polls - empty.polls) * _POLL_INSTRUCTIONS
    per_tick = (_SPIN_INSTRUCTIONS + polled) / (spin.ticks - empty.ticks)

    def count(one: _Measurement) -> int:
        exact = (one.ticks - empty.ticks) * per_tick - (one.polls - empty.polls) * _POLL_INSTRUCTIONS
        return max(0, round(exact))

    return RunResult(
        outputs=tuple(outputs),
        case_instructions=tuple(count(one) for one in measured),
        init_instructions=count(init),
        stack_bytes=max(one.stack for one in (init, *measured)),
        stack_limit=stack_limit,
        damage=_damage(names, init, measured),
    )


def _check(one: _Measurement, what: str, stack_limit: int) -> None:
    if one.status != 0:
        raise CodegenError.say(f"{what} failed on the target with status {one.status}")
    if one.guards >> _STACK_BIT:
        raise CodegenError.say(
            f"{what} used up the whole stack of {stack_limit} bytes", "give the image a larger stack"
        )


def _damage(names: Sequence[str], init: _Measurement, measured: Sequence[_Measurement]) -> tuple[str, ...]:
    found = {}
    for when, one in [("init", init), *((f"case {number}", one) for number, one in enumerate(measured))]:
        for bit in range(2 * min(len(names), _SPANS_MOST)):
            if one.guards >> bit & 1 and bit not in found:
                found[bit] = f"guard {'after' if bit & 1 else 'before'} {names[bit // 2]} ({when})"
    return tuple(found[bit] for bit in sorted(found))
