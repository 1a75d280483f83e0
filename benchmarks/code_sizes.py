"""Code bytes of every runtime file on every Cortex-M: `python -m benchmarks.code_sizes` writes boards/code_sizes.csv.

`codegen fit` adds up what a model needs. Files are compiled as images are; what the linker takes besides (the C
library, conversions of floats) is in no row.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from codegen.boards import list_cores
from codegen.device.image import DEFAULT_FLAGS
from codegen.device.objects import Compilation, ObjectCache
from codegen.device.toolchain import compiler_of

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "boards" / "code_sizes.csv"
CORES = tuple(name for name, core in list_cores().items() if core.compiler == "arm-none-eabi-")


def code_bytes(made: Path) -> int:
    """Bytes of code and constants of an object."""
    with made.open("rb") as stream:
        sections = [s for s in ELFFile(stream).iter_sections() if s["sh_flags"] & SH_FLAGS.SHF_ALLOC]
        return sum(s["sh_size"] for s in sections if s["sh_type"] == "SHT_PROGBITS")


def measured() -> str:
    """The table as CSV: a row a file, a column a core."""
    runtime = ROOT / "runtime_c"
    folders = [runtime / name for name in ("include", "kernels", "cmsis_nn")]
    sources = sorted((p for folder in folders for p in folder.glob("*.c")), key=lambda path: path.name)
    columns = []
    for name in CORES:
        core = list_cores()[name]
        how = Compilation(compiler_of(core), (*core.flags, *DEFAULT_FLAGS), tuple(folders))
        columns.append([code_bytes(made) for made in ObjectCache().build(how, sources)])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("file", *CORES))
    writer.writerows((source.name, *sizes) for source, *sizes in zip(sources, *columns, strict=True))
    return stream.getvalue()


@click.command()
def main() -> None:
    """Write boards/code_sizes.csv anew."""
    TABLE.write_text(measured(), encoding="utf-8")
    click.echo(f"{TABLE.relative_to(ROOT)}: {len(TABLE.read_text(encoding='utf-8').splitlines()) - 1} files")


if __name__ == "__main__":
    main()
