"""A module as a program for an AVR, its cases built in, run by simavr: weights are in program memory, RAM is scarce."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from elftools.elf.elffile import ELFFile

from ..emission.module import CModule
from ..errors import CodegenError
from ..host.inputs import build_inputs
from ..resources import data_dir
from ..verification import Advance, Case, Observation, arrays_of
from .firmware import constant_names
from .glue import module_glue
from .objects import Compilation, ObjectCache
from .sizes import flash_sizes
from .toolchain import compiler_of, find_program

_PORT = ("cg_program_avr.c", "cg_guards.c")
_FLAGS = ("-Os", "-std=gnu99", "-ffunction-sections", "-fdata-sections")
"""GNU C: __flash is no part of C99."""
_LINKED = ("-Wl,--gc-sections", "-Wl,--defsym=__TEXT_REGION_LENGTH__=1M", "-Wl,--defsym=__DATA_REGION_LENGTH__=60K")
"""Regions with room for what does not fit the chip, so that its size is known."""
_SECONDS = 300.0
_STACK_LEAST = 256
_CASES_MOST = 8_192
_CASE = re.compile(r"([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]*)")


class AvrRunner:
    """`codegen verify --on qemu` for a board whose core is an AVR. Raises CodegenError, with the figures, where the
    program without cases does not fit."""

    def __init__(self, module: CModule, cmsis_nn_root: object = None) -> None:
        del cmsis_nn_root  # made for Arm: the board has native kernels alone
        self.module = module
        self.board = module.memory.schedule.target.board
        self._kept = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
        self.folder = Path(self._kept.name)
        self._compiler = compiler_of(self.board.core)
        sources, includes, _ = build_inputs(module, module.write(self.folder / module.name))
        port, glue = data_dir("runtime_c") / "port", self.folder / "cg_glue.c"
        glue.write_text(module_glue(module.interface), encoding="utf-8")
        self._how = Compilation(self._compiler, (*self.board.core.flags, *_FLAGS), (port, *includes))
        self._objects = ObjectCache().build(self._how, [*(port / name for name in _PORT), glue, *sources])
        elf = self._linked(())
        self.flash, self.ram = self._sizes(elf)
        self.weights = flash_sizes(elf, constant_names(module)).weights
        self._check_fit()

    def _linked(self, cases: Sequence[bytes]) -> Path:
        """The program with these inputs."""
        source, made = self.folder / "cg_cases.c", self.folder / "program.elf"
        values = ", ".join(str(byte) for case in cases for byte in case) or "0"
        source.write_text(
            "#include <stdint.h>\nextern const __flash uint8_t cg_cases[];\nextern const uint16_t cg_case_count;\n"
            f"const __flash uint8_t cg_cases[] = {{{values}}};\nconst uint16_t cg_case_count = {len(cases)};\n",
            encoding="utf-8",
        )
        objects = [*self._objects, *ObjectCache().build(self._how, [source])]
        line = [
            str(self._compiler),
            *self.board.core.flags,
            *_LINKED,
            *map(str, objects),
            "-lm",
            "-o",
            str(made),
        ]
        run = subprocess.run(line, capture_output=True, text=True, check=False)
        if run.returncode:
            lines = [text for text in run.stderr.splitlines() if text.strip()]
            raise CodegenError.say(
                f"the program for {self.board.name} cannot be linked:\n    " + "\n    ".join(lines[:5])
            )
        return made

    def _sizes(self, elf: Path) -> tuple[int, int]:
        """Bytes of flash, initial values of data included, and of RAM without the stack."""
        with elf.open("rb") as stream:
            file = ELFFile(stream)
            sizes = {section.name: int(section["sh_size"]) for section in file.iter_sections()}
        data = sizes.get(".data", 0)
        return sizes.get(".text", 0) + data, data + sizes.get(".bss", 0) + sizes.get(".noinit", 0)

    def _check_fit(self) -> None:
        flash, ram = self.board.region(self.board.place_code[0]), self.board.main_ram
        if self.flash > flash.usable or self.ram + _STACK_LEAST > ram.usable:
            raise CodegenError.say(
                f"the program does not fit {self.board.name}: {flash.name} {self.flash:,} of {flash.usable:,} bytes, "
                f"{ram.name} {self.ram:,} and {_STACK_LEAST} of stack of {ram.usable:,}",
                "choose a larger board, or a smaller model",
            )

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        """Every case in order, from the model's initial state: as many at once as program memory has room for."""
        ports = self.module.interface.inputs
        given = [b"".join(array.tobytes() for array in case) for case in cases]
        room = min(_CASES_MOST, self.board.region(self.board.place_code[0]).usable - self.flash)
        each = max(1, room // max(1, sum(port.tensor.bytes for port in ports)))
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
            "flash": {"code": self.flash - self.weights, "weights": self.weights},
            "guards": {"intact": not damage, "damage": list(damage)},
        }
        return Observation(outputs, kept, damage, MappingProxyType(figures))

    def _observed(self, cases: Sequence[bytes]) -> tuple[list[tuple[bytes, ...]], int]:
        """Outputs of each case, and the bits of damaged guards."""
        text = self._output(self._linked(cases))
        sizes = [port.tensor.bytes for port in (*self.module.interface.outputs, *self.module.interface.kept)]
        rows = _CASE.findall(text)
        damaged = 0
        found = []
        for number, (status, guards, data) in enumerate(rows):
            if int(status, 16):
                what = f"invoke of case {number - 1}" if number else "init"
                raise CodegenError.say(f"{what} failed on {self.board.name} with status {int(status, 16)}")
            damaged |= int(guards, 16)
            if number:
                bytes_ = bytes.fromhex(data)
                found.append(tuple(bytes_[sum(sizes[:k]) : sum(sizes[: k + 1])] for k in range(len(sizes))))
        if len(found) != len(cases) or any(sum(map(len, parts)) != sum(sizes) for parts in found):
            raise CodegenError.say(f"the program for {self.board.name} ended after {len(found)} of {len(cases)} cases")
        return found, damaged

    def _output(self, elf: Path) -> str:
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
