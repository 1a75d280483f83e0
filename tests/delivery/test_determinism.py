"""The same model, options and version give the same bytes: in another folder, another process, another hash seed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .conftest import DIGITS, clean_environment, compile_digits, contents, run


@pytest.mark.parametrize("board", ["host", "mps3-an547"])
def test_the_same_bytes(tmp_path: Path, board: str) -> None:
    first = contents(compile_digits(tmp_path / "first", "--board", board, PYTHONHASHSEED="1"))
    again = contents(compile_digits(tmp_path / "second", "--board", board, cwd=tmp_path, PYTHONHASHSEED="2"))
    assert first == again
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(DIGITS, elsewhere)
    command = [sys.executable, "-m", "codegen", "compile", "digits.tflite", "--board", board, "-o", "out"]
    environment = clean_environment(PYTHONPATH=str(ROOT), PYTHONHASHSEED="random", LC_ALL="C", TZ="Asia/Tokyo")
    run(command, elsewhere, environment)
    assert contents(elsewhere / "out") == first


def test_no_path_of_this_machine(tmp_path: Path) -> None:
    folder = compile_digits(tmp_path / "digits", "--board", "host")
    for name, text in contents(folder).items():
        assert str(ROOT).encode() not in text, name
        assert str(tmp_path).encode() not in text, name
