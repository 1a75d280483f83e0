"""What `codegen fit` says before a build is what the build then has."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fit import BEGIN, END
from codegen.api import Options, compile_with
from codegen.boards import board_names, list_boards, load_board
from codegen.device.built import build
from codegen.errors import CodegenError
from codegen.fit import Fit, fit_all
from codegen.fit_rules import has_image
from tests.builders import GraphBuilder
from tests.cli.conftest import document, run  # noqa: F401 - a fixture
from tests.conftest import FULL, ROOT
from tests.test_boards import needs_compiler

NAMES = ("hello", "micro_speech", "ad", "sww", "kws", "ic", "vww")
EVERY = [board.name for board in list_boards() if has_image(board)]
OTHERS = ("qemu-virt-rv64", "qemu-virt-rv32", "raspberry-pi-4", "wasm")
SAMPLE = [
    ("kws", "stm32f407-discovery"),
    ("sww", "microbit"),
    ("ad", "mps3-an547"),
    ("hello", "raspberry-pi-pico"),
    ("micro_speech", "nucleo-h7a3zi"),
    ("sww", "kendryte-k210"),
    ("kws", "qemu-virt-rv32"),
    ("vww", "raspberry-pi-4"),
    ("ic", "wasm"),
    ("hello", "arduino-uno"),
]
PAIRS = [(model, board) for model in NAMES for board in EVERY] if FULL else SAMPLE
RAM_BYTES, FLASH_SHARE = 16, 0.05


def network(width: int = 12) -> bytes:
    builder = GraphBuilder(3)
    x = builder.input((1, 16, 16, 3))
    y = builder.conv_2d(builder.conv_2d(x, width, (3, 3)), 8, (1, 1))
    y = builder.fully_connected(builder.reshape(y, (1, 16 * 16 * 8)), 10)
    return builder.model([builder.softmax(y)])


def one_fit(model: Path, board: str, optimize: str = "balanced") -> Fit:
    (found,) = fit_all(model, Options(optimize=optimize), [load_board(board)])
    return found


def readme_cells() -> dict[tuple[str, str], str]:
    """(model, board): what README's table says."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = text.split(BEGIN)[1].split(END)[0].strip().splitlines()
    models = [cell.strip() for cell in rows[0].strip("|").split("|")][1:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:] if row.startswith("|")]
    return {(model, board): cell for board, *rest in cells for model, cell in zip(models, rest, strict=True)}


def assert_as_built(found: Fit, model: Path, folder: Path, optimize: str = "balanced") -> None:
    """RAM equal (to 16 bytes of alignment), flash within 5 %; what does not fit is refused."""
    board = found.board
    try:
        module = compile_with(model, Options(board=board.name, optimize=optimize))
        made = build(module, folder)
    except CodegenError:
        assert not found.fits
        return
    assert found.fits
    assert found.model_ram == module.arena_bytes + module.interface.state_bytes
    used = sum(used for region, used in made.regions() if region.kind == "ram")
    assert abs(used - found.ram) <= RAM_BYTES, (used, found.ram)
    flash = made.flash()
    assert abs(flash["total"] - found.flash) <= FLASH_SHARE * flash["total"], (flash, found.flash)
    assert found.need.weights == flash["weights"]
    # Beside what is the same for every model, which a program's C library may be most of.
    own, said = flash["total"] - flash["harness"], found.model_flash
    assert abs(own - said) <= FLASH_SHARE * flash["total"] or board.core.family == "linux"
    # The linker's way round an erratum of the Cortex-A53 may take a page.
    if board.core.family == "linux":
        assert abs(own - said) <= 0.1 * own + 4_096, (own, said)


@pytest.mark.models
def test_least_flash_is_what_was_said(models: Path, tmp_path: Path) -> None:
    """Kernels in little code, parameters of less than 32 bits, -Os."""
    needs_compiler(load_board("stm32f405").core)
    model = models / "vww.tflite"
    assert_as_built(one_fit(model, "stm32f405", "size"), model, tmp_path, "size")


