"""A module on a board, emulated or real: outputs for `codegen verify`, time of operators for `codegen profile`."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from ..emission.interface import WAITING
from ..emission.module import CModule
from ..graph import Array
from .about import profiled_functions
from .firmware import Firmware, build_firmware
from .link import Link, QemuLink
from .protocol import Counter, Measurement
from .qemu import machine_of
from .session import RUN_SECONDS, Calibration, Session, failed
from .timing import Timing

_SPIN_INSTRUCTIONS = 2 * 1_000_000
_STEPS_ENOUGH = 2_000
"""Counter steps in a measurement, over its repetitions, after which one more or less does not matter."""
_REPEATS_MOST = 50
_SPANS_MOST = 15
_HOOK_SPREAD = 8

Transferred = Callable[[int], None]


class Clock:
    """Ticks of a board's counter as instructions (of an emulator) or core cycles."""

    def __init__(self, calibration: Calibration, *, is_emulated: bool) -> None:
        self.unit = "instructions" if is_emulated else "cycles"
        self._empty = calibration.empty
        spin, empty = calibration.spin, calibration.empty
        # Spin and empty call share their overhead: with it and the loop's known length, two equations give a tick.
        polled = (spin.polls - empty.polls) * calibration.poll_instructions
        self._tick = (_SPIN_INSTRUCTIONS + polled) / (spin.ticks - empty.ticks) if is_emulated else 1.0
        self._poll = calibration.poll_instructions if is_emulated else 0
        counted = calibration.ticks * self._tick - calibration.polls * self._poll
        self._hook = (counted - self.of(calibration.calls)) / calibration.charges if calibration.charges else 0.0

    def of(self, one: Measurement) -> float:
        """One measured call."""
        ticks, polls = one.ticks - self._empty.ticks, one.polls - self._empty.polls
        return max(0.0, ticks * self._tick - polls * self._poll)

    def of_counters(self, counters: Sequence[Counter], total: float) -> list[float]:
        """All intervals of each counter, without the hooks' part in them, of a run that takes `total` without hooks.

        What a hook costs differs by a few instructions with the function that it is compiled into. Its mean here is
        what the counters have more than the total; nearer than _HOOK_SPREAD to the calibrated one, it holds.
        """
        raw = [one.ticks * self._tick - one.polls * self._poll for one in counters]
        mean = (sum(raw) - total) / max(1, sum(one.charges for one in counters))
        hook = min(max(mean, self._hook - _HOOK_SPREAD), self._hook + _HOOK_SPREAD)
        return [time - one.charges * hook for time, one in zip(raw, counters, strict=True)]


