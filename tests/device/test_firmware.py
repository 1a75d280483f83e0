"""Every board's image is built and linked, and what its boot ROM wants is where it looks; a new board is one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from elftools.elf.elffile import ELFFile

from codegen import compile_model, host
from codegen.boards import list_boards, load_board
from codegen.device.firmware import build_firmware, write_files
from codegen.device.runner import emulated
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.verification import LinkRunner
from tests.builders import GraphBuilder
from tests.test_boards import needs_compiler

ARM = [board.name for board in list_boards() if board.core.compiler == "arm-none-eabi-"]
RISC_V = [board.name for board in list_boards() if board.core.family == "riscv" and board.serial]

NEW_BOARD = """
title = "TI LM3S6965 evaluation board (QEMU)"
core = "cortex-m3"
clock_hz = 50_000_000
sources = ["TI LM3S6965 data sheet", "QEMU 7.2 hw/arm/stellaris.c"]
status = "emulated"
machine = "lm3s6965evb"
[[region]]
name = "flash"
kind = "flash"
address = 0x0000_0000
bytes = 262_144
[[region]]
name = "sram"
kind = "ram"
address = 0x2000_0000
bytes = 65_536
[place]
arena = ["sram"]
constants = ["flash"]
[serial]
driver = "pl011"
address = 0x4000_C000
steps = ["0x400FE104 |= 0x1"]          # RCGC1: UART0
"""


def small(board: str | Path) -> CModule:
    builder = GraphBuilder(3)
    x = builder.input((1, 40))
    y = builder.softmax(builder.fully_connected(x, 10))
    return compile_model(builder.model([y]), board=str(board), name="small")


def section(elf: Path, name: str) -> tuple[int, bytes]:
    with elf.open("rb") as stream:
        found = ELFFile(stream).get_section_by_name(name)
        assert found is not None
        return found["sh_addr"], found.data()


@pytest.mark.parametrize("name", ARM)
def test_every_boards_image_is_built(tmp_path: Path, name: str) -> None:
    board = load_board(name)
    firmware = build_firmware(small(name), tmp_path)
    for region, used in firmware.regions():
        assert used <= region.usable
    code = board.region(board.place_code[0])
    used = {region.name: used for region, used in firmware.regions()}
    assert used[code.name] > 3000
    assert used[board.main_ram.name] > 1000
    address, vectors = section(firmware.elf, ".vectors")
    assert address == code.address + code.reserve + (256 if board.start and board.start.boot else 0)
    assert address % 128 == 0
    stack, reset = (int.from_bytes(vectors[at : at + 4], "little") for at in (0, 4))
    assert board.main_ram.address < stack <= board.main_ram.end
    assert reset % 2 == 1
    assert code.address <= reset < code.end


@pytest.mark.parametrize("name", RISC_V)
def test_every_risc_v_boards_image_is_built(tmp_path: Path, name: str) -> None:
    """It begins where the board's ROM or emulator jumps to, and is one piece from there."""
    board = load_board(name)
    needs_compiler(board.core)
    firmware = build_firmware(small(name), tmp_path)
    for region, used in firmware.regions():
        assert used <= region.usable
    code = board.region(board.place_code[0])
    with firmware.elf.open("rb") as stream:
        file = ELFFile(stream)
        assert (file["e_machine"], file.elfclass) == ("EM_RISCV", 64 if board.core.name == "rv64gc" else 32)
        assert file["e_entry"] == code.address + code.reserve
    address, _ = section(firmware.elf, ".vectors")
    assert address == code.address + code.reserve
    files = {path.suffix: path for path in write_files(firmware, tmp_path / "out")}
    used = {region.name: used for region, used in firmware.regions()}
    assert abs(files[".bin"].stat().st_size - used[code.name]) < 64  # alignment between sections
    # Constants of few bytes are not variables.
    assert section(firmware.elf, ".data")[1] == b""


def test_the_picos_boot_block_has_its_crc(tmp_path: Path) -> None:
    _, block = section(build_firmware(small("raspberry-pi-pico"), tmp_path).elf, ".boot")
    crc = 0xFFFFFFFF
    for byte in block[:252]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    assert len(block) == 256
    assert int.from_bytes(block[252:], "little") == crc


def test_the_pico_2s_image_definition_is_in_its_first_4_kb(tmp_path: Path) -> None:
    firmware = build_firmware(small("raspberry-pi-pico-2"), tmp_path)
    files = {path.suffix: path for path in write_files(firmware, tmp_path / "out")}
    first, last = 0xFFFFDED3.to_bytes(4, "little"), 0xAB123579.to_bytes(4, "little")
    data = files[".bin"].read_bytes()
    assert 0 < data.index(first) < data.index(last) < 4096
    assert data.index(last) - data.index(first) == 16


@pytest.mark.qemu
def test_a_new_board_is_one_file(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "lm3s6965.toml"
    path.write_text(NEW_BOARD, encoding="utf-8")
    module = small(path)
    given = [(rng.integers(-128, 128, (1, 40), np.int8, endpoint=False),)]
    with emulated(module) as runner:
        observed = LinkRunner(runner).run(given)
        assert runner.session.description["board"] == "lm3s6965"
    np.testing.assert_array_equal(observed.outputs[0][0], host.load(module)(*given[0])[0])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("pl011", "pl012", "'driver' is 'pl012'\n  hint: use one of cmsdk"),
        ("|= 0x1", "+= 0x1", "the step '0x400FE104 += 0x1' cannot be read"),
        ("|= 0x1", "&= 0x1", "cannot be read"),
        ("address = 0x4000_C000", "", "'address' is missing"),
        ("[serial]", "[start]\nhz = 1\nboot = 'x'\n[serial]", "'boot' is 'x'"),
        ("[serial]", "[start]\nhz = 1\nmarker = ['x']\n[serial]", "'marker' must be a list of 32-bit words"),
        ("[serial]", "[program]\ncommand = ['tool', '{elv}']\n[serial]", "'command' has {elv}"),
        ("[serial]", "[power]\nvolts = 3.3\nmilliamperes = 0.0\n[serial]", "must be positive"),
        ("clock_hz", "counter = 'hourglass'\nclock_hz", "use one of"),
    ],
)
def test_a_bad_part_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(NEW_BOARD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodegenError) as caught:
        load_board(path)
    assert sentence in str(caught.value)


def test_a_model_that_does_not_fit_is_refused_with_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(NEW_BOARD.replace("262_144", "6_000"), encoding="utf-8")
    with pytest.raises(CodegenError, match=r"does not fit tiny: flash \(flash, 6000 bytes\) lacks \d+"):
        build_firmware(small(path), tmp_path / "out")
