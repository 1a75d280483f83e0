"""Images that answer on a serial line, and the files that boards' tools take."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..emission.module import CModule
from ..errors import CodegenError
from ..host.inputs import build_inputs
from ..resources import data_dir
from ..target import Board, Region
from .about import image_glue, profiled_source, uart_of
from .glue import module_glue
from .image import Port, build_image, flags_for
from .sizes import flash_sizes, region_bytes
from .toolchain import compiler_of

_UF2_PAYLOAD = 256


@dataclass(frozen=True, slots=True, eq=False)
class Firmware:
    """A linked image of one module on its board's serial line."""

    module: CModule
    board: Board
    elf: Path

    use = "it answers on the board's serial line: `codegen verify` and `profile --on serial:PORT`"

    def write(self, folder: Path) -> list[Path]:
        """See `write_files`."""
        return write_files(self, folder)

    def flash(self) -> dict[str, int]:
        """Bytes of flash: `code` is all of the model but `weights`, `harness` what serves the serial line."""
        sizes = flash_sizes(self.elf, constant_names(self.module))
        return {"code": sizes.code, "weights": sizes.weights, "harness": sizes.harness, "total": sizes.total}

    def regions(self) -> list[tuple[Region, int]]:
        """Every region of the board and what the image takes of it, stack included."""
        used = region_bytes(self.elf, self.board)
        return [(region, used[region.name]) for region in self.board.regions]


def constant_names(module: CModule) -> list[str]:
    """The symbols of the module's constants, as `<name>_data.h` declares them."""
    lines = module.files[f"{module.name}_data.h"].splitlines()
    return [line.split("[")[0].split()[-1] for line in lines if line.startswith("extern const ")]


def build_firmware(
    module: CModule,
    folder: Path,
    cmsis_nn_root: str | os.PathLike[str] | None = None,
    *,
    profile: bool = True,
    stack_bytes: int | None = None,
) -> Firmware:
    """The image of `module` for its board, in `folder`; upstream CMSIS-NN from `cmsis_nn_root` where given.

    `profile` adds a second copy of the module's own C file (not of its kernels or weights) with counters.
    """
    board = module.memory.schedule.target.board
    uart_of(board)
    compiler_of(board.core)
    root = module.write(folder / module.name)
    sources, includes, defines = build_inputs(module, root, cmsis_nn_root)
    glue = module_glue(module.interface) + image_glue(module, profile=profile)
    counted = folder / "image" / "cg_profiled.c"
    if profile:
        counted.parent.mkdir(parents=True, exist_ok=True)
        counted.write_text(profiled_source(module), encoding="utf-8")
    elf = build_image(
        sources,
        includes,
        board,
        glue,
        folder / "image",
        defines=defines,
        flags=flags_for(module.memory.schedule.target.optimize),
        stack_bytes=stack_bytes,
        port=Port.serial(board),
        instrumented=[counted, data_dir("runtime_c") / "port" / "cg_counted_calls.c"] if profile else [],
    )
    return Firmware(module, board, elf)


# --------------------------------------------------------------------------------------------------------- files
def write_files(firmware: Firmware, folder: Path) -> list[Path]:
    """ELF, Intel HEX and binary, UF2 where the board takes it, and the linker's map, as `<model>.*` in `folder`."""
    name, board = firmware.module.name, firmware.board
    folder.mkdir(parents=True, exist_ok=True)
    elf = folder / f"{name}.elf"
    shutil.copyfile(firmware.elf, elf)
    shutil.copyfile(firmware.elf.with_suffix(".map"), folder / f"{name}.map")
    files = [elf, folder / f"{name}.map"]
    for suffix, form in (("hex", "ihex"), ("bin", "binary")):
        made = folder / f"{name}.{suffix}"
        objcopy(board, "-O", form, str(elf), str(made))
        files.append(made)
    if board.programmer and board.programmer.uf2 is not None:
        flash = board.region(board.place_code[0])
        data = (folder / f"{name}.bin").read_bytes()
        (folder / f"{name}.uf2").write_bytes(uf2(data, flash.address + flash.reserve, board.programmer.uf2))
        files.append(folder / f"{name}.uf2")
    return files


def objcopy(board: Board, *arguments: str) -> None:
    """Runs the toolchain's objcopy for the board's core. Raises CodegenError with what it said."""
    program = compiler_of(board.core).with_name(f"{board.core.compiler}objcopy")
    run = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    if run.returncode:
        raise CodegenError.say(f"{program.name} failed: {run.stderr.strip()}")


def uf2(data: bytes, address: int, family: int) -> bytes:
    r"""`data` for `address` as a UF2 file. Source: github.com/microsoft/uf2, file format.

    >>> uf2(bytes(300), 0x10000000, 0xE48BFF56)[:8], len(uf2(bytes(300), 0, 0))
    (b'UF2\nWQ]\x9e', 1024)
    """
    blocks = [data[at : at + _UF2_PAYLOAD] for at in range(0, len(data), _UF2_PAYLOAD)]
    out = b""
    for number, block in enumerate(blocks):
        head = struct.pack(
            "<8I", 0x0A324655, 0x9E5D5157, 0x2000, address + number * _UF2_PAYLOAD, _UF2_PAYLOAD,
            number, len(blocks), family,
        )  # fmt: skip
        out += head + block.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)
    return out