class BoardRunner:
    """A module behind a link. A context: leaving it closes the link."""

    def __init__(self, module: CModule, link: Link, session: Session, firmware: Firmware | None = None) -> None:
        self.module = module
        self.session = session
        self.firmware = firmware
        self.transferred: Transferred = lambda _: None
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        self._link = link
        try:
            session.check_model(module.memory.schedule.graph.sha256, module.name)
            failed(session, session.hello.init, "init")
            self._clock = Clock(session.calibrate(), is_emulated=link.is_emulated)
        except BaseException:
            link.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._link.close()
        if self.folder is not None:
            self.folder.cleanup()

    # ---------------------------------------------------------------------------------------------------- verify
    def cases(self, cases: Sequence[Sequence[Array]], advance: Callable[[], None]) -> BoardRun:
        """Every case in order, from the model's initial state."""
        session, interface = self.session, self.module.interface
        outputs: list[tuple[bytes, ...] | None] = []
        counts: list[float] = []
        damage: dict[int, str] = {}
        self._reset()
        for number, case in enumerate(cases):
            one = self._once(case, number)
            counts.append(self._clock.of(one))
            for bit in _bits(one.guards):
                damage.setdefault(bit, f"guard {'after' if bit & 1 else 'before'} {self._span(bit)} (case {number})")
            sizes = [port.tensor.bytes for port in (*interface.outputs, *interface.kept)]
            read = tuple(session.read(k, size, self.transferred) for k, size in enumerate(sizes))
            outputs.append(None if one.status == WAITING else read)
            advance()
        memory = session.memory()
        return BoardRun(
            tuple(outputs),
            tuple(damage[bit] for bit in sorted(damage)),
            round(sum(counts) / len(counts)) if counts else 0,
            self._clock.unit,
            memory.stack_most,
        )

    def _reset(self) -> None:
        if self.session.hello.has_reset:
            self.session.reset()

    def _write(self, case: Sequence[Array]) -> None:
        ports = self.module.interface.inputs
        own = [array for port, array in zip(ports, case, strict=True) if not port.is_fed_back]
        for index, array in enumerate(own):
            self.session.write(index, array.tobytes(), self.transferred)

    def _once(self, case: Sequence[Array], number: int) -> Measurement:
        self._write(case)
        one = self.session.invoke()
        failed(self.session, one, f"invoke of case {number}", self._accepted)
        return one

    @property
    def _accepted(self) -> tuple[int, ...]:
        return (0, WAITING) if self.module.interface.may_wait else (0,)

    def _span(self, bit: int) -> str:
        names = self.session.description.get("spans", [])
        return str(names[bit // 2]) if bit // 2 < len(names) else f"span {bit // 2}"

    # --------------------------------------------------------------------------------------------------- profile
    def timing(self, case: Sequence[Array], advance: Callable[[], None] = lambda: None) -> Timing:
        """Time of one inference on `case`, in total and per function; short ones are repeated."""
        self._reset()
        first = self._once(case, 0)
        steps = max(1, first.ticks)
        repeats = max(1, min(_REPEATS_MOST, math.ceil(_STEPS_ENOUGH / steps)))
        total = 0.0
        functions: dict[str, float] = {}
        names = (*profiled_functions(self.module), "others")
        for _ in range(repeats):
            self._reset()
            plain = self._clock.of(self._once(case, 0))
            total += plain
            self._reset()
            self._write(case)
            measured, counters = self.session.profile()
            failed(self.session, measured, "invoke with counters", self._accepted)
            for counter, time in zip(counters, self._clock.of_counters(counters, plain), strict=True):
                name = names[counter.function - 1]
                functions[name] = functions.get(name, 0.0) + time
            advance()
        rows = tuple((name, time / repeats) for name, time in functions.items())
        return Timing(self._clock.unit, round(total / repeats), rows, repeats, self.session.hello.clock_hz)


@dataclass(frozen=True, slots=True, eq=False)
class BoardRun:
    """What `BoardRunner.cases` saw: raw outputs and kept tensors (None: the case waited for more input), time, stack,
    guards."""

    outputs: tuple[tuple[bytes, ...] | None, ...]
    damage: tuple[str, ...]
    time: int
    unit: str
    stack_bytes: int

    def figures(self, firmware: Firmware | None) -> MappingProxyType[str, Any]:
        """For the report, as JSON values."""
        found: dict[str, Any] = {"stack_bytes": self.stack_bytes}
        if firmware is not None:
            found["flash"] = firmware.flash()
        found[self.unit] = self.time
        found["guards"] = {"intact": not self.damage, "damage": list(self.damage)}
        return MappingProxyType(found)


def _bits(guards: int) -> list[int]:
    return [bit for bit in range(2 * _SPANS_MOST) if guards >> bit & 1]


# --------------------------------------------------------------------------------------------------------- where
def emulated(
    module: CModule, cmsis_nn_root: str | os.PathLike[str] | None = None, *, run_seconds: float = RUN_SECONDS
) -> BoardRunner:
    """`module` in an image for its board, in the board's emulator. Raises CodegenError before anything is built where
    the board has none."""
    machine_of(module.memory.schedule.target.board)
    folder = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
    firmware = build_firmware(module, Path(folder.name), cmsis_nn_root)
    link = QemuLink(firmware.elf, firmware.board)
    runner = BoardRunner(module, link, opened(link, run_seconds), firmware)
    runner.folder = folder
    return runner


def opened(link: Link, run_seconds: float = RUN_SECONDS) -> Session:
    """A session with whatever answers on `link`, which is closed where nothing does."""
    session = Session(link, run_seconds=run_seconds)
    try:
        session.open()
    except BaseException:
        link.close()
        raise
    return session
