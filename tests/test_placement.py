"""`--place weights=REGION`: constants lie where they were put, and the model computes the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from codegen import CodegenError, compile_model
from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.cli import cli
from codegen.device_glue import build
from codegen.emission.module import CModule
from codegen.host import load
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder

BOARD = "mps3-an547"


def model() -> bytes:
    b = GraphBuilder(61)
    y = b.conv_2d(b.input((1, 8, 8, 3)), 8)
    return b.model([b.softmax(b.fully_connected(b.reshape(y, (1, 512)), 6))])


def addresses(module: CModule, folder: Path) -> list[int]:
    """Where the linker put the constants."""
    elf = build(module, folder).elf
    lines = subprocess.run(["arm-none-eabi-nm", elf], capture_output=True, text=True, check=True).stdout.splitlines()
    return [int(line.split()[0], 16) for line in lines if "m_fully_connected" in line and line.split()[1] in "rRdD"]


@pytest.mark.qemu
@pytest.mark.parametrize("region", ["itcm", "dtcm", "sram", "fpga"])
def test_constants_in_each_memory(region: str, rng: np.random.Generator, tmp_path: Path) -> None:
    """Flash that is not the usual one, RAM that the start-up fills, and the usual place."""
    module = compile_with(model(), Options(BOARD, "m", place=(f"weights={region}",)))
    there = load_board(BOARD).region(region)
    found = addresses(module, tmp_path)
    assert found
    assert all(there.address <= address < there.end for address in found)
    assert f'"region": "{region}"' in module.files["m.json"]
    assert ("CG_SECTION" in module.files["m_data.c"]) == (region != "fpga")
    cases = [(rng.integers(-128, 128, (1, 8, 8, 3)).astype(np.int8),) for _ in range(3)]
    observed = QemuRunner(module).run(cases)
    assert not observed.damage
    for got, want in zip(observed.outputs, run_oracle(model(), cases), strict=True):
        assert got is not None
        np.testing.assert_array_equal(got[0], want[0].reshape(got[0].shape))


def test_one_macro_a_region_that_can_be_defined_otherwise(rng: np.random.Generator, tmp_path: Path) -> None:
    module = compile_model(model(), board=BOARD, name="m", place=["weights=sram"])
    data = module.files["m_data.c"]
    assert "#ifndef M_IN_SRAM" in data
    assert '#define M_IN_SRAM CG_SECTION(".sram_constants") /* region "sram" */' in data
    assert data.count("\nM_IN_SRAM\nCG_ALIGN(") == data.count("\nconst ")
    x = rng.integers(-128, 128, (1, 8, 8, 3)).astype(np.int8)
    (wanted,) = run_oracle(model(), [[x]])
    for flags in ((), ("-DM_IN_SRAM=",)):
        (got,) = load(module, flags=flags)(x)
        np.testing.assert_array_equal(got, wanted[0].reshape(got.shape))
    root = module.write(tmp_path / "m")
    warnings = ("-Wall", "-Wextra", "-Wconversion", "-Wundef", "-Wpedantic", "-Werror", f"-I{root}/runtime/include")
    for compiler in ("gcc -std=c99", "clang -std=c99", "g++ -x c++ -std=c++20", "arm-none-eabi-gcc -std=c99"):
        command = [*compiler.split(), *warnings, f"-I{root}", "-c", root / "m_data.c", "-o", tmp_path / "x.o"]
        subprocess.run(command, check=True)


def test_what_is_refused() -> None:
    def said(*place: str, board: str = BOARD) -> str:
        with pytest.raises(CodegenError) as refused:
            compile_model(model(), board=board, place=place)
        return str(refused.value)

    assert "board mps3-an547 has no region 'external' for constants" in said("weights=external")
    assert "itcm (flash, 524,288 bytes), fpga" in said("weights=external")
    assert "is not understood" in said("arena=sram")
    assert "is not understood" in said("weights")
    assert "given twice" in said("weights=sram", "weights=itcm")
    large = GraphBuilder(62)
    wide = large.model([large.fully_connected(large.input((1, 4000)), 40)])
    with pytest.raises(CodegenError, match=r"bytes do not fit ccm of stm32f407-discovery, which has [\d,]+ beside"):
        compile_model(wide, board="stm32f407-discovery", place=["weights=ccm"])


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(model())
    made = CliRunner().invoke(
        cli, ["compile", str(path), "--board", BOARD, "--place", "weights=itcm", "-o", str(tmp_path / "out")]
    )
    assert made.exit_code == 0, made.output
    assert "constants, itcm" in made.output
    options = ["--board", BOARD, "--place", "weights=dtcm", "--cases", "2"]
    verified = CliRunner().invoke(cli, ["verify", str(path), *options])
    assert verified.exit_code == 0, verified.output
