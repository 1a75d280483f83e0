"""A module as a program for an AVR, its cases built in, run by simavr: weights are in program memory, RAM is scarce."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ..emission.module import CModule
from ..errors import CodegenError
from ..fit_rules import STACK_LEAST
from ..host.inputs import build_inputs
from ..resources import data_dir
from ..verification import Advance, Case, Observation, arrays_of
from .about import profiled_functions, profiled_name, profiled_source
from .glue import module_glue
from .image import COUNTED
from .objects import Compilation, ObjectCache
from .program import STUB, link_program, weight_bytes
from .sizes import program_bytes
from .timing import Timing
from .toolchain import compiler_of, find_program

_PORT = ("cg_program_avr.c", "cg_guards.c")
FLAGS = ("-Os", "-std=gnu99", "-ffunction-sections", "-fdata-sections")
"""GNU C: __flash is no part of C99."""
_LINKED = ("-Wl,--gc-sections", "-Wl,--defsym=__TEXT_REGION_LENGTH__=1M", "-Wl,--defsym=__DATA_REGION_LENGTH__=60K")
"""Regions with room for what does not fit the chip, so that its size is known."""
_SECONDS = 300.0
_CASES_MOST = 8_192
_HOOK_SPREAD = 8
_LINE = re.compile(r"([a-z]) ([0-9a-f ]+)")


class AvrRunner:
    """`codegen verify --on qemu` for a board whose core is an AVR. Raises CodegenError, with the figures, where the
    program without cases does not fit. `is_timed` adds counters of every operator."""

    def __init__(self, module: CModule, cmsis_nn_root: object = None, *, is_timed: bool = False) -> None:
        del cmsis_nn_root  # made for Arm: the board has native kernels alone
        self.module = module
        self.board = module.memory.schedule.target.board
        self._kept = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
        self.folder = Path(self._kept.name)
        sources, includes, _ = build_inputs(module, module.write(self.folder / module.name))
        port, glue, stub = data_dir("runtime_c") / "port", self.folder / "cg_glue.c", self.folder / "cg_stub.c"
        glue.write_text(module_glue(module.interface) + (_timed_glue(module) if is_timed else ""), encoding="utf-8")
        stub.write_text(STUB, encoding="utf-8")
        settings = (f"-DF_CPU={self.board.clock_hz}UL", f"-DCG_BAUD={self._baud}UL", *(["-DCG_TIMED"] * is_timed))
        flags = (*self.board.core.flags, *FLAGS, *settings)
        self._how = Compilation(compiler_of(self.board.core), flags, (port, *includes))
        own = [*_PORT, "cg_counters.c"] if is_timed else _PORT
        self._objects = ObjectCache().build(self._how, [*(port / name for name in own), glue, *sources])
        if is_timed:
            counted = self.folder / "cg_profiled.c"
            counted.write_text(profiled_source(module), encoding="utf-8")
            hooked = replace(self._how, flags=(*flags, *COUNTED))
            self._objects += ObjectCache().build(hooked, [counted, port / "cg_counted_calls.c"])
        self.cycles: list[int] = []
        """Of each case so far, without those of the call."""
        elf = self.linked(())
        self.flash, self.ram = self._sizes(elf)
        alone = replace(self._how, flags=tuple(flag for flag in flags if flag != "-DCG_TIMED"))
        parts = ObjectCache().build(alone, [*(port / name for name in _PORT), stub])
        self.harness, _ = self._sizes(self.linked((), parts, "stub"))
        self.weights = weight_bytes(module)
        self._check_fit()

    @property
    def _baud(self) -> int:
        return self.board.serial.baud if self.board.serial else 115_200

    def linked(self, cases: Sequence[bytes], objects: Sequence[Path] | None = None, name: str = "program") -> Path:
        """The program with these inputs."""
        source, made = self.folder / f"cg_cases_{name}.c", self.folder / f"{name}.elf"
        values = ", ".join(str(byte) for case in cases for byte in case) or "0"
        source.write_text(
            "#include <stdint.h>\nextern const __flash uint8_t cg_cases[];\nextern const uint16_t cg_case_count;\n"
            f"const __flash uint8_t cg_cases[] = {{{values}}};\nconst uint16_t cg_case_count = {len(cases)};\n",
            encoding="utf-8",
        )
        parts = [*(objects or self._objects), *ObjectCache().build(self._how, [source])]
        link_program(self.board, (*_LINKED, *map(str, parts), "-lm"), made)
        return made

    def _sizes(self, elf: Path) -> tuple[int, int]:
        """Bytes of flash, initial values of data included, and of RAM without the stack."""
        sizes = program_bytes(elf)
        return sizes.flash, sizes.ram

    def _check_fit(self) -> None:
        flash, ram = self.board.region(self.board.place_code[0]), self.board.main_ram
        if self.flash > flash.usable or self.ram + STACK_LEAST > ram.usable:
            raise CodegenError.say(
                f"the program does not fit {self.board.name}: {flash.name} {self.flash:,} of {flash.usable:,} bytes, "
                f"{ram.name} {self.ram:,} and {STACK_LEAST} of stack of {ram.usable:,}",
                "choose a larger board, or a smaller model",
            )

    @property
    def room(self) -> int:
        """Cases for which program memory has room beside the program."""
        free = min(_CASES_MOST, self.board.region(self.board.place_code[0]).usable - self.flash)
        return max(1, free // max(1, sum(port.tensor.bytes for port in self.module.interface.inputs)))

    def flash_json(self) -> dict[str, int]:
        """Bytes of flash that the model takes."""
        return {"code": self.flash - self.harness - self.weights, "weights": self.weights}

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        """Every case in order, from the model's initial state: as many at once as program memory has room for."""
        given = [case_bytes(self.module, case) for case in cases]
        each = self.room
        raw: list[tuple[bytes, ...] | None] = []
        damaged = 0
        for at in range(0, len(given), each):
            found, guards = self._observed(given[at : at + each])
            raw += found
            damaged |= guards
            for _ in found:
                advance()
        names = [*(arena.field for arena in self.module.interface.arenas), "state"]
        damage = tuple(
            f"guard {'after' if bit & 1 else 'before'} {names[bit // 2]}"
            for bit in range(2 * len(names))
            if damaged >> bit & 1
        )
        outputs, kept = arrays_of(raw, self.module.interface)
        figures = {
            "flash": self.flash_json(),
            **({"cycles": round(sum(self.cycles) / len(self.cycles))} if self.cycles else {}),
            "guards": {"intact": not damage, "damage": list(damage)},
        }
        return Observation(outputs, kept, damage, MappingProxyType(figures))

    def _observed(self, cases: Sequence[bytes]) -> tuple[list[tuple[bytes, ...]], int]:
        """Outputs of each case, and the bits of damaged guards; `cycles` has those of each."""
        sizes = [port.tensor.bytes for port in (*self.module.interface.outputs, *self.module.interface.kept)]
        damaged = 0
        found: list[bytes] = []
        for kind, words in said(self.output(self.linked(cases))):
            if kind == "s":
                status, guards, cycles = (int(word, 16) for word in words)
                if status:
                    what = f"invoke of case {len(found) - 1}" if found else "init"
                    raise CodegenError.say(f"{what} failed on {self.board.name} with status {status}")
                damaged |= guards
                self.cycles.append(cycles)
                found.append(b"")
            elif kind == "d":
                found[-1] += bytes.fromhex(words[0])
        del self.cycles[-len(found)]  # init's
        rows = [data for data in found[1:] if len(data) == sum(sizes)]
        if len(rows) != len(cases):
            raise CodegenError.say(f"the program for {self.board.name} ended after {len(rows)} of {len(cases)} cases")
        return [tuple(row[sum(sizes[:k]) : sum(sizes[: k + 1])] for k in range(len(sizes))) for row in rows], damaged

    def timing(self, case: Case) -> Timing:
        """Cycles of one inference on `case` from the initial state: the whole without counters, and every operator.
        Of a runner that `is_timed`."""
        names = (*profiled_functions(self.module), "others")
        rows: dict[str, list[tuple[int, ...]]] = {kind: [] for kind in "etchp"}
        for kind, words in said(self.output(self.linked([case_bytes(self.module, case)]))):
            if kind == "s" and int(words[0], 16):
                raise CodegenError.say(f"a run failed on {self.board.name} with status {int(words[0], 16)}")
            rows.get(kind, []).append(tuple(int(word, 16) for word in words))
        if not rows["p"]:
            raise CodegenError.say(f"the program for {self.board.name} ended before its figures did")
        empty = rows["e"][0][0]
        total = rows["t"][0][0] - empty
        hook = (sum(t for _, _, t in rows["h"]) - (rows["c"][0][0] - empty)) / max(1, sum(c for _, c, _ in rows["h"]))
        raw = [(names[index], charges, ticks) for index, charges, ticks in rows["p"]]
        mean = (sum(ticks for _, _, ticks in raw) - total) / max(1, sum(charges for _, charges, _ in raw))
        hook = min(max(mean, hook - _HOOK_SPREAD), hook + _HOOK_SPREAD)
        times: dict[str, float] = {}
        for name, charges, ticks in raw:
            times[name] = times.get(name, 0.0) + ticks - charges * hook
        return Timing("cycles", total, tuple(times.items()), 1, self.board.clock_hz)

    def output(self, elf: Path) -> str:
        """What it wrote to its serial line, until its end."""
        emulator = self.board.core.emulator
        assert emulator is not None
        command = [
            str(find_program(emulator.program)),
            "-m",
            emulator.machine,
            "-f",
            str(self.board.clock_hz),
            str(elf),
        ]
        try:
            run = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise CodegenError.say(
                f"the program for {self.board.name} did not end in {_SECONDS:g} seconds", "give it fewer cases"
            ) from None
        return re.sub(r"\x1b\[[0-9;]*m", "", (run.stdout + run.stderr).decode(errors="replace"))


def said(text: str) -> Iterator[tuple[str, list[str]]]:
    """The lines of cg_program_avr.c: a letter, and hexadecimal words."""
    for line in text.splitlines():
        found = _LINE.match(line)
        if found:
            yield found[1], found[2].split()


def case_bytes(module: CModule, case: Case) -> bytes:
    """The inputs of `case`, one after the other."""
    ports = module.interface.inputs
    return b"".join(array.tobytes() for port, array in zip(ports, case, strict=True) if not port.is_fed_back)


def _timed_glue(module: CModule) -> str:
    """What cg_program_avr.c needs to count, after `module_glue`."""
    functions, name = len(profiled_functions(module)), module.name
    invoke = profiled_name(module, module.interface.entries[0].invoke.name)
    return f"""
#include "cg_counters.h"
typedef void (*cg_function)(void);
extern const cg_function cg_profiled_functions[{functions}];
const cg_function *const cg_functions = cg_profiled_functions;
const uint8_t cg_function_count = {functions};
cg_counted cg_all_counters[{functions + 1}];
{name}_status_t {invoke}({name}_t *self);
int cg_profiled(void)
{{
    return (int){invoke}(&state.value);
}}
"""
