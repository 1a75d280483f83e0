"""A module as a program for a hosted core: Linux on another processor in QEMU's user mode, WebAssembly in Node."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..emission.interface import WAITING
from ..emission.module import CModule
from ..errors import CodegenError
from ..host.inputs import build_inputs
from ..resources import data_dir
from ..target import Board
from ..verification import Advance, Case, Observation, arrays_of
from .glue import module_glue
from .image import DEFAULT_FLAGS
from .objects import Compilation, ObjectCache
from .toolchain import compiler_of, find_program

_PORT = ("cg_program.c", "cg_guards.c")
_SECONDS = 300.0
_SPANS_MOST = 15
_IN_NODE = """
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
const wasi = new WASI({ version: "preview1", args: ["program"], returnOnExit: true });
const code = readFileSync(process.argv[1]);
const made = await WebAssembly.instantiate(code, { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(made.instance);
"""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A linked program of one module. `folder` goes with it."""

    module: CModule
    board: Board
    path: Path
    folder: tempfile.TemporaryDirectory[str]

    def command(self) -> list[str]:
        """What runs it, reading cases and writing results. Raises CodegenError where the emulator is missing."""
        assert self.board.core.emulator is not None
        runner = str(find_program(self.board.core.emulator.program))
        if self.board.core.family == "wasm":
            return [runner, "--no-warnings", "--input-type=module", "-e", _IN_NODE, str(self.path)]
        return [runner, str(self.path)]

    def run(self, cases: Sequence[Case], advance: Advance) -> tuple[tuple[tuple[bytes, ...] | None, ...], int]:
        """(outputs and kept tensors of every case, None of one that waited; bits of the damaged guards). From the
        initial state. Raises CodegenError for a program that fails, or takes longer than five minutes."""
        ports = self.module.interface.inputs
        given = [
            struct.pack("<I", len(cases)),
            *(
                b"".join(array.tobytes() for port, array in zip(ports, case, strict=True) if not port.is_fed_back)
                for case in cases
            ),
        ]
        try:
            run = subprocess.run(
                self.command(), input=b"".join(given), capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise CodegenError.say(
                f"the program for {self.board.name} did not end in {_SECONDS:g} seconds", "give it fewer cases"
            ) from None
        if run.returncode:
            said = run.stderr.decode(errors="replace").strip().splitlines()[:3]
            raise CodegenError.say(
                f"the program for {self.board.name} ended with code {run.returncode}: " + "\n    ".join(said)
            )
        return self._parsed(run.stdout, len(cases), advance)

    def _parsed(self, data: bytes, cases: int, advance: Advance) -> tuple[tuple[tuple[bytes, ...] | None, ...], int]:
        interface = self.module.interface
        accepted = (0, WAITING) if interface.may_wait else (0,)
        sizes = [port.tensor.bytes for port in (*interface.outputs, *interface.kept)]
        outputs: list[tuple[bytes, ...] | None] = []
        damaged = at = 0
        for number in range(-1, cases):
            if len(data) < at + 8:
                raise CodegenError.say(f"the program for {self.board.name} ended after {max(0, number)} cases")
            status, guards = struct.unpack_from("<iI", data, at)
            at, damaged = at + 8, damaged | guards
            if status not in accepted or (number < 0 and status):
                what = "init" if number < 0 else f"invoke of case {number}"
                raise CodegenError.say(f"{what} failed on {self.board.name} with status {status}")
            if number < 0:
                continue
            found = None
            if status == 0:
                found = tuple(data[at + sum(sizes[:k]) : at + sum(sizes[: k + 1])] for k in range(len(sizes)))
                at += sum(sizes)
            outputs.append(found)
            advance()
        return tuple(outputs), damaged


def build_program(module: CModule, cmsis_nn_root: str | os.PathLike[str] | None = None) -> Program:
    """`module` compiled and linked for its hosted core, with upstream CMSIS-NN from `cmsis_nn_root` where given."""
    board = module.memory.schedule.target.board
    compiler = compiler_of(board.core)
    kept = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
    folder, port = Path(kept.name), data_dir("runtime_c") / "port"
    sources, includes, defines = build_inputs(module, module.write(folder / module.name), cmsis_nn_root)
    glue = folder / "cg_glue.c"
    glue.write_text(module_glue(module.interface), encoding="utf-8")
    settings = tuple(f"-D{name}={value}" if value else f"-D{name}" for name, value in defines.items())
    how = Compilation(compiler, (*board.core.flags, *DEFAULT_FLAGS, *settings), (port, *includes))
    objects = ObjectCache().build(how, [*(port / name for name in _PORT), glue, *sources])
    made = folder / "program"
    line = [
        str(compiler),
        *board.core.flags,
        "-static",
        "-Wl,--gc-sections",
        *map(str, objects),
        "-lm",
        "-o",
        str(made),
    ]
    run = subprocess.run(line, capture_output=True, text=True, check=False)
    if run.returncode:
        lines = [text for text in run.stderr.splitlines() if text.strip()]
        raise CodegenError.say(f"the program for {board.name} cannot be linked:\n    " + "\n    ".join(lines[:5]))
    return Program(module, board, made, kept)


class ProgramRunner:
    """The module in a program for a hosted core (Linux, WebAssembly), run by its emulator or engine."""

    def __init__(self, module: CModule, cmsis_nn_root: str | os.PathLike[str] | None = None) -> None:
        self._program = build_program(module, cmsis_nn_root)

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        """Every case in order, from the model's initial state."""
        raw, guards = self._program.run(cases, advance)
        interface = self._program.module.interface
        names = [*(arena.field for arena in interface.arenas), "state"]
        damage = tuple(
            f"guard {'after' if bit & 1 else 'before'} {names[bit // 2]}"
            for bit in range(2 * min(len(names), _SPANS_MOST))
            if guards >> bit & 1
        )
        outputs, kept = arrays_of(raw, interface)
        figures = {"guards": {"intact": not damage, "damage": list(damage)}}
        return Observation(outputs, kept, damage, MappingProxyType(figures))
