"""Code bytes of every function of the runtime: `python -m benchmarks.code_sizes` writes boards/code_sizes.csv.

`codegen fit` adds up what a model's calls reach, as the linker does. Files are compiled as images are; what they need
of the C library has rows as well. A row: core, section (a function's name, or file:section of what is local to a file),
bytes, what it refers to. With an upstream CMSIS-NN its functions are measured too for Cortex-M (sections
`upstream:...`), for the choice between them and ours; without one their rows stay as they are.
"""

from __future__ import annotations

import csv
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import click
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

from codegen.boards import list_cores
from codegen.code_sizes import STRUCT, UPSTREAM
from codegen.device.avr import FLAGS as AVR_FLAGS
from codegen.device.image import DEFAULT_FLAGS, header_flags
from codegen.device.objects import Compilation, ObjectCache
from codegen.device.sizes import program_bytes
from codegen.device.toolchain import FAMILIES, compiler_of
from codegen.device.wasm import read_wasm
from codegen.target import Core

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "boards" / "code_sizes.csv"
CORES = (
    *("cortex-m0plus", "cortex-m3", "cortex-m4f", "cortex-m7f", "cortex-m55"),
    *("rv64gc", "rv32imc", "cortex-a72", "wasm32", "avr5"),
)
"""Those whose code differs: fit knows which others are like them."""
_BEGIN_BYTES = 8
_HOSTED_LINK = ("-static", "-Wl,--gc-sections")
_BEGIN = "extern char {symbol}; char *begin(void); char *begin(void) {{ return &{symbol}; }}\n"
_PROGRAM = """#include <string.h>
#include <stdint.h>
extern void wanted(void) __asm__("{symbol}");
volatile uintptr_t kept;
int main(void) {{ char a[9]; memset(a, (int)kept, 9); kept = (uintptr_t)wanted; memcpy((char *)kept, a, 9);
{body} return 0; }}
"""
"""What every program has of its C library, and a symbol."""


def sections(made: Path, stem: str) -> Iterator[tuple[str, int, list[str]]]:
    """(name, bytes, references) of every section of code or constants of an object."""
    with made.open("rb") as stream:
        file = ELFFile(stream)
        table = file.get_section_by_name(".symtab")
        symbols = list(table.iter_symbols())
        names: dict[int, str] = {}
        for symbol in symbols:
            where, info = symbol["st_shndx"], symbol["st_info"]
            if isinstance(where, int) and info["bind"] == "STB_GLOBAL":
                names[where] = symbol.name
        kept = {
            index: section
            for index, section in enumerate(file.iter_sections())
            if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_type"] == "SHT_PROGBITS" and section["sh_size"]
        }
        references: dict[int, set[str]] = {index: set() for index in kept}

        def name_of(index: int) -> str:
            return names.get(index, f"{stem}:{kept[index].name}")

        for section in file.iter_sections():
            if isinstance(section, RelocationSection) and section["sh_info"] in kept:
                for relocation in section.iter_relocations():
                    symbol = symbols[relocation["r_info_sym"]]
                    where = symbol["st_shndx"]
                    if isinstance(where, int) and where in kept:
                        references[section["sh_info"]].add(name_of(where))
                    elif where == "SHN_UNDEF" and symbol.name:
                        references[section["sh_info"]].add(symbol.name)
        for index, section in kept.items():
            yield name_of(index), section["sh_size"], sorted(references[index] - {name_of(index)})


def wasm_sections(made: Path, stem: str) -> Iterator[tuple[str, int, list[str]]]:
    """The same of an object for WebAssembly, which has one function, that of the file's name."""
    found = read_wasm(made)
    yield stem, found.code + found.data, sorted(found.imports)


def library_bytes(core: Core, symbol: str) -> int:
    """What the linker takes of the C library and the compiler's for one of their functions, beside what every image or
    program has."""
    if core.is_hosted:
        return max(0, _linked_bytes(core, symbol) - _linked_bytes(core, "memcpy"))
    return max(0, _linked_bytes(core, symbol) - _BEGIN_BYTES)


