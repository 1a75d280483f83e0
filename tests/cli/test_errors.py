"""Exit codes and messages: whatever goes wrong, one readable block and nothing written."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.commands import options
from codegen.errors import InternalError
from tests.builders import GraphBuilder

from .conftest import Run, document

Shell = Callable[..., subprocess.CompletedProcess[str]]


def damaged(model: bytes) -> dict[str, bytes]:
    return {
        "empty": b"",
        "truncated": model[: len(model) // 2],
        "onnx": b"\x08\x07\x12\x07pytorch\x1a\x051.9.0:" + bytes(64),
        "zip": b"PK\x03\x04" + bytes(64),
        "zeros": bytes(256),
        "text": b"layers: 3\n" * 20,
    }


@pytest.mark.parametrize("kind", ["empty", "truncated", "onnx", "zip", "zeros", "text"])
@pytest.mark.parametrize("command", ["compile", "inspect", "verify"])
def test_files_that_are_no_models_are_refused(run: Run, tmp_path: Path, small: Path, kind: str, command: str) -> None:
    path = tmp_path / "bad.tflite"
    path.write_bytes(damaged(small.read_bytes())[kind])
    result = run(command, path, *(["--board", "host"] if command == "compile" else []))
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "bad.tflite" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("command", ["compile", "inspect", "verify"])
def test_a_missing_file_and_a_folder_are_refused(run: Run, tmp_path: Path, command: str) -> None:
    for path, words in ((tmp_path / "none.tflite", "no such file"), (tmp_path, "folder")):
        result = run(command, path, *(["--board", "host"] if command == "compile" else []))
        assert result.exit_code == 2
        assert words in result.stderr


def test_an_inconsistent_tensor_is_refused(run: Run, tmp_path: Path) -> None:
    builder = GraphBuilder(1)
    x = builder.input((1, 8))
    wrong = builder.one("SOFTMAX", [x], (1, 9), x.quantization, "int8", name="wrong", beta=1.0)
    path = tmp_path / "wrong.tflite"
    path.write_bytes(builder.model([wrong]))
    result = run("compile", path, "--board", "host")
    assert result.exit_code == 2
    assert 'operator 0 SOFTMAX "wrong"' in result.stderr
    assert "same shape" in result.stderr
    assert list(Path.cwd().iterdir()) == []


def test_every_unsupported_operator_is_named_with_a_hint(run: Run, unsupported: Path) -> None:
    result = run("compile", unsupported, "--board", "host")
    assert result.exit_code == 2
    assert "2 problems" in result.stderr
    assert 'operator 0 COS "first"' in result.stderr
    assert 'operator 2 SEGMENT_SUM "last"' in result.stderr
    assert result.stderr.count("hint:") == 2
    assert list(Path.cwd().iterdir()) == []


def test_refusals_are_json_as_well(run: Run, unsupported: Path) -> None:
    result = run("compile", unsupported, "--board", "host", "--json")
    error = document(result)["error"]
    assert error["exit_code"] == result.exit_code == 2
    assert [r["operator_type"] for r in error["refusals"]] == ["COS", "SEGMENT_SUM"]
    assert set(error["refusals"][0]) == {
        "file", "subgraph", "operator_index", "operator_type", "operator_name", "found", "hint",
    }  # fmt: skip
    assert "COS" in result.stderr


def test_wrong_options_are_json_as_well(run: Run, small: Path) -> None:
    result = run("compile", small, "--json", "--bogus")
    assert result.exit_code == 2
    assert "--bogus" in document(result)["error"]["refusals"][0]["found"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--board is missing"),
        (["--board", "mps2-an38"], "did you mean 'mps2-an386'"),
        (["--board", "none.toml"], "no such board file"),
        (["--board", "host", "--name", "9 lives"], "C identifier"),
        (["--board", "host", "--cmsis-nn", "v4.0.0"], "v5.0.0, v6.0.0, v7.0.0"),
        (["--board", "host", "--cmsis-nn", "v5.0.0"], "without its sources only v7.0.0"),
        (["--board", "host", "--cmsis-nn-root", "."], "not a tree of CMSIS-NN"),
        (["--board", "host", "--kernels", "fast"], "'fast' is not one of"),
        (["--board", "host", "--batch", "0"], "0 is not in the range"),
        (["--board", "host", "--batch", "2"], "batch of 2"),
        (["--board", "host", "-o", "."], "current folder"),
        (["--board", "host", "-o", ".."], "current folder or above"),
    ],
)
def test_wrong_options_are_refused_with_a_sentence(run: Run, small: Path, arguments: list[str], words: str) -> None:
    result = run("compile", small, *arguments)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError("no luck"), InternalError("buffers overlap"), KeyError("x")])
def test_a_bug_is_said_without_a_traceback(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(options, "compile_with", broken)
    result = run("compile", small, "--board", "host")
    assert result.exit_code == 3
    assert "internal error" in result.stderr
    assert "bug in codegen" in result.stderr
    assert "Traceback" not in result.stderr

    monkeypatch.setenv("CODEGEN_DEBUG", "1")
    result = run("compile", small, "--board", "host", "--json")
    assert "Traceback" in result.stderr
    assert document(result)["error"]["exit_code"] == 3


def test_an_interrupt_is_no_mismatch(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(options, "compile_with", stopped)
    result = run("verify", small)
    assert result.exit_code == 130


def test_control_characters_of_a_file_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    builder = GraphBuilder(1)
    x = builder.input((1, 8))
    path = tmp_path / "evil.tflite"
    path.write_bytes(builder.model([builder.one("COS", [x], (1, 8), x.quantization, "int8", name="a\x1b[2Jb\n[red]")]))
    for command in (("inspect", path), ("compile", path, "--board", "host")):
        output = run(*command).output
        assert "\x1b" not in output
        assert "a?[2Jb?[red]" in output


def test_a_process_ends_with_the_exit_code_and_streams_apart(shell: Shell, small: Path, unsupported: Path) -> None:
    refused = shell("compile", unsupported, "--board", "host", FORCE_COLOR="")
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.startswith("error: ")
    done = shell("compile", small, "--board", "host")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_names_that_the_console_cannot_print_are_no_error(shell: Shell, tmp_path: Path) -> None:
    builder = GraphBuilder(1)
    path = tmp_path / "names.tflite"
    path.write_bytes(builder.model([builder.softmax(builder.input((1, 8), name="größe→入力"))]))
    result = shell("inspect", path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0, result.stderr
    assert "SOFTMAX" in result.stdout
