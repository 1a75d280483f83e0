"""The requantization of MVE's vectors is the reference's: what both make of the same sums, in QEMU.

`codegen/operators/_mve/products.py` has the proof; this runs the instructions.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from codegen.boards import load_board
from codegen.device.image import build_image
from codegen.device.qemu import run_image
from codegen.resources import data_dir

CASES = Path(__file__).with_name("requantize_mve.c")
KERNELS = ("cg_matmul_x16_s8", "cg_matvec_x16_s8", "cg_copy_s8")


@pytest.mark.qemu
def test_generated_sums(rng: np.random.Generator, full: bool, tmp_path: Path) -> None:
    """10^9 sums when full, in parts whose instructions the emulator's counter holds."""
    board, root = load_board("mps3-an547"), data_dir("runtime_c")
    kernels = [root / "kernels" / f"{name}.c" for name in KERNELS]
    includes = [root / "include", root / "kernels"]
    elf = build_image(kernels, includes, board, CASES.read_text(encoding="utf-8"), tmp_path)
    parts, count = (100, 10**7) if full else (1, 400_000)
    cases = [[struct.pack("<II", count, int(rng.integers(1 << 31)))] for _ in range(parts)]
    result = run_image(elf, board, cases, [8], timeout=36_000)
    for (case,), output in zip(cases, result.outputs, strict=True):
        assert output is not None
        compared, wrong = struct.unpack("<II", output[0])
        assert compared >= count
        assert wrong == 0, f"{wrong} of {compared} differ: {struct.unpack('<II', case)}"
    assert not result.damage
