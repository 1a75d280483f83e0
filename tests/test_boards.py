"""Every built-in board loads, every bad board is refused with a sentence, every core is what its entry claims."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from codegen.boards import board_names, list_boards, list_cores, load_board
from codegen.device.toolchain import compiler_name
from codegen.errors import CodegenError
from codegen.target import RELEASES, Core, Target, parse_kernels, parse_release

GOOD = """
title = "A board"
core = "cortex-m4f"
clock_hz = 64_000_000
sources = ["its data sheet"]
[[region]]
name = "flash"
kind = "flash"
address = 0
bytes = 1024
aliases = [0x1000_0000]
[[region]]
name = "ram"
kind = "ram"
address = 0x2000_0000
bytes = 1024
[place]
arena = ["ram"]
constants = ["flash"]
"""


@pytest.mark.parametrize("name", board_names())
def test_every_board_loads(name: str) -> None:
    board = load_board(name)
    assert board.name == name
    assert board.sources
    assert board.arena_regions
    assert board.main_ram.kind == "ram"
    assert (board.status == "emulated") == (board.machine is not None)
    assert Target(board).isa == board.core.isa
    assert Target(board).has_cmsis_nn == (board.core.family != "avr")


def test_the_boards_that_must_be_there() -> None:
    required = {
        *("host", "mps2-an385", "mps2-an386", "mps2-an386-m0plus", "mps2-an500", "mps3-an547", "microbit"),
        *("stm32f407-discovery", "arduino-nano-33-ble-sense", "raspberry-pi-pico"),
    }
    assert required <= {board.name for board in list_boards()}


def test_a_users_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    board = load_board(path)
    assert (board.name, board.flash_bytes, board.ram_bytes) == ("mine", 1024, 1024)
    assert board.place_code == ("flash",)
    assert board.status == "sources"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("cortex-m4f", "cortex-m4", "core 'cortex-m4' is not known"),
        ("cortex-m4f", "z80", "cores: host, cortex-m0"),
        ("clock_hz", "clock_khz", "'clock_hz' is missing\n  hint: did you mean 'clock_hz' by 'clock_khz'"),
        ('title = "A board"', "", "'title' is missing"),
        ('title = "A board"', "title = 3", "'title' must be a text, found 3"),
        ("64_000_000", '"fast"', "'clock_hz' must be an integer, found 'fast'"),
        ("64_000_000", "true", "'clock_hz' must be an integer, found True"),
        ("64_000_000", "0", "'clock_hz' must be at least 1"),
        ("clock_hz", "colour = 1\nclock_hz", "'colour' is not a known key"),
        ("clock_hz", "statuss = 'built'\nclock_hz", "did you mean 'status'?"),
        ("clock_hz", "status = 'great'\nclock_hz", "use one of host, emulated, built, sources"),
        ("clock_hz", "kernels = ['cmsis']\nclock_hz", "name some of cmsis-nn, native"),
        ('kind = "ram"', 'kind = "rom"', "[region ram] 'kind' is 'rom'\n  hint: use one of ram, flash, progmem"),
        ('kind = "ram"', 'kind = "ram"\nsize = 3', "[region ram] 'size' is not a known key"),
        ('name = "ram"', 'name = "ram 1"', "the name becomes part of C names"),
        ("bytes = 1024", "bytes = 0", "'bytes' must be at least 1"),
        ("bytes = 1024", "bytes = 1024\nreserve = 1024", "leaves nothing of 1024 bytes"),
        ("0x2000_0000", "1023", "regions 'flash' (0x00000000, 1024 bytes) and 'ram' (0x000003ff, 1024 bytes) overlap"),
        ("0x2000_0000", "0x1000_0200", "'flash' by its alias (0x10000000, 1024 bytes) and 'ram'"),
        ('arena = ["ram"]', 'arena = ["ccm"]', "'arena' places in 'ccm', which is no region\n  hint: regions: flash"),
        ('arena = ["ram"]', 'arena = ["flash"]', "'arena' places in 'flash', which is flash"),
        ('arena = ["ram"]', "arena = []", "'arena' names no region"),
        ('arena = ["ram"]', "", "[place] 'arena' is missing"),
        ("constants", "code = ['ram']\nconstants", "'code' places in 'ram', which is ram"),
        ('kind = "ram"', 'kind = "ram"\nsection = ".fast"', "no RAM region has the section .bss"),
        ('kind = "ram"', 'kind = "ram"\nsection = "fast"', "must look like .bss or .ccmram"),
        ("[place]", "[serial]\nusb = [{ vid = 70000, pid = 1 }]\n[place]", "'vid' must be at least 0 and less than"),
        ("[[region]]", "[[region", "is not valid TOML"),
    ],
)
def test_a_bad_board_is_refused(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    path = tmp_path / "bad.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(CodegenError) as caught:
        load_board(path)
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_unknown_board_is_refused_with_the_nearest() -> None:
    with pytest.raises(CodegenError, match="did you mean 'mps2-an386'"):
        load_board("mps2-an368")
    with pytest.raises(CodegenError, match="no such board file"):
        load_board("nowhere/board.toml")


def test_two_regions_of_one_name_or_section(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    more = '[[region]]\nname = "{}"\nkind = "ram"\naddress = 0x3000_0000\nbytes = 8\n[place]'
    path.write_text(GOOD.replace("[place]", more.format("ram")), encoding="utf-8")
    with pytest.raises(CodegenError, match="two regions have the name 'ram'"):
        load_board(path)
    path.write_text(GOOD.replace("[place]", more.format("more")), encoding="utf-8")
    with pytest.raises(CodegenError, match="two regions have the section '.bss'"):
        load_board(path)


def macros(compiler: str, flags: tuple[str, ...]) -> dict[str, str]:
    command = [compiler, *flags, "-dM", "-E", "-x", "c", "/dev/null"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {words[1]: words[2] if len(words) > 2 else "" for line in text.splitlines() if (words := line.split(" ", 2))}


def needs_compiler(core: Core) -> None:
    """Arm's is a need of every test run; that of another core may be absent."""
    if not core.is_host and core.family != "cortex-m" and shutil.which(compiler_name(core)) is None:
        pytest.skip(f"{compiler_name(core)} is not installed: see scripts/test")


