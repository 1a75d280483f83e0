from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.api import ARROWS

from .conftest import Run, document


def test_a_model_becomes_a_folder_named_after_it(run: Run, small: Path) -> None:
    result = run("compile", small, "--board", "mps2-an386", "--kernels", "cmsis-nn")
    assert result.exit_code == 0, result.output
    assert {path.name for path in Path("small").iterdir()} >= {
        "small.h", "small.c", "small_data.h", "small_data.c", "CMakeLists.txt", "small.json", "runtime",
    }  # fmt: skip
    for words in (
        "mps2-an386",
        "cortex-m4f",
        "RAM sram",
        "arm_elementwise_add_s8",
        "CMSIS-NN v7.0.0",
        "files in small",
    ):
        assert words in result.stdout
    assert result.stderr == ""


def test_options_reach_the_compiler(run: Run, small: Path) -> None:
    result = run(
        "compile", small, "--board", "stm32f407-discovery", "-o", "deep/out", "--name", "my_net", "--kernels", "native"
    )
    assert result.exit_code == 0, result.output
    plan = json.loads(Path("deep/out/my_net.json").read_text())
    assert plan["target"]["board"] == "stm32f407-discovery"
    assert plan["target"]["kernels"] == "native"
    assert "CMSIS-NN" not in result.stdout
    assert "cg_affine_sum_s8" in result.stdout


def test_json_has_memory_operators_and_files(run: Run, small: Path) -> None:
    result = run("compile", small, "--board", "host", "--json")
    assert result.exit_code == 0, result.output
    said = document(result)
    assert set(said) == {
        "model", "name", "sha256", "board", "core", "kernels", "cmsis_nn", "arena_bytes", "arenas", "peaks",
        "weight_bytes", "macs", "operators", "directory", "files",
    }  # fmt: skip
    assert said["name"] == "small"
    assert said["arena_bytes"] == sum(arena["bytes"] for arena in said["arenas"])
    assert said["arenas"][0].keys() == {"region", "bytes", "bound", "available"}
    assert [op["type"] for op in said["operators"]] == ["ADD", "RESHAPE", "SOFTMAX", "DEQUANTIZE"]
    assert said["operators"][0]["provider"] == "native"
    assert said["operators"][2]["provider"] == "cmsis-nn"
    for name in said["files"]:
        assert (Path(said["directory"]) / name).is_file()


def test_compiling_again_replaces_the_output(run: Run, small: Path) -> None:
    assert run("compile", small, "--board", "host").exit_code == 0
    first = Path("small/small.c").read_bytes()
    assert run("compile", small, "--board", "host").exit_code == 0
    assert Path("small/small.c").read_bytes() == first
    assert [path.name for path in Path().iterdir()] == ["small"]


@pytest.mark.parametrize("place", ["notes.txt", "small/notes.txt"])
def test_files_of_others_are_not_touched(run: Run, small: Path, place: str) -> None:
    if "/" in place:
        assert run("compile", small, "--board", "host").exit_code == 0
    own = Path("small") / Path(place).name if "/" in place else Path("small")
    own.write_text("mine")
    result = run("compile", small, "--board", "mps2-an386")
    assert result.exit_code == 2
    assert "small" in result.stderr
    assert "-o" in result.stderr
    assert own.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_refused(run: Run, small: Path) -> None:
    Path("file").write_text("")
    result = run("compile", small, "--board", "host", "-o", "file/below")
    assert result.exit_code == 2, result.output
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize("arrow", ARROWS)
def test_every_arrow_can_be_dumped(run: Run, small: Path, arrow: str) -> None:
    result = run("compile", small, "--board", "host", "--dump-after", arrow)
    assert result.exit_code == 0, result.output
    expected = {"read": "0 ADD v2", "legalise": "SOFTMAX", "schedule": "cg_affine_sum_s8 for operator 0 ADD",
                "plan": "lower bound", "emit": "bytes  small.c"}  # fmt: skip
    assert expected[arrow] in result.stdout
    assert "0x" not in result.stdout.split("memory")[0], "no addresses of Python objects"
    result = run("compile", small, "--board", "host", "--dump-after", arrow, "--json")
    assert expected[arrow] in result.stderr
    assert document(result)["name"] == "small"


def test_a_board_of_the_users_own(run: Run, small: Path) -> None:
    Path("mine.toml").write_text(
        'title = "Mine"\ncore = "cortex-m0"\nclock_hz = 1_000_000\nsources = ["none"]\n'
        '[[region]]\nname = "rom"\nkind = "flash"\naddress = 0\nbytes = 65536\n'
        '[[region]]\nname = "ram"\nkind = "ram"\naddress = 0x2000_0000\nbytes = 4096\n'
        '[place]\narena = ["ram"]\nconstants = ["rom"]\n'
    )
    result = run("compile", small, "--board", "mine.toml", "--json")
    assert result.exit_code == 0, result.output
    assert document(result)["arenas"][0]["available"] == 4096


@pytest.mark.models
@pytest.mark.parametrize("name", ["hello", "micro_speech", "ad", "kws", "sww", "ic", "vww"])
def test_the_real_models_compile_as_the_converter_wrote_them(run: Run, models: Path, name: str) -> None:
    result = run("compile", models / f"{name}.tflite", "--board", "mps2-an386", "--json")
    assert result.exit_code == 0, result.output
    said = document(result)
    assert 0 < said["arenas"][0]["bound"] <= said["arena_bytes"]