@pytest.mark.parametrize("board", ["stm32f405", "mps2-an385", "raspberry-pi-pico-2", "microbit", *OTHERS])
def test_a_network_takes_what_was_said(tmp_path: Path, board: str) -> None:
    needs_compiler(load_board(board).core)
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    assert_as_built(one_fit(model, board), model, tmp_path / "build")


@pytest.mark.models
@pytest.mark.parametrize(("name", "board"), PAIRS)
def test_the_real_models_take_what_was_said(models: Path, tmp_path: Path, name: str, board: str) -> None:
    needs_compiler(load_board(board).core)
    found = one_fit(models / f"{name}.tflite", board)
    assert readme_cells()[name, board].lstrip("~")[0].isdigit() == (found.fits and board != "wasm")
    assert_as_built(found, models / f"{name}.tflite", tmp_path)


def test_the_readme_has_every_board_and_model() -> None:
    boards = set(board_names()) - {"host"}
    assert set(readme_cells()) == {(model, board) for model in NAMES for board in boards}


def test_every_board_has_a_row(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model = tmp_path / "net.tflite"
    builder = GraphBuilder(3)
    x = builder.input((1, 30_000))
    model.write_bytes(builder.model([builder.add(x, x)]))
    rows = document(run("fit", model, "--json"))
    assert {row["board"] for row in rows} == set(board_names()) - {"host"}
    by_name = {row["board"]: row for row in rows}
    small, large = by_name["microbit"], by_name["stm32f407-discovery"]
    assert (small["fits"], large["fits"]) == (False, True)
    assert any("an input of about" in hint for hint in small["hints"])
    assert large["hints"] == []
    said = {name: (row["time_is"], row["code_is"]) for name, row in by_name.items()}
    others = {"wasm": (None, "measured"), "arduino-uno": (None, "measured"), "esp32": ("estimate", "estimate")}
    assert said | others == said
    assert {name for name, row in by_name.items() if row["of"] == "model"} == {"esp32", "esp32-c3"}
    assert by_name["esp32-c3"]["ram"] == by_name["esp32-c3"]["model_ram"] + 4
    for name in ("stm32f405", "microbit", "kendryte-k210", "esp32-c3", "raspberry-pi-4"):
        assert said[name] == ("measured", "measured")
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


def test_the_uno_says_what_it_cannot_have_and_what_it_can(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    (row,) = document(run("fit", model, "--board", "arduino-uno", "--json"))
    assert (row["fits"], row["milliseconds"]) == (False, None)
    assert row["ram"] > row["ram_available"] == 2048
    assert "CONV_2D: its kernel cg_conv_2d_s8 does not read program memory" in row["hints"][0]
    builder = GraphBuilder(3)
    model.write_bytes(builder.model([builder.fully_connected(builder.input((1, 20)), 5)]))
    (row,) = document(run("fit", model, "--board", "arduino-uno", "--json"))
    assert (row["fits"], row["unit"], row["time_is"]) == (True, "cycles", "measured")
    assert 15_000 < row["instructions"] < 25_000
    needs_compiler(load_board("arduino-uno").core)
    assert_as_built(one_fit(model, "arduino-uno"), model, tmp_path / "build")


def test_other_kernels_are_proposed(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model, board = tmp_path / "net.tflite", tmp_path / "mine.toml"
    model.write_bytes(network())
    text = (Path(__file__).parents[2] / "boards" / "stm32f405" / "board.toml").read_text(encoding="utf-8")
    sizes = {
        kernels: document(run("fit", model, "--board", "stm32f405", "--kernels", kernels, "--json"))[0]["flash"]
        for kernels in ("native", "cmsis-nn")
    }
    least, most = sorted(sizes, key=lambda name: sizes[name])
    assert sizes[least] < sizes[most]
    board.write_text(text.replace("bytes = 1_048_576", f"bytes = {sizes[least]}"), encoding="utf-8")
    (row,) = document(run("fit", model, "--board", board, "--kernels", most, "--json"))
    assert row["fits"] is False
    assert f"--kernels {least}" in row["hints"]


def test_colour_is_for_terminals(run, tmp_path: Path) -> None:  # noqa: ANN001, F811
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    assert "\x1b[" not in run("fit", model, "--board", "microbit").stdout
