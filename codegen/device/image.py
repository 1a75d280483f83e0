"""Builds a bare-metal image: emitted module, kernels, glue, harness and port, linked for one board."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import CodegenError
from ..resources import data_dir
from ..target import Board
from .linker import default_stack_bytes, linker_script
from .objects import Compilation, ObjectCache
from .toolchain import compiler_of

DEFAULT_FLAGS = (
    "-O2",
    "-std=c99",
    "-ffp-contract=off",
    "-fmerge-all-constants",
    "-ffunction-sections",
    "-fdata-sections",
)
"""As the emitted CMakeLists.txt compiles: floats as written, equal parameter structs of operators once in flash."""

PORT_FILES = ("cg_start.c", "cg_semihosting.c", "cg_systick.c", "cg_harness.c")


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
) -> Path:
    """The ELF file `image.elf` in `out_dir`, ready for `codegen.device.qemu.run_image`.

    `glue` is the C text that defines `cg_model_under_test` (see runtime_c/port/cg_harness.h). Objects come from a
    cache, so that only what changed is compiled; `out_dir` also has the linker script and the map file.
    """
    compiler = compiler_of(board.core)
    port = data_dir("runtime_c") / "port"
    out_dir.mkdir(parents=True, exist_ok=True)
    glue_file = out_dir / "cg_glue.c"
    glue_file.write_text(glue, encoding="utf-8")
    settings = tuple(f"-D{name}={value}" if value else f"-D{name}" for name, value in (defines or {}).items())
    how = Compilation(
        compiler,
        (*board.core.flags, *flags, *settings),
        (port, *(Path(folder) for folder in include_dirs)),
        tuple(Path(folder) for folder in system_dirs),
    )
    everything = [*(port / name for name in PORT_FILES), glue_file, *(Path(source) for source in sources)]
    objects = (cache or ObjectCache()).build(how, everything, jobs=jobs)
    return _link(compiler, board, _named(objects, everything, out_dir), out_dir, stack_bytes)


def _named(objects: Sequence[Path], sources: Sequence[Path], out_dir: Path) -> list[Path]:
    """The objects under names for the map file, and for the linker script that knows port and glue by theirs."""
    folder = out_dir / "objects"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    named = []
    for index, (made, source) in enumerate(zip(objects, sources, strict=True)):
        prefix = "port_" if index <= len(PORT_FILES) else f"{index:03d}_"
        named.append(folder / f"{prefix}{source.stem}.o")
        shutil.copyfile(made, named[-1])
    return named


def _link(compiler: Path, board: Board, objects: Sequence[Path], out_dir: Path, stack_bytes: int | None) -> Path:
    elf, script = out_dir / "image.elf", out_dir / "image.ld"
    script.write_text(linker_script(board, stack_bytes), encoding="utf-8")
    command = [
        *(str(compiler), *board.core.flags, "-nostartfiles", "--specs=nano.specs", "-static"),
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
