"""A module as a program for a hosted core: Linux on another processor in QEMU's user mode, WebAssembly in Node."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..emission.interface import WAITING
from ..emission.module import CModule
from ..errors import CodegenError
from ..host.inputs import build_inputs
from ..resources import data_dir
from ..target import Board, Region
from ..verification import Advance, Case, Observation, arrays_of
from .about import profiled_source
from .glue import module_glue
from .image import COUNTED, flags_for
from .objects import Compilation, ObjectCache
from .sizes import program_bytes
from .timed import Row, program_glue, timing_of
from .timing import Timing
from .toolchain import compiler_of, find_program

_PORT = ("cg_program.c", "cg_guards.c")
STUB = """#include "cg_harness.h"
static int nothing(void)
{
    return 0;
}
const cg_model cg_model_under_test = {.name = "none", .init = nothing, .invoke = nothing};
"""
"""No model at all: what a program takes by itself, its C library included."""
SUFFIXES = MappingProxyType({"linux": ".elf", "wasm": ".wasm"})
_LINKED = MappingProxyType(
    {
        "linux": ("-static", "-Wl,--gc-sections"),
        # The end of what it takes of its memory tells how much that is.
        "wasm": ("-static", "-Wl,--gc-sections,--export=__heap_base"),
    }
)
_SECONDS = 300.0
_SPANS_MOST = 15
_IN_NODE = """
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";
const wasi = new WASI({ version: "preview1", args: ["program"], returnOnExit: true });
const code = readFileSync(process.argv.at(-1));
const made = await WebAssembly.instantiate(code, { wasi_snapshot_preview1: wasi.wasiImport });
process.exitCode = wasi.start(made.instance);
"""


def _hooked(how: Compilation, sources: list[Path], folder: Path, *, is_wasm: bool) -> list[Path]:
    """Objects of `sources` with counters. Clang has no return address in WebAssembly but for Emscripten, whose calls
    are the same: what WASI's headers make of the sources is compiled for it. Inline functions of headers count there
    by themselves, for Clang leaves none out."""
    if not is_wasm:
        return ObjectCache().build(replace(how, flags=(*how.flags, *COUNTED)), sources)
    made = []
    for source in sources:
        made.append(folder / f"{source.stem}_read.c")
        includes = [f"-I{path}" for path in how.include_dirs]
        line = [str(how.compiler), *how.flags, *includes, "-E", str(source), "-o", str(made[-1])]
        subprocess.run(line, capture_output=True, check=True)
    flags = tuple(flag.replace("wasm32-wasi", "wasm32-unknown-emscripten") for flag in how.flags)
    return ObjectCache().build(replace(how, flags=(*flags, COUNTED[0]), include_dirs=()), made)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A linked program of one module. `folder` goes with it."""

    module: CModule
    board: Board
    path: Path
    stub: Path
    folder: tempfile.TemporaryDirectory[str]

    @property
    def use(self) -> str:
        """What to do with the files."""
        how = "node NAME.mjs NAME.wasm" if self.board.core.family == "wasm" else f"run it on {self.board.title}"
        return f"{how}: cases on its standard input, results on its standard output (cg_program.c says how)"

    def flash(self) -> dict[str, int]:
        """Bytes of code and constants: `code` is all that the model brings but `weights`, `harness` the program's."""
        total, harness = program_bytes(self.path).flash, program_bytes(self.stub).flash
        weights = weight_bytes(self.module)
        return {"code": total - harness - weights, "weights": weights, "harness": harness, "total": total}

    def regions(self) -> list[tuple[Region, int]]:
        """Every region of the board, and what the program takes of it; WebAssembly's stack included, not that of an
        operating system."""
        sizes, ram = program_bytes(self.path), self.board.main_ram
        return [(region, sizes.ram if region == ram else sizes.flash) for region in self.board.regions]

    def write(self, folder: Path) -> list[Path]:
        """The program as `<model>.elf` or `<model>.wasm` with `<model>.mjs` that runs it, in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f"{self.module.name}{self.path.suffix}"
        shutil.copyfile(self.path, made)
        made.chmod(0o755)
        if self.board.core.family != "wasm":
            return [made]
        script = folder / f"{self.module.name}.mjs"
        script.write_text(_IN_NODE.lstrip(), encoding="utf-8")
        return [made, script]

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
        return self._parsed(self.output(b"".join(given)), len(cases), advance)

    def output(self, given: bytes) -> bytes:
        """What it writes when it reads `given`. Raises CodegenError for a program that fails, or takes too long."""
        try:
            run = subprocess.run(self.command(), input=given, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise CodegenError.say(
                f"the program for {self.board.name} did not end in {_SECONDS:g} seconds", "give it fewer cases"
            ) from None
        if run.returncode:
            said = run.stderr.decode(errors="replace").strip().splitlines()[:3]
            raise CodegenError.say(
                f"the program for {self.board.name} ended with code {run.returncode}: " + "\n    ".join(said)
            )
        return run.stdout

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
    return _built(module, cmsis_nn_root, module_glue(module.interface), _PORT)


def build_timed_program(module: CModule, cmsis_nn_root: str | os.PathLike[str] | None = None) -> Program:
    """The same with counters, for `program_timing`."""
    return _built(module, cmsis_nn_root, program_glue(module), ("cg_counters.c",), profiled_source(module))


def _built(
    module: CModule,
    cmsis_nn_root: str | os.PathLike[str] | None,
    glue_text: str,
    port_files: tuple[str, ...],
    counted_text: str | None = None,
) -> Program:
    board = module.memory.schedule.target.board
    kept = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
    folder, port = Path(kept.name), data_dir("runtime_c") / "port"
    sources, includes, defines = build_inputs(module, module.write(folder / module.name), cmsis_nn_root)
    settings = tuple(f"-D{name}={value}" if value else f"-D{name}" for name, value in defines.items())
    flags = (*board.core.flags, *flags_for(module.memory.schedule.target.optimize), *settings)
    how = Compilation(compiler_of(board.core), flags, (port, *includes))
    glue, stub = folder / "cg_glue.c", folder / "cg_stub.c"
    glue.write_text(glue_text, encoding="utf-8")
    stub.write_text(STUB, encoding="utf-8")
    objects = ObjectCache().build(how, [*(port / name for name in port_files), glue, *sources])
    if counted_text is not None:
        counted = folder / "cg_profiled.c"
        counted.write_text(counted_text, encoding="utf-8")
        counters = [counted, port / "cg_counted_calls.c"]
        objects += _hooked(how, counters, folder, is_wasm=board.core.family == "wasm")
    alone = ObjectCache().build(how, [*(port / name for name in _PORT), stub])
    made = [folder / f"{name}{SUFFIXES[board.core.family]}" for name in ("program", "stub")]
    for path, parts in zip(made, (objects, alone), strict=True):
        link_program(board, (*_LINKED[board.core.family], *map(str, parts), "-lm"), path)
    return Program(module, board, made[0], made[1], kept)


def link_program(board: Board, words: Sequence[str], made: Path) -> None:
    """Links `words` (flags and objects) for the board's core. Raises CodegenError with the linker's first lines."""
    line = [str(compiler_of(board.core)), *board.core.flags, *words, "-o", str(made)]
    run = subprocess.run(line, capture_output=True, text=True, check=False)
    if run.returncode:
        lines = [text for text in run.stderr.splitlines() if text.strip()]
        raise CodegenError.say(f"the program for {board.name} cannot be linked:\n    " + "\n    ".join(lines[:5]))


def weight_bytes(module: CModule) -> int:
    """Bytes of the module's constants, as its plan has them."""
    plan: Any = module.plan
    return int(plan["flash"]["weights"])


def program_timing(program: Program, case: Case, milliseconds: int = 400) -> Timing:
    """Nanoseconds of one inference on `case`, of a program of `build_timed_program`, in its emulator or engine on this
    computer: how operators compare, not how long the board takes. Raises CodegenError as `Program.run`."""
    ports = program.module.interface.inputs
    own = [array.tobytes() for port, array in zip(ports, case, strict=True) if not port.is_fed_back]
    lines = program.output(struct.pack("<I", milliseconds) + b"".join(own)).decode().split("\n")
    numbers = iter([tuple(map(int, line.split())) for line in lines if line])

    def rows() -> list[Row]:
        (count, *_) = next(numbers)
        return [(a, b, c) for a, b, c in (next(numbers) for _ in range(count))]

    try:
        (status, *_) = next(numbers)
        if status:
            raise CodegenError.say(f"init failed on {program.board.name} with status {status}")
        total, repeats, _ = next(numbers)
        return timing_of(program.module, total, repeats, rows(), rows())
    except StopIteration:
        raise CodegenError.say(f"the program for {program.board.name} ended before its figures did") from None


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
