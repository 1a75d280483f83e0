"""What an image takes of flash, read from the linked ELF file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from ..errors import CodegenError
from ..target import Board
from .wasm import read_wasm

try:
    from elftools.elf.constants import SH_FLAGS
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection
except ImportError as error:  # an extra of the package
    raise CodegenError.say("pyelftools is not installed", "pip install 'codegen[device]'") from error


@dataclass(frozen=True, slots=True)
class FlashSizes:
    """Bytes of flash. `code` is the model's: all that is linked, less weights, harness and start-up."""

    code: int
    weights: int
    harness: int
    sections: Mapping[str, int]
    ram: Mapping[str, int]

    @property
    def total(self) -> int:
        """Everything in flash."""
        return sum(self.sections.values())


_OVERHEAD = (".harness", ".vectors", ".boot")


def _section_name(file: ELFFile, index: int | str) -> str:
    name: str = file.get_section(index).name if isinstance(index, int) else ""
    return name


def flash_sizes(elf: Path, weights: Collection[str] = ()) -> FlashSizes:
    """Sizes of the image `elf`; `weights` names the symbols whose bytes are the model's constants, not code.

    A name stands for the compiler's numbered copies as well (`table.3` of a `static` in a function).
    """
    names = set(weights)
    with elf.open("rb") as stream:
        file = ELFFile(stream)
        sections: dict[str, int] = {}
        ram: dict[str, int] = {}
        for section in file.iter_sections():
            if not section["sh_flags"] & SH_FLAGS.SHF_ALLOC or not section["sh_size"]:
                continue
            kept = ram if section["sh_type"] == "SHT_NOBITS" else sections
            kept[section.name] = section["sh_size"]
            if section.name == ".data":
                ram[section.name] = section["sh_size"]
        table = file.get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection), elf
        held = {
            (symbol["st_value"], symbol["st_size"])
            for symbol in table.iter_symbols()
            if symbol["st_info"]["type"] == "STT_OBJECT"
            and symbol.name.split(".")[0] in names
            and _section_name(file, symbol["st_shndx"]) in sections.keys() - {*_OVERHEAD}
        }
    of_weights = sum(size for _, size in held)
    harness = sum(sections.get(name, 0) for name in _OVERHEAD)
    code = sum(sections.values()) - of_weights - harness
    return FlashSizes(code, of_weights, harness, MappingProxyType(sections), MappingProxyType(ram))


def region_bytes(elf: Path, board: Board) -> dict[str, int]:
    """Bytes that the image takes of each region of `board`: contents of flash, and RAM with its stack."""
    used = dict.fromkeys((region.name for region in board.regions), 0)

    def add(address: int, size: int) -> None:
        for region in board.regions:
            if region.address <= address < region.end:
                used[region.name] += size

    with elf.open("rb") as stream:
        file = ELFFile(stream)
        for section in file.iter_sections():
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_size"]:
                add(section["sh_addr"], section["sh_size"])
        for segment in file.iter_segments("PT_LOAD"):
            if segment["p_filesz"] and segment["p_paddr"] != segment["p_vaddr"]:
                add(segment["p_paddr"], segment["p_filesz"])
    return used


_RELOCATED = (".data.rel.ro", ".got", ".got.plt")


@dataclass(frozen=True, slots=True)
class ProgramBytes:
    """What a program of an operating system, of an engine or of an AVR takes: `flash` is code, constants and initial
    values, `ram` variables. A stack is in it where the program has its own: WebAssembly's."""

    flash: int
    ram: int


def program_bytes(path: Path) -> ProgramBytes:
    """Of a linked program, ELF or WebAssembly."""
    if path.read_bytes()[:4] == b"\0asm":
        made = read_wasm(path)
        return ProgramBytes(made.loaded, (made.heap_base or 0) - made.data)
    flash = ram = 0
    with path.open("rb") as stream:
        for section in ELFFile(stream).iter_sections():
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC:
                flash += section["sh_size"] if section["sh_type"] != "SHT_NOBITS" else 0
                # What the dynamic linker's work needs to be writable is read-only when main begins.
                is_variable = section["sh_flags"] & SH_FLAGS.SHF_WRITE and section.name not in _RELOCATED
                ram += section["sh_size"] if is_variable else 0
    return ProgramBytes(flash, ram)
