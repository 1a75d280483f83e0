from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from codegen import compile_model, host
from codegen.cli import cli
from tests.builders import GraphBuilder
from tests.conftest import ROOT

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No upstream tree, no colours, no debugging but what a test asks for."""
    for name in ("CMSIS_NN_ROOT", "CODEGEN_DEBUG", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in this process, its current folder being the test's own."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="codegen")


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line as a process of its own, whose output is no terminal."""

    def start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "codegen", *map(str, arguments)]
        variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        return subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)

    return start


def document(result: Result) -> Any:  # noqa: ANN401 - a JSON value
    """All of standard output as one JSON document."""
    return json.loads(result.stdout)


def small_builder() -> tuple[GraphBuilder, bytes]:
    builder = GraphBuilder(3)
    a, b = builder.input((1, 4, 4, 2), name="a"), builder.input((1, 4, 4, 2), name="b")
    total = builder.add(a, b, "RELU")
    real = builder.unary("DEQUANTIZE", builder.softmax(builder.reshape(total, (1, 32))), dtype="float32", name="real")
    return builder, builder.model([total, real])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """ADD, RESHAPE, SOFTMAX, DEQUANTIZE: two inputs, an int8 and a float output."""
    path = tmp_path / "small.tflite"
    path.write_bytes(small_builder()[1])
    return path


@pytest.fixture
def unsupported(tmp_path: Path) -> Path:
    """Two operators that are not supported around one that is."""
    builder = GraphBuilder(4)
    x = builder.input((1, 8))
    y = builder.one("COS", [x], (1, 8), x.quantization, "int8", name="first")
    z = builder.one("SEGMENT_SUM", [builder.softmax(y)], (1, 8), x.quantization, "int8", name="last")
    path = tmp_path / "unsupported.tflite"
    path.write_bytes(builder.model([z]))
    return path


@pytest.fixture
def golden(tmp_path: Path, small: Path) -> Path:
    """Cases of `small` with the answers of the module itself: what is compared is not what is under test."""
    model = host.load(compile_model(small))
    rng = np.random.default_rng(5)
    inputs = [rng.integers(-128, 128, (3, 1, 4, 4, 2), np.int8, endpoint=False) for _ in range(2)]
    outputs = [model(*case) for case in zip(*inputs, strict=True)]
    path = tmp_path / "small.npz"
    stacked = {f"output_{k}": np.stack([case[k] for case in outputs]) for k in range(2)}
    np.savez(path, input_0=inputs[0], input_1=inputs[1], **stacked)
    return path