PACKAGED = sorted(name for name, core in list_cores().items() if core.family != "esp-idf")
"""Cores whose compiler is a package of a distribution."""


@pytest.mark.parametrize("name", PACKAGED)
def test_the_flags_give_the_isa(name: str) -> None:
    core = list_cores()[name]
    needs_compiler(core)
    found = macros(shutil.which(compiler_name(core)) or compiler_name(core), core.flags)
    mve = int(found.get("__ARM_FEATURE_MVE", "0"))
    assert core.isa.mve == bool(mve & 1)
    assert core.isa.mve_float == bool(mve & 2)
    assert core.isa.int_bits == 8 * int(found["__SIZEOF_INT__"])
    if core.is_host:
        return
    if core.is_hosted:
        assert not core.isa.dsp
        return
    if core.family == "riscv":
        assert core.isa.fpu == {"32": "single", "64": "double"}.get(found.get("__riscv_flen", ""), "none")
        assert not core.isa.dsp
        return
    widths = int(found.get("__ARM_FP", "0"), 0)
    assert core.isa.fpu == ("double" if widths & 8 else "single" if widths & 4 else "none")
    assert core.isa.dsp == (found.get("__ARM_FEATURE_DSP") == "1")
    assert core.isa.unaligned == ("__ARM_FEATURE_UNALIGNED" in found)
    assert core.isa.thumb2 == ("__thumb2__" in found and found["__ARM_ARCH_ISA_THUMB"] == "2")


def test_releases_in_the_words_of_users() -> None:
    assert [parse_release(name) for name in RELEASES] == list(RELEASES.values())
    assert parse_release("6.0.0").number == 60000
    for text in ("4.0.0", "v8", "", "main"):
        with pytest.raises(CodegenError, match=r"v5.0.0, v6.0.0, v7.0.0, 99f736a6"):
            parse_release(text)
    with pytest.raises(CodegenError, match="auto, cmsis-nn, native"):
        parse_kernels("cmsis")


def test_kernels_that_a_board_lacks_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("kernels = ['native']" + GOOD, encoding="utf-8")
    board = load_board(path)
    assert not Target(board).has_cmsis_nn
    with pytest.raises(CodegenError, match="board mine has no cmsis-nn kernels"):
        Target(board, kernels="cmsis-nn")
