"""Modules as programs: Linux on another processor in QEMU's user mode, WebAssembly in Node. The same bytes as here."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codegen import compile_model, host
from codegen.boards import list_boards, load_board
from codegen.device.program import ProgramRunner, build_program
from codegen.device.wasm import read_wasm
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


def network() -> bytes:
    builder = GraphBuilder(3)
    x = builder.input((1, 8, 8, 4))
    y = builder.softmax(builder.fully_connected(builder.reshape(builder.conv_2d(x, 6, (3, 3)), (1, 384)), 5))
    return builder.model([y])


def small(board: str) -> CModule:
    return compile_model(network(), board=board, name="small")


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


def test_the_operators_of_a_program_are_timed(run: Run, tmp_path: Path, board: str) -> None:  # noqa: F811
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    said = document(run("profile", model, "--on", "qemu", "--board", board, "--json"))
    assert (said["unit"], said["stack_bytes"]) == ("nanoseconds", None)
    assert said["flash"]["code"] > 500
    assert [op["type"] for op in said["operators"]] == ["CONV_2D", "FULLY_CONNECTED", "SOFTMAX"]
    assert said["operators"][0]["instructions"] > said["operators"][2]["instructions"] >= 0
    total = sum(op["instructions"] for op in said["operators"])
    assert abs(total - said["instructions"]) <= 0.01 * said["instructions"] + 3
    if board == "wasm":
        text = run("profile", model, "--on", "qemu", "--board", board).stdout
        assert "how operators compare, not what the board takes" in " ".join(text.split())


def test_firmware_is_a_program_that_runs(
    run: Run,  # noqa: F811
    tmp_path: Path,
    board: str,
    rng: np.random.Generator,
) -> None:
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    said = document(run("firmware", model, "--board", board, "-o", tmp_path / "out", "--json"))
    assert said["flash"]["total"] == sum(said["flash"][part] for part in ("code", "weights", "harness"))
    used = {region["kind"]: region["used"] for region in said["regions"]}
    assert used["flash"] == said["flash"]["total"]
    module = compile_model(model, board=board)
    assert used["ram"] > module.arena_bytes
    files = [str(tmp_path / "out" / name) for name in (["net.mjs", "net.wasm"] if board == "wasm" else ["net.elf"])]
    assert sorted(said["files"]) == sorted(files)
    ((case,),) = cases(rng)[:1]
    emulator = load_board(board).core.emulator
    assert emulator is not None
    written = subprocess.run(
        [emulator.program, *files], input=(1).to_bytes(4, "little") + case.tobytes(), capture_output=True, check=True
    ).stdout
    assert written[:8] == written[8:16] == bytes(8)  # init, then the case: status 0, no guard damaged
    np.testing.assert_array_equal(np.frombuffer(written[16:], np.int8), host.load(module)(case)[0].ravel())


def test_a_stack_of_a_program_is_refused(run: Run, tmp_path: Path) -> None:  # noqa: F811
    model = tmp_path / "net.tflite"
    model.write_bytes(network())
    result = run("firmware", model, "--board", "wasm", "--stack", "4096")
    assert result.exit_code == 2
    assert "leave --stack out" in result.stderr


def test_a_file_that_is_no_webassembly_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.wasm").write_bytes(b"\0asm\2\0\0\0")
    with pytest.raises(CodegenError, match="is no WebAssembly file"):
        read_wasm(tmp_path / "x.wasm")
