"""Builds a bare-metal image: emitted module, kernels, glue, harness and port, linked for one board."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import CodegenError
from ..resources import data_dir
from ..target import Board, Core, Objective
from .linker import default_stack_bytes, linker_script
from .objects import Compilation, ObjectCache
from .toolchain import FAMILIES, compiler_of

DEFAULT_FLAGS = (
    "-O2",
    "-std=c99",
    "-ffp-contract=off",
    "-fmerge-all-constants",
    "-ffunction-sections",
    "-fdata-sections",
)
"""As the emitted CMakeLists.txt compiles: floats as written, equal parameter structs of operators once in flash."""
SIZE_FLAGS = tuple("-Os" if flag == "-O2" else flag for flag in DEFAULT_FLAGS)


def flags_for(objective: Objective) -> tuple[str, ...]:
    """The compiler's flags for a module made for `objective`: those of its CMakeLists.txt."""
    return SIZE_FLAGS if objective == "size" else DEFAULT_FLAGS


@dataclass(frozen=True, slots=True)
class Port:
    """The files of runtime_c/port that an image is linked with."""

    files: tuple[str, ...]

    @staticmethod
    def serial(board: Board) -> Port:
        """Requests over the serial line of `board`, which has one with a driver."""
        assert board.serial is not None
        own = [f"cg_uart_{board.serial.driver}.c"]
        if board.start and board.start.boot:
            own.append(f"cg_boot_{board.start.boot}.c")
        session = ("cg_protocol.c", "cg_session.c", "cg_serial.c", "cg_counters.c", "cg_board.c")
        common = (FAMILIES[board.core.family].start, "cg_guards.c", "cg_measure.c")
        return Port((*common, f"cg_counter_{board.counter}.c", *session, *own))

    @staticmethod
    def semihosting(board: Board) -> Port:
        """Cases from a file, in an emulator or a debugger: no UART, for any board."""
        family = FAMILIES[board.core.family]
        return Port((family.start, "cg_guards.c", "cg_measure.c", family.counter, "cg_semihosting.c", "cg_harness.c"))


COUNTED = ("-finstrument-functions", "-finstrument-functions-exclude-file-list=runtime/")
"""How what runtime_c/port/cg_counters.h counts is compiled: the module's own functions, no kernel."""


def build_image(  # noqa: PLR0913 - a build has this many independent inputs
    sources: Sequence[Path],
    include_dirs: Sequence[Path],
    board: Board,
    glue: str,
    out_dir: Path,
    *,
    system_dirs: Sequence[Path] = (),
    defines: Mapping[str, str] | None = None,
    flags: Sequence[str] = DEFAULT_FLAGS,
    stack_bytes: int | None = None,
    jobs: int = 2,
    cache: ObjectCache | None = None,
    port: Port | None = None,
    instrumented: Sequence[Path] = (),
) -> Path:
    """The ELF file `image.elf` in `out_dir`; with the default `port` (semihosting) for `codegen.device.qemu.run_image`.

    `glue` is the C text that defines `cg_model_under_test` (see runtime_c/port/cg_harness.h). `instrumented` are
    sources compiled with counters; they count as part of the harness. Objects come from a cache, so that only what
    changed is compiled; `out_dir` also has the linker script and the map file.
    """
    compiler = compiler_of(board.core)
    folder = data_dir("runtime_c") / "port"
    out_dir.mkdir(parents=True, exist_ok=True)
    glue_file = out_dir / "cg_glue.c"
    glue_file.write_text(glue, encoding="utf-8")
    settings = tuple(f"-D{name}={value}" if value else f"-D{name}" for name, value in (defines or {}).items())
    how = Compilation(
        compiler,
        (*board.core.flags, *header_flags(board.core), *flags, *settings),
        (folder, *(Path(path) for path in include_dirs)),
        tuple(Path(path) for path in system_dirs),
    )
    harness = [*(folder / name for name in (port or Port.semihosting(board)).files), glue_file]
    models = [Path(source) for source in sources]
    objects = (cache or ObjectCache()).build(how, [*harness, *models], jobs=jobs)
    counted = replace(how, flags=(*how.flags, *COUNTED))
    objects += (cache or ObjectCache()).build(counted, instrumented, jobs=jobs) if instrumented else []
    named = {
        **{f"port_{path.stem}": made for path, made in zip(harness, objects, strict=False)},
        **{f"{n:03d}_{p.stem}": made for n, (p, made) in enumerate(zip(models, objects[len(harness) :], strict=False))},
        **{f"port_{p.stem}": made for p, made in zip(instrumented, objects[-len(instrumented) :], strict=False)},
    }
    return _link(compiler, board, _copied(named, out_dir), out_dir, stack_bytes)


def header_flags(core: Core) -> tuple[str, ...]:
    """Where the C library's headers are apart from the compiler's own."""
    specs = FAMILIES[core.family].specs
    return (specs,) if "picolibc" in specs else ()


def _copied(objects: Mapping[str, Path], out_dir: Path) -> list[Path]:
    """The objects under names for the map file, and for the linker script that knows port and glue by theirs."""
    folder = out_dir / "objects"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return [Path(shutil.copyfile(made, folder / f"{name}.o")) for name, made in objects.items()]


def _link(compiler: Path, board: Board, objects: Sequence[Path], out_dir: Path, stack_bytes: int | None) -> Path:
    elf, script = out_dir / "image.elf", out_dir / "image.ld"
    script.write_text(linker_script(board, stack_bytes), encoding="utf-8")
    command = [
        *(str(compiler), *board.core.flags, "-nostartfiles", FAMILIES[board.core.family].specs, "-static"),
        *(f"-T{script}", "-Wl,--gc-sections", f"-Wl,-Map={out_dir / 'image.map'}"),
        *(str(path) for path in objects),
        *("-lm", "-o", str(elf)),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise _complaint(board, run.stderr, stack_bytes or default_stack_bytes(board))
    return elf


def _complaint(board: Board, errors: str, stack_bytes: int) -> CodegenError:
    over = re.findall(r"region `(\w+)' overflowed by (\d+) bytes", errors)
    if over:
        sizes = "; ".join(
            f"{name} ({board.region(name).kind}, {board.region(name).usable} bytes) lacks {lack}" for name, lack in over
        )
        return CodegenError.say(
            f"the image does not fit {board.name}: {sizes}",
            f"choose a larger board; the stack takes {stack_bytes} bytes of {board.main_ram.name}",
        )
    missing = sorted(set(re.findall(r"undefined reference to `([^']+)'", errors)))
    if missing:
        return CodegenError.say(f"the image for {board.name} lacks {', '.join(missing[:8])}")
    lines = [line for line in errors.splitlines() if line.strip()]
    return CodegenError.say(f"the image for {board.name} cannot be linked:\n    " + "\n    ".join(lines[:5]))
