"""Code bytes of every function of the runtime: `python -m benchmarks.code_sizes` writes boards/code_sizes.csv.

`codegen fit` adds up what a model's calls reach, as the linker does. Files are compiled as images are; what they need
of the C library has rows as well. A row: core, section (a function's name, or file:section of what is local to a file),
bytes, what it refers to. With an upstream CMSIS-NN its functions are measured too (sections `upstream:...`), for the
choice between them and ours; without one their rows stay as they are.
"""

from __future__ import annotations

import csv
import io
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

from codegen.boards import list_cores
from codegen.code_sizes import UPSTREAM
from codegen.device.image import DEFAULT_FLAGS
from codegen.device.objects import Compilation, ObjectCache
from codegen.device.toolchain import compiler_of
from codegen.target import Core

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "boards" / "code_sizes.csv"
CORES = ("cortex-m0plus", "cortex-m3", "cortex-m4f", "cortex-m7f", "cortex-m55")
"""Those whose code differs: fit knows which others are like them."""
_BEGIN_BYTES = 8


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


def library_bytes(core: Core, symbol: str) -> int:
    """What the linker takes of the C library and the compiler's for one of their functions."""
    with tempfile.TemporaryDirectory() as folder:
        source, linked = Path(folder) / "one.c", Path(folder) / "one.elf"
        source.write_text(f"extern char {symbol}; char *begin(void); char *begin(void) {{ return &{symbol}; }}\n")
        command = [
            *(str(compiler_of(core)), *core.flags, "-O2", "-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections"),
            *("-Wl,-e,begin", str(source), "-lm", "-o", str(linked)),
        ]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return 0
        with linked.open("rb") as stream:
            sections = [s for s in ELFFile(stream).iter_sections() if s["sh_flags"] & SH_FLAGS.SHF_ALLOC]
            return max(0, sum(s["sh_size"] for s in sections if s["sh_type"] == "SHT_PROGBITS") - _BEGIN_BYTES)


def upstream_rows(how: Compilation, tree: Path) -> list[tuple[str, int, list[str]]]:
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


def measured(tree: Path | None = None) -> str:
    """The table as CSV."""
    with TABLE.open(encoding="utf-8", newline="") as before:
        kept = [row for row in csv.DictReader(before) if row["section"].startswith(UPSTREAM)]
    runtime = ROOT / "runtime_c"
    folders = [runtime / name for name in ("include", "kernels", "cmsis_nn")]
    sources = sorted((p for folder in folders for p in folder.glob("*.c")), key=lambda path: path.name)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("core", "section", "bytes", "refers_to"))
    for name in CORES:
        core = list_cores()[name]
        how = Compilation(compiler_of(core), (*core.flags, *DEFAULT_FLAGS), tuple(folders))
        objects = ObjectCache().build(how, sources)
        rows = [row for source, made in zip(sources, objects, strict=True) for row in sections(made, source.stem)]
        known = {row for row, _, _ in rows}
        library = sorted({to for _, _, references in rows for to in references} - known)
        rows += [(symbol, size, []) for symbol in library if (size := library_bytes(core, symbol))]
        rows += upstream_rows(how, tree) if tree else []
        writer.writerows((name, row, size, " ".join(to)) for row, size, to in rows)
        if tree is None:
            writer.writerows(row.values() for row in kept if row["core"] == name)
    return stream.getvalue()


@click.command()
@click.option("--cmsis-nn-root", type=click.Path(path_type=Path, exists=True), help="An upstream CMSIS-NN to measure.")
def main(cmsis_nn_root: Path | None) -> None:
    """Write boards/code_sizes.csv anew."""
    text = measured(cmsis_nn_root)
    TABLE.write_text(text, encoding="utf-8")
    click.echo(f"{TABLE.relative_to(ROOT)}: {text.count(chr(10)) - 1} rows")


if __name__ == "__main__":
    main()
