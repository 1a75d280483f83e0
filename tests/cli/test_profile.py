from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.boards import load_board
from codegen.commands import firmware
from codegen.device import link
from codegen.device.link import emulator_command
from codegen.errors import CodegenError
from tests.builders import GraphBuilder

from .conftest import Run, document

KEYS = {
    *("model", "board", "on", "kernels", "unit", "instructions", "operators"),
    *("arena_bytes", "state_bytes", "stack_bytes", "flash"),
}


@pytest.mark.qemu
def test_operators_add_up_to_the_whole(run: Run, small: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    said = document(run("profile", small, "--on", "qemu", "--board", "stm32f405", "--csv", rows, "--json"))
    assert set(said) == KEYS
    assert (said["board"], said["on"], said["unit"]) == ("stm32f405", "qemu", "instructions")
    operators = said["operators"]
    assert [op["type"] for op in operators] == ["ADD", "SOFTMAX", "DEQUANTIZE"]
    assert set(operators[0]) == {"index", "name", "type", "kernel", "macs", "instructions"}
    assert abs(sum(op["instructions"] for op in operators) - said["instructions"]) <= 0.01 * said["instructions"]
    assert said["stack_bytes"] > 0
    assert said["flash"]["code"] > 100
    written = list(csv.reader(rows.open(encoding="utf-8")))
    assert written[0][-1] == "instructions"
    assert written[-1] == ["total", "", "", "", "0", str(said["instructions"])]
    text = run("profile", small, "--on", "qemu", "--board", "stm32f405").stdout
    assert "instructions an inference" in text
    assert "SOFTMAX" in text


def test_on_this_computer_in_nanoseconds(run: Run, small: Path) -> None:
    said = document(run("profile", small, "--json"))
    assert (said["on"], said["unit"], said["stack_bytes"], said["flash"]["code"]) == ("host", "nanoseconds", None, None)
    assert [op["type"] for op in said["operators"]] == ["ADD", "SOFTMAX", "DEQUANTIZE"]
    assert abs(sum(op["instructions"] for op in said["operators"]) - said["instructions"]) <= 3
    assert said["instructions"] > 0


def test_a_place_that_is_none(run: Run, small: Path) -> None:
    for place in ("moon", "serial", "serial:", "qemu:x"):
        result = run("profile", small, "--on", place)
        assert result.exit_code == 2
        assert "is no place to run" in result.stderr
    result = run("verify", small, "--on", "serial:/dev/ttyNONE")
    assert result.exit_code == 2
    assert "/dev/ttyNONE cannot be opened" in result.stderr


def test_firmware_files_and_regions(run: Run, small: Path) -> None:
    said = document(run("firmware", small, "--board", "raspberry-pi-pico", "-o", "out", "--json"))
    assert [Path(name).suffix for name in said["files"]] == [".elf", ".map", ".hex", ".bin", ".uf2"]
    regions = {region["name"]: region for region in said["regions"]}
    assert 4000 < regions["flash"]["used"] < 20_000 < regions["flash"]["available"]
    assert said["flash"]["total"] == regions["flash"]["used"]
    data = Path("out/small.uf2").read_bytes()
    assert (data[:4], len(data) % 512) == (b"UF2\n", 0)
    assert data[12:16] == (0x1000_0000).to_bytes(4, "little"), "from the boot loader's first byte on"
    small_one = document(run("firmware", small, "--board", "raspberry-pi-pico", "--no-profile", "-o", "out", "--json"))
    assert small_one["flash"]["total"] < said["flash"]["total"]
    text = run("firmware", small, "--board", "raspberry-pi-pico", "-o", "out").stdout
    assert "of the board's" in text


def test_firmware_needs_a_board_with_a_serial_line(run: Run, small: Path, tmp_path: Path) -> None:
    assert "--board is missing" in run("firmware", small).stderr
    board = tmp_path / "mine.toml"
    board.write_text(
        'title = "x"\ncore = "cortex-m4f"\nclock_hz = 1_000\nsources = ["here"]\n'
        '[[region]]\nname = "flash"\nkind = "flash"\naddress = 0\nbytes = 65536\n'
        '[[region]]\nname = "ram"\nkind = "ram"\naddress = 0x20000000\nbytes = 65536\n'
        '[place]\narena = ["ram"]\nconstants = ["flash"]\n',
        encoding="utf-8",
    )
    result = run("firmware", small, "--board", board)
    assert result.exit_code == 2
    assert "has no driver for its serial line" in result.stderr


def test_flash_calls_the_boards_tool(run: Run, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("firmware", small, "--board", "stm32f407-discovery", "-o", "out").exit_code == 0
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("flash", "out", "--board", "stm32f407-discovery")
    assert result.exit_code == 2
    assert "openocd is not installed" in result.stderr
    assert "apt install openocd" in result.stderr
    tool = tmp_path / "openocd"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > called\n', encoding="utf-8")
    tool.chmod(0o755)
    assert run("flash", "out", "--board", "stm32f407-discovery").exit_code == 0
    assert "program out/small.elf verify reset exit" in Path("called").read_text(encoding="utf-8")
    tool.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    result = run("flash", "out", "--board", "stm32f407-discovery", "--json")
    assert result.exit_code == 2
    assert "ended with exit code 3" in result.stderr


def test_flash_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="names no tool"):
        firmware.flash_line(load_board("mps2-an386"), tmp_path)
    with pytest.raises(CodegenError, match="there is no image in"):
        firmware.flash_line(load_board("stm32f407-discovery"), tmp_path)


def test_ports_are_listed_with_a_guess(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [("/dev/ttyACM0", "STLink", (0x0483, 0x374B)), ("/dev/ttyS0", "n/a", None)]
    monkeypatch.setattr(link, "serial_ports", lambda: found)
    said = document(run("ports", "--json"))
    assert "stm32f407-discovery" in said[0]["boards"]
    assert said[1] == {"port": "/dev/ttyS0", "description": "n/a", "usb": None, "boards": []}
    assert "/dev/ttyACM0" in run("ports").stdout
    monkeypatch.setattr(link, "serial_ports", list)
    assert run("ports").stdout.strip() == "no serial ports"


@pytest.fixture
def port(run: Run, small: Path, tmp_path: Path) -> Iterator[str]:
    """A serial port with a board on it that runs `small`: an emulator's, which this test did not open."""
    assert run("firmware", small, "--board", "stm32f405", "-o", tmp_path / "image").exit_code == 0
    command = emulator_command(tmp_path / "image" / "small.elf", load_board("stm32f405"), tmp_path / "monitor")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        yield next(line for line in process.stdout if "char device" in line).split()[4]
        process.kill()


@pytest.mark.qemu
def test_a_board_on_a_serial_port(run: Run, small: Path, golden: Path, port: str, tmp_path: Path) -> None:
    """Which board it is, it says itself; nothing is built."""
    said = document(run("verify", small, "--inputs", golden, "--on", f"serial:{port}", "--json"))
    assert (said["board"], said["on"], said["mismatches"]) == ("stm32f405", f"serial:{port}", 0)
    assert said["guards"] == {"intact": True, "damage": []}
    assert said["cycles"] > 100
    assert "flash" not in said
    text = run("verify", small, "--inputs", golden, "--on", f"serial:{port}", "--board", "stm32f405")
    assert text.exit_code == 0, text.output
    assert "cycles" in text.stdout
    said = document(run("profile", small, "--on", f"serial:{port}", "--json"))
    assert (said["unit"], said["board"]) == ("cycles", "stm32f405")
    assert [op["type"] for op in said["operators"]] == ["ADD", "SOFTMAX", "DEQUANTIZE"]
    assert "ms at" in run("profile", small, "--on", f"serial:{port}").stdout
    result = run("verify", small, "--inputs", golden, "--on", f"serial:{port}", "--layers")
    assert result.exit_code == 2
    assert "--layers needs a firmware" in result.stderr
    builder = GraphBuilder(9)
    other = tmp_path / "other.tflite"
    other.write_bytes(builder.model([builder.softmax(builder.input((1, 4)))]))
    result = run("verify", other, "--on", f"serial:{port}")
    assert result.exit_code == 2
    assert "the board runs another model: 'small'" in result.stderr


@pytest.mark.qemu
def test_an_image_without_counters_says_so(run: Run, small: Path, tmp_path: Path) -> None:
    run("firmware", small, "--board", "stm32f405", "--no-profile", "-o", tmp_path / "image")
    command = emulator_command(tmp_path / "image" / "small.elf", load_board("stm32f405"), tmp_path / "monitor")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        name = next(line for line in process.stdout if "char device" in line).split()[4]
        result = run("profile", small, "--on", f"serial:{name}")
        process.kill()
    assert result.exit_code == 2
    assert "has no counters" in result.stderr