@cache
def _linked_bytes(core: Core, symbol: str) -> int:
    """Code and constants of the least program that refers to `symbol`; 0 where none has it."""
    with tempfile.TemporaryDirectory() as folder:
        source, linked = Path(folder) / "one.c", Path(folder) / "one.elf"
        streams = "fread(a, 1, 9, stdin); fwrite(a, 1, 9, stdout);" if core.family in ("linux", "wasm") else ""
        text = (
            _PROGRAM.replace("#include <stdint.h>", "#include <stdint.h>\n#include <stdio.h>") if streams else _PROGRAM
        )
        source.write_text((text if core.is_hosted else _BEGIN).format(symbol=symbol, body=streams), encoding="utf-8")
        start = (
            _HOSTED_LINK if core.is_hosted
            else ("-nostartfiles", "-static", FAMILIES[core.family].specs, "-Wl,--gc-sections,-e,begin")
        )  # fmt: skip
        command = [str(compiler_of(core)), *core.flags, "-O2", *start, str(source), "-lm", "-o", str(linked)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return 0
        return program_bytes(linked).flash


Row = tuple[str, int, list[str]]
"""Section, bytes, what it refers to."""


def upstream_rows(how: Compilation, tree: Path) -> list[Row]:
    """Those of the functions of CMSIS-NN in `tree`, their sections called `upstream:...`."""
    sources = sorted((tree / "Source").glob("*/*.c"))
    with_headers = replace(how, include_dirs=(tree / "Include", tree / "Include" / "Internal"))
    objects = ObjectCache().build(with_headers, sources)
    rows = [row for source, made in zip(sources, objects, strict=True) for row in sections(made, source.stem)]
    known = {row for row, _, _ in rows}
    return [
        (f"{UPSTREAM}{row}", size, [f"{UPSTREAM}{name}" if name in known else name for name in to])
        for row, size, to in rows
    ]


_STRUCT = re.compile(r"typedef struct \{([^}]*)\} (cg_\w+);")


def struct_rows(how: Compilation) -> list[Row]:
    """Bytes of the parameters that have members of less than 32 bits: of the others four for each."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "runtime_c" / "kernels").glob("*.h")):
        for body, name in _STRUCT.findall(path.read_text(encoding="utf-8")):
            if re.search(r"\bu?int(8|16)_t \w+;", body) and "*" not in body:
                found[name] = path.name
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "structs.c"
        lines = [f'#include "{header}"\n' for header in dict.fromkeys(found.values())]
        lines += [f"const char {STRUCT}{name}[sizeof({name})] = {{{k}}};\n" for k, name in enumerate(found, 1)]
        source.write_text("".join(lines), encoding="utf-8")
        (made,) = ObjectCache().build(how, [source])
        return [row for row in sections(made, source.stem) if row[0].startswith(STRUCT)]


def rows_of(name: str, tree: Path | None) -> list[Row]:
    """Every section of the runtime for the core `name`, and of `tree` where it is a Cortex-M."""
    core, runtime = list_cores()[name], ROOT / "runtime_c"
    folders = [runtime / folder for folder in ("include", "kernels", "cmsis_nn")]
    sources = sorted((p for folder in folders for p in folder.glob("*.c")), key=lambda path: path.name)
    flags = AVR_FLAGS if core.family == "avr" else DEFAULT_FLAGS
    how = Compilation(compiler_of(core), (*core.flags, *header_flags(core), *flags), tuple(folders))
    objects = ObjectCache().build(how, sources)
    divided = wasm_sections if core.family == "wasm" else sections
    rows = [row for source, made in zip(sources, objects, strict=True) for row in divided(made, source.stem)]
    known = {row for row, _, _ in rows}
    library = sorted({to for _, _, references in rows for to in references} - known)
    rows += [(symbol, size, []) for symbol in library if (size := library_bytes(core, symbol))]
    if core.family == "cortex-m":
        rows += struct_rows(how)
    return rows + (upstream_rows(how, tree) if tree and core.family == "cortex-m" else [])


@click.command()
@click.option("--core", "cores", multiple=True, type=click.Choice(CORES), help="Only this one's rows.  [all]")
@click.option("--cmsis-nn-root", type=click.Path(path_type=Path, exists=True), help="An upstream CMSIS-NN to measure.")
def main(cores: tuple[str, ...], cmsis_nn_root: Path | None) -> None:
    """Write boards/code_sizes.csv anew."""
    kept: dict[str, list[list[str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as stream:
        for row in list(csv.reader(stream))[1:]:
            kept.setdefault(row[0], []).append(row)
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("core", "section", "bytes", "refers_to"))
        for name in CORES:
            if cores and name not in cores:
                writer.writerows(kept.get(name, []))
                continue
            writer.writerows((name, row, size, " ".join(to)) for row, size, to in rows_of(name, cmsis_nn_root))
            if cmsis_nn_root is None:
                writer.writerows(row for row in kept.get(name, []) if row[1].startswith(UPSTREAM))
    click.echo(f"{TABLE.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main()
