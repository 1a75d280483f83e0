"""The real trained models over the serial line of emulated boards, by the commands that users type: the golden bytes.

By default one model a core; CODEGEN_FULL=1 runs all that fit everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from codegen.cli import cli
from tests.conftest import FULL

pytestmark = [pytest.mark.models, pytest.mark.slow, pytest.mark.qemu]

SAMPLE = [
    ("vww", "stm32f405"),
    ("kws", "mps2-an505"),
    ("ad", "mps3-an547"),
    ("hello", "microbit"),
    ("ad", "mps2-an385"),
    ("hello", "mps2-an500"),
    ("hello", "mps2-an386-m0plus"),
]
BOARDS = ("stm32f405", "mps2-an385", "mps2-an386-m0plus", "mps2-an500", "mps2-an505", "mps3-an547")
EVERY = [(name, board) for name in ("vww", "kws", "ad", "hello") for board in BOARDS] + [("hello", "microbit")]
PAIRS = EVERY if FULL else SAMPLE


def run(*arguments: object) -> Any:  # noqa: ANN401 - a JSON value
    result = CliRunner().invoke(cli, [*map(str, arguments), "--json"], prog_name="codegen")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(("name", "board"), PAIRS)
def test_golden_bytes(models: Path, name: str, board: str) -> None:
    where = ("--on", "qemu", "--board", board, "--inputs", models / f"{name}.npz")
    said = run("verify", models / f"{name}.tflite", *where, "--cases", "1")
    assert (said["mismatches"], said["guards"]["intact"]) == (0, True)
    assert said["oracle"] == f"outputs of {name}.npz"


@pytest.mark.parametrize(("name", "board"), [("hello", "stm32f405"), ("kws", "stm32f405"), ("ad", "mps3-an547")])
def test_operators_add_up(models: Path, name: str, board: str) -> None:
    where = ("--on", "qemu", "--board", board, "--inputs", models / f"{name}.npz")
    said = run("profile", models / f"{name}.tflite", *where)
    operators = sum(op["instructions"] for op in said["operators"])
    assert abs(operators - said["instructions"]) <= 0.01 * said["instructions"]
