"""Modules as programs: Linux on another processor in QEMU's user mode, WebAssembly in Node. The same bytes as here."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codegen import compile_model, host
from codegen.boards import list_boards, load_board
from codegen.device.program import ProgramRunner, build_program
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.graph import Array
from tests.builders import GraphBuilder
from tests.cli.conftest import Run, document, run  # noqa: F401 - a fixture
from tests.test_boards import needs_compiler

BOARDS = [board.name for board in list_boards() if board.core.family in ("linux", "wasm")]


@pytest.fixture(params=BOARDS)
def board(request: pytest.FixtureRequest) -> str:
    """A hosted board whose compiler and emulator are here."""
    name: str = request.param
    core = load_board(name).core
    needs_compiler(core)
    assert core.emulator is not None
    if shutil.which(core.emulator.program) is None:
        pytest.skip(f"{core.emulator.program} is not installed: see scripts/test")
    return name


def small(board: str) -> CModule:
    builder = GraphBuilder(3)
    x = builder.input((1, 8, 8, 4))
    y = builder.softmax(builder.fully_connected(builder.reshape(builder.conv_2d(x, 6, (3, 3)), (1, 384)), 5))
    return compile_model(builder.model([y]), board=board, name="small")


def changed(module: CModule, statement: str) -> CModule:
    """The module whose invoke does something else first."""
    head = "small_status_t small_invoke(small_t *self)\n{\n"
    text = module.files["small.c"]
    assert head in text
    return replace(module, files={**module.files, "small.c": text.replace(head, f"{head}    {statement}\n")})


def cases(rng: np.random.Generator) -> list[tuple[Array]]:
    return [(rng.integers(-128, 128, (1, 8, 8, 4), np.int8, endpoint=False),) for _ in range(3)]


def test_both_are_there() -> None:
    assert set(BOARDS) == {"raspberry-pi-4", "wasm"}


def test_the_same_bytes_as_here(board: str, rng: np.random.Generator) -> None:
    module, given = small(board), cases(rng)
    reference = host.load(module)
    observed = ProgramRunner(module).run(given)
    assert not observed.damage
    for case, outputs in zip(given, observed.outputs, strict=True):
        assert outputs is not None
        np.testing.assert_array_equal(outputs[0], reference(*case)[0])


def test_what_goes_wrong_is_told(board: str, rng: np.random.Generator) -> None:
    module, given = small(board), cases(rng)
    harmed = ProgramRunner(changed(module, "((uint8_t *)self->arena)[-3] = 7;")).run(given)
    assert harmed.damage == ("guard before arena",)
    with pytest.raises(CodegenError, match=f"the program for {board} ended with"):
        ProgramRunner(changed(module, "__builtin_trap();")).run(given)
    with pytest.raises(CodegenError, match="cannot compile small.c"):
        build_program(changed(module, "nonsense"))


def test_verify_runs_the_trained_model(run: Run, models: Path, board: str) -> None:  # noqa: F811
    said = document(
        run(
            "verify",
            models / "hello.tflite",
            "--inputs",
            models / "hello.npz",
            "--on",
            "qemu",
            "--board",
            board,
            "--json",
        )
    )
    assert (said["mismatches"], said["cases"]) == (0, 16)
    assert said["guards"]["intact"]


def test_there_is_no_image_of_a_program(run: Run, models: Path, board: str) -> None:  # noqa: F811
    result = run("firmware", models / "hello.tflite", "--board", board)
    assert result.exit_code == 2
    assert "runs programs, not images" in result.stderr
