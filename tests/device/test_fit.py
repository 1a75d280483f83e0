"""What `codegen fit` says before a build is what the build then has."""

from __future__ import annotations

from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from codegen.api import Options, compile_with
from codegen.boards import board_names, list_boards, load_board
from codegen.device.firmware import build_firmware
from codegen.errors import CodegenError
from codegen.fit import Fit, fit_all, is_rated
from tests.builders import GraphBuilder
from tests.cli.conftest import document, run  # noqa: F401 - a fixture
from tests.conftest import FULL

NAMES = ("hello", "micro_speech", "ad", "sww", "kws", "ic", "vww")
EVERY = [board.name for board in list_boards() if is_rated(board)]
SAMPLE = [
    ("kws", "stm32f407-discovery"),
    ("sww", "microbit"),
    ("ad", "mps3-an547"),
    ("hello", "raspberry-pi-pico"),
    ("micro_speech", "nucleo-h7a3zi"),
]
PAIRS = [(model, board) for model in NAMES for board in EVERY] if FULL else SAMPLE
RAM_BYTES, FLASH_SHARE = 16, 0.05


def network(width: int = 12) -> bytes:
    builder = GraphBuilder(3)
    x = builder.input((1, 16, 16, 3))
    y = builder.conv_2d(builder.conv_2d(x, width, (3, 3)), 8, (1, 1))
    y = builder.fully_connected(builder.reshape(y, (1, 16 * 16 * 8)), 10)
    return builder.model([builder.softmax(y)])


def one_fit(model: Path, board: str) -> Fit:
    (found,) = fit_all(model, Options(), [load_board(board)])
    return found


def assert_as_built(found: Fit, model: Path, folder: Path) -> None:
    """RAM equal (an image's to 16 bytes of alignment), flash within 5 %; what does not fit is refused."""
    board = found.board
    try:
        firmware = build_firmware(compile_with(model, Options(board=board.name)), folder)
    except CodegenError:
        assert not found.fits
        return
    assert found.fits
    module = firmware.module
    assert found.model_ram == module.arena_bytes + module.interface.state_bytes
    with firmware.elf.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        sizes = {symbol.name: symbol["st_size"] for symbol in table.iter_symbols()}
    arenas = sum(sizes[field.field] - 128 for field in module.interface.arenas)
    assert arenas == found.need.arena
    used = sum(used for region, used in firmware.regions() if region.kind == "ram")
    assert abs(used - found.ram) <= RAM_BYTES, (used, found.ram)
    total = firmware.flash()["total"]
    assert abs(total - found.flash) <= FLASH_SHARE * total, (total, found.flash)
    assert found.need.weights == firmware.flash()["weights"]


@pytest.mark.parametrize("board", ["stm32f405", "mps2-an385", "raspberry-pi-pico-2", "microbit"])
def test_a_network_takes_what_was_said(tmp_path: Path, board: str) -> None:
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    assert_as_built(one_fit(model, board), model, tmp_path / "build")


@pytest.mark.models
@pytest.mark.parametrize(("name", "board"), PAIRS)
def test_the_real_models_take_what_was_said(models: Path, tmp_path: Path, name: str, board: str) -> None:
    assert_as_built(one_fit(models / f"{name}.tflite", board), models / f"{name}.tflite", tmp_path)


def test_every_cortex_m_board_has_a_row(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model = tmp_path / "net.tflite"
    builder = GraphBuilder(3)
    x = builder.input((1, 30_000))
    model.write_bytes(builder.model([builder.add(x, x)]))
    rows = document(run("fit", model, "--json"))
    assert {row["board"] for row in rows} == {name for name in board_names() if is_rated(load_board(name))}
    by_name = {row["board"]: row for row in rows}
    small, large = by_name["microbit"], by_name["stm32f407-discovery"]
    assert (small["fits"], large["fits"]) == (False, True)
    assert any("an input of about" in hint for hint in small["hints"])
    assert large["hints"] == []
    assert large["millijoules"] == pytest.approx(large["milliseconds"] * 40e-3 * 3.3, rel=0.01)
    assert large["milliseconds"] == pytest.approx(1000 * large["instructions"] / 168e6, rel=0.01)
    text = run("fit", model, "--board", "microbit", "--board", "stm32f407-discovery").stdout.splitlines()
    assert "what would help" in text[1]
    assert text[2].startswith("stm32f407-discovery  yes")
    assert text[3].startswith("microbit")


def test_a_board_without_rules_and_a_bad_model(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    assert "was not measured" in run("fit", model, "--board", "host").stderr
    model.write_bytes(b"no model")
    assert run("fit", model).exit_code == 2


def test_a_users_own_board_is_fitted(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model, board = tmp_path / "net.tflite", tmp_path / "mine.toml"
    model.write_bytes(network())
    text = (Path(__file__).parents[2] / "boards" / "stm32f405" / "board.toml").read_text(encoding="utf-8")
    board.write_text(text.replace("bytes = 1_048_576", "bytes = 10_000"), encoding="utf-8")
    (row,) = document(run("fit", model, "--board", board, "--json"))
    assert (row["board"], row["fits"]) == ("mine", False)
    assert any("bytes of flash less" in hint for hint in row["hints"])
