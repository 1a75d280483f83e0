from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.boards import board_names
from codegen.operators import families

from .conftest import Run, document

COMMANDS = ("boards", "compile", "inspect", "operators", "verify")


def test_help_lists_the_commands_and_shows_examples(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for words in (*COMMANDS, "Examples:", "Exit codes:"):
        assert words in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_examples(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert f"codegen {command}" in result.stdout
    assert "--json" in result.stdout


def test_the_version_is_printed(run: Run) -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.split()[0] == "codegen"


def test_boards_are_listed(run: Run) -> None:
    result = run("boards")
    assert result.exit_code == 0
    for name in board_names():
        assert name in result.stdout


def test_boards_are_json(run: Run) -> None:
    boards = {board["name"]: board for board in document(run("boards", "--json"))}
    assert tuple(boards) == board_names()
    board = boards["stm32f407-discovery"]
    assert board.keys() >= {"name", "title", "core", "status", "clock", "flash", "ram", "regions"}
    assert (board["core"], board["clock"], board["ram"]) == ("cortex-m4f", 168_000_000, 196_608)
    assert [region["name"] for region in board["regions"]] == ["flash", "ccm", "sram"]


def test_operators_are_listed_with_their_rules(run: Run) -> None:
    text, markdown, listed = run("operators"), run("operators", "--markdown"), document(run("operators", "--json"))
    assert text.exit_code == markdown.exit_code == 0
    assert {name for entry in listed for name in entry["operators"]} == {
        name for name, family in families().items() if not family.is_internal
    }
    for entry in listed:
        assert entry["rules"]
        for words in (*entry["operators"], *entry["rules"]):
            assert words in text.stdout
            assert words.replace("|", "\\|") in markdown.stdout
    *_, rules = markdown.stdout.split("\n| --- |")
    assert len(rules.strip().splitlines()) == len(listed) + 1


def test_inspect_shows_operators_and_totals(run: Run, small: Path) -> None:
    result = run("inspect", small)
    assert result.exit_code == 0, result.output
    for words in ("ADD", "int8[1, 4, 4, 2]", "RELU", "4 operators", "every operator can be compiled"):
        assert words in result.stdout


def test_inspect_lists_all_that_is_unsupported_and_is_no_failure(run: Run, unsupported: Path) -> None:
    result = run("inspect", unsupported)
    assert result.exit_code == 0
    assert "2 of 3 operators cannot be compiled" in result.stdout
    said = document(run("inspect", unsupported, "--json"))
    assert [entry["type"] for entry in said["unsupported"]] == ["COS", "SEGMENT_SUM"]
    assert all(reason["found"] and reason["hint"] for entry in said["unsupported"] for reason in entry["reasons"])
    assert said["totals"]["unsupported"] == 2
    assert [op["supported"] for op in said["operators"]] == [False, True, False]
    assert [op["macs"] for op in said["operators"]] == [None, 0, None]


def test_inspect_is_json(run: Run, small: Path) -> None:
    said = document(run("inspect", small, "--json"))
    assert set(said) == {"model", "inputs", "outputs", "operators", "totals", "unsupported"}
    assert [tensor["name"] for tensor in said["inputs"]] == ["a", "b"]
    assert said["outputs"][1]["dtype"] == "float32"
    add = said["operators"][0]
    assert add["options"]["fused_activation_function"] == "RELU"
    assert add["inputs"][0]["quantization"].keys() == {"scales", "zero_points", "axis"}
    assert said["totals"]["types"] == {"ADD": 1, "RESHAPE": 1, "SOFTMAX": 1, "DEQUANTIZE": 1}
    assert said["totals"]["parameters"] == 0, "the shape of RESHAPE is not trained"


@pytest.mark.models
def test_inspect_counts_as_the_manifest_does(run: Run, models: Path) -> None:
    manifest = json.loads((models / "manifest.json").read_text())
    for name in ("hello", "ad", "kws", "vww"):
        said = document(run("inspect", models / f"{name}.tflite", "--json"))
        assert said["totals"]["types"] == manifest[name]["operators"]
        assert said["totals"]["macs"] == manifest[name]["macs_conv_dw_tconv_fc"], name
        assert said["unsupported"] == []
