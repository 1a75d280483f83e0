"""With -Os GCC aligns functions to 2 bytes: ADR, whose base is aligned to 4, then gave MVE's kernels wrong labels."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from codegen.boards import load_board
from codegen.device.toolchain import compiler_of
from codegen.resources import data_dir

ROOT = data_dir("runtime_c")


def _functions_with_labels(assembly: str) -> set[str]:
    found, function = set(), ""
    for line in assembly.splitlines():
        if label := re.fullmatch(r"(cg_\w+):", line):
            function = label[1]
        elif re.match(r"\s*adr(\.w)?\s", line):
            found.add(function)
    return found


@pytest.mark.parametrize("board", ["mps3-an547", "mps2-an386", "mps2-an386-m0plus"])
def test_labels(board: str, tmp_path: Path) -> None:
    core = load_board(board).core
    command = [
        str(compiler_of(core)),
        *core.flags,
        "-Os",
        "-ffunction-sections",
        f"-I{ROOT / 'include'}",
        f"-I{ROOT / 'kernels'}",
    ]
    count = 0
    for source in sorted((ROOT / "kernels").glob("*.c")):
        if "asm" not in source.read_text(encoding="utf-8") and not re.search(r"_(mve|thumb1)\.h", source.read_text()):
            continue
        made = tmp_path / source.stem
        subprocess.run([*command, "-S", str(source), "-o", f"{made}.s"], check=True)
        functions = _functions_with_labels(Path(f"{made}.s").read_text(encoding="utf-8"))
        if not functions:
            continue
        subprocess.run([*command, "-c", str(source), "-o", f"{made}.o"], check=True)
        with Path(f"{made}.o").open("rb") as stream:
            alignment = {s.name: s["sh_addralign"] for s in ELFFile(stream).iter_sections()}
        for function in functions:
            count += 1
            assert alignment[f".text.{function}"] >= 4, f"{function} of {source.name}"
    assert count >= 3 or board == "mps2-an386-m0plus"
