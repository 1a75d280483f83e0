"""The Arduino Uno under simavr: weights in program memory, and refusals with the figures of what has no room there."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codegen import compile_model, host
from codegen.boards import load_board
from codegen.device.avr import AvrRunner
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from tests.builders import GraphBuilder
from tests.cli.conftest import Run, document, run  # noqa: F401 - a fixture
from tests.test_boards import needs_compiler

BOARD = "arduino-uno"


@pytest.fixture
def tools() -> None:
    """Its compiler and its emulator."""
    needs_compiler(load_board(BOARD).core)
    if shutil.which("simavr") is None:
        pytest.skip("simavr is not installed: see scripts/test")


def connected(depth: int, units: int) -> CModule:
    builder = GraphBuilder(3)
    x = builder.input((2, depth))
    y = builder.fully_connected(builder.fully_connected(x, units), 7)
    return compile_model(builder.model([y]), board=BOARD, name="small")


@pytest.mark.usefixtures("tools")
def test_the_same_bytes_as_here(rng: np.random.Generator) -> None:
    module = connected(150, 20)
    given = [(rng.integers(-128, 128, (2, 150), np.int8, endpoint=False),) for _ in range(120)]
    runner, reference = AvrRunner(module), host.load(module)
    assert sum(len(case[0].tobytes()) for case in given) > 32_768  # more than one program can hold
    observed = runner.run(given)
    assert not observed.damage
    for case, outputs in zip(given, observed.outputs, strict=True):
        assert outputs is not None
        np.testing.assert_array_equal(outputs[0], reference(*case)[0])
    assert observed.figures["flash"]["weights"] > 150 * 20
    assert runner.ram < 1024  # the weights are not there


@pytest.mark.usefixtures("tools")
def test_a_damaged_guard_is_seen(rng: np.random.Generator) -> None:
    module = connected(10, 4)
    head = "small_status_t small_invoke(small_t *self)\n{\n"
    text = module.files["small.c"]
    assert head in text
    text = text.replace(head, f"{head}    ((uint8_t *)self->arena)[-3] = 7;\n")
    runner = AvrRunner(replace(module, files={**module.files, "small.c": text}))
    given = [(rng.integers(-128, 128, (2, 10), np.int8, endpoint=False),)]
    assert runner.run(given).damage == ("guard before arena",)


def test_what_does_not_fit_is_refused_with_the_figures() -> None:
    with pytest.raises(CodegenError, match=r"need [\d,]+ bytes of RAM.*sram has 2,048 bytes"):
        connected(3000, 4)
    with pytest.raises(CodegenError, match=r"constants of 3\d,\d{3} bytes do not fit flash of arduino-uno, .* 32,256"):
        connected(700, 50)


@pytest.mark.usefixtures("tools")
def test_a_program_that_does_not_fit_is_refused_with_the_figures() -> None:
    with pytest.raises(CodegenError, match=r"flash 3\d,\d{3} of 32,256 bytes, sram .* of 2,048"):
        AvrRunner(connected(450, 69))
    with pytest.raises(CodegenError, match=r"sram [\d,]+ and 256 of stack of 2,048"):
        AvrRunner(connected(800, 8))


def test_kernels_that_do_not_read_program_memory_are_refused() -> None:
    builder = GraphBuilder(3)
    y = builder.softmax(builder.fully_connected(builder.input((1, 10)), 5))
    with pytest.raises(CodegenError, match=r"SOFTMAX.*does not read program memory, where arduino-uno has constants"):
        compile_model(builder.model([y]), board=BOARD)


@pytest.mark.usefixtures("tools")
def test_outputs_of_many_bytes_and_a_state_of_the_line(rng: np.random.Generator) -> None:
    builder = GraphBuilder(3)
    module = compile_model(builder.model([builder.fully_connected(builder.input((3, 20)), 25)]), board=BOARD)
    given = [(rng.integers(-128, 128, (3, 20), np.int8, endpoint=False),) for _ in range(3)]
    for case, outputs in zip(given, AvrRunner(module).run(given).outputs, strict=True):
        assert outputs is not None
        np.testing.assert_array_equal(outputs[0], host.load(module)(*case)[0])


@pytest.mark.usefixtures("tools")
def test_the_cycles_of_operators_add_up_to_the_whole(run: Run, tmp_path: Path) -> None:  # noqa: F811
    model = tmp_path / "net.tflite"
    builder = GraphBuilder(3)
    x = builder.input((1, 60))
    model.write_bytes(builder.model([builder.fully_connected(builder.fully_connected(x, 40), 5)]))
    said = document(run("profile", model, "--on", "qemu", "--board", BOARD, "--json"))
    assert said["unit"] == "cycles"
    first, second = said["operators"]
    assert abs(first["instructions"] + second["instructions"] - said["instructions"]) <= 0.01 * said["instructions"]
    assert 6 < first["instructions"] / second["instructions"] < 15  # 2,400 multiplications to 200, and 40 outputs to 5
    assert first["instructions"] > 40 * first["macs"]  # 8 bits at a time


@pytest.mark.usefixtures("tools")
def test_firmware_is_an_image_with_cases(run: Run, tmp_path: Path) -> None:  # noqa: F811
    model = tmp_path / "net.tflite"
    builder = GraphBuilder(3)
    model.write_bytes(builder.model([builder.fully_connected(builder.input((1, 20)), 5)]))
    said = document(run("firmware", model, "--board", BOARD, "-o", tmp_path / "out", "--json"))
    assert [Path(name).name for name in said["files"]] == ["net.elf", "net.hex"]
    used = {region["name"]: region["used"] for region in said["regions"]}
    assert used["flash"] == said["flash"]["total"] == sum(said["flash"][k] for k in ("code", "weights", "harness"))
    assert 256 < used["sram"] < 1024
    assert "4 generated cases" in said["use"]
    lines = (tmp_path / "out" / "net.hex").read_text(encoding="utf-8").splitlines()
    assert sum(int(line[1:3], 16) for line in lines if line[7:9] == "00") == used["flash"]
    written = subprocess.run(
        ["simavr", "-m", "atmega328p", "-f", "16000000", said["files"][0]], capture_output=True, check=True
    ).stderr
    assert written.count(b"s 00000000") == 5  # init and four cases


@pytest.mark.usefixtures("tools")
def test_verify_runs_the_trained_model(run: Run, models: Path) -> None:  # noqa: F811
    said = document(
        run(
            "verify",
            models / "hello.tflite",
            "--inputs",
            models / "hello.npz",
            "--on",
            "qemu",
            "--board",
            BOARD,
            "--json",
        )
    )
    assert (said["mismatches"], said["cases"]) == (0, 16)
    assert said["guards"]["intact"]
