from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.commands import place
from codegen.graph import Quantization
from codegen.verification import Case, Observation
from tests.builders import GraphBuilder
from tests.frontend.edit import edit_main
from tests.frontend.test_list_writes import write as list_write

from .conftest import Run, document

KEYS = {"model", "board", "on", "kernels", "oracle", "cases", "mismatches", "max_abs_diff", "arena_bytes"}


def test_equal_outputs_end_with_0(run: Run, small: Path, golden: Path) -> None:
    result = run("verify", small, "--inputs", golden)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("equal: 192 values of 3 cases")
    assert result.stderr == "", "no bar where there is no terminal"
    said = document(run("verify", small, "--inputs", golden, "--json"))
    assert set(said) >= KEYS
    assert (said["board"], said["on"], said["cases"], said["mismatches"]) == ("host", "host", 3, 0)
    assert said["oracle"] == "outputs of small.npz"
    assert said["seed"] is None
    assert said["first_difference"] is None


def test_one_different_byte_ends_with_1_and_is_named(run: Run, small: Path, golden: Path) -> None:
    arrays = dict(np.load(golden))
    arrays["output_0"][2, 0, 1, 3, 1] += 1
    np.savez(golden, **arrays)
    result = run("verify", small, "--inputs", golden)
    assert result.exit_code == 1
    assert "different: 1 of 192 values" in result.stdout
    assert "case 2, output 0 'add_0', element [0, 1, 3, 1]" in result.stdout
    result = run("verify", small, "--inputs", golden, "--json")
    assert result.exit_code == 1
    said = document(result)
    assert (said["mismatches"], said["max_abs_diff"]) == (1, 1)
    assert said["first_difference"]["element"] == [0, 1, 3, 1]


def test_a_damaged_guard_is_no_success(run: Run, small: Path, golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = dict(np.load(golden))
    damage = ["guard after arena (case 0)"]

    class Overrun:
        def __init__(self, *_: object) -> None: ...

        def run(self, cases: list[Case], _advance: object) -> Observation:
            outputs = tuple((right["output_0"][k], right["output_1"][k]) for k in range(len(cases)))
            return Observation(outputs, damage=tuple(damage), figures={"guards": {"intact": False, "damage": damage}})

    monkeypatch.setattr(place, "HostRunner", Overrun)
    result = run("verify", small, "--inputs", golden, "--json")
    assert result.exit_code == 1
    said = document(result)
    assert said["mismatches"] == 0
    assert said["guards"]["damage"] == damage
    result = run("verify", small, "--inputs", golden)
    assert "memory outside the model was written" in result.stdout
    assert damage[0] in result.stdout


def test_cases_can_be_fewer(run: Run, small: Path, golden: Path) -> None:
    assert document(run("verify", small, "--inputs", golden, "--cases", "2", "--json"))["cases"] == 2


def test_generated_cases_are_compared_with_the_interpreter(run: Run, small: Path) -> None:
    result = run("verify", small, "--seed", "11", "--cases", "7")
    assert result.exit_code == 0, result.output
    assert "generated, seed 11" in result.stdout
    assert "tflite-micro" in result.stdout
    said = document(run("verify", small, "--oracle", "litert", "--kernels", "native", "--json"))
    assert said["oracle"].startswith("litert")
    assert (said["seed"], said["cases"], said["mismatches"], said["kernels"]) == (0, 16, 0, "native")


def test_litert_says_what_is_right_where_tflite_micro_does_not_run_the_model(run: Run, tmp_path: Path) -> None:
    builder = GraphBuilder(3)
    path = tmp_path / "gelu.tflite"
    x = builder.input((2, 3), dtype="float32")
    path.write_bytes(builder.model([builder.one("GELU", [x], x.shape, dtype="float32", approximate=False)]))
    said = document(run("verify", path, "--cases", "2", "--json"))
    assert said["mismatches"] == 0
    assert said["oracle"].startswith("litert")
    assert said["oracle"].endswith("tflite-micro does not run this model")
    said = document(run("verify", path, "--cases", "2", "--json", "--oracle", "mixed", "--layers"))
    assert (said["mismatches"], said["layers"]["different"]) == (0, 0)
    chosen = run("verify", path, "--oracle", "tflite-micro")
    assert chosen.exit_code == 2
    assert "could not run the model" in chosen.stderr


def test_integers_keep_tflite_micros_arithmetic_beside_operators_that_it_lacks(run: Run, tmp_path: Path) -> None:
    builder = GraphBuilder(4)
    path = tmp_path / "tanh.tflite"
    x = builder.input((4, 64), scale=0.03, zero_point=3)
    y = builder.one("TANH", [x], x.shape, Quantization((1 / 128,), (0,)))
    z = builder.one("GELU", [y], x.shape, Quantization((1 / 100,), (-10,)), approximate=False)
    path.write_bytes(builder.model([y, z]))
    said = document(run("verify", path, "--json"))
    assert said["mismatches"] == 0
    assert all(name in said["oracle"] for name in ("tflite-micro", "litert"))
    assert "does not run" not in said["oracle"]


def test_a_batch_is_given_to_the_oracle_as_well(run: Run, tmp_path: Path) -> None:
    builder = GraphBuilder(2)
    model = builder.model([builder.softmax(builder.fully_connected(builder.input((1, 6)), 3))])

    def open_batch(_main: object, tensors: list[Any], _operators: object) -> None:
        for tensor in (tensors[0], *tensors[-2:]):
            tensor.shapeSignature = [-1, *tensor.shape[1:]]

    path = tmp_path / "open.tflite"
    path.write_bytes(edit_main(model, open_batch))
    result = run("verify", path, "--batch", "5", "--cases", "2", "--json")
    assert result.exit_code == 0, result.output
    assert document(result)["elements"] == 2 * 5 * 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"input_1": None}, "input_1 is missing"),
        ({"output_1": None}, "output_1 is missing"),
        ({"input_2": np.zeros((3, 1), np.int8)}, "there is input_2"),
        ({"input_0": np.zeros((3, 1, 4, 4, 2), np.float32)}, "has the type float32"),
        ({"input_0": np.zeros((3, 1, 4, 4, 3), np.int8)}, "has the shape [3, 1, 4, 4, 3]"),
        ({"input_0": np.zeros((2, 1, 4, 4, 2), np.int8)}, "different numbers of cases: [2, 3]"),
        ({"input_0": np.int8(1)}, "has the shape []"),
        ({k: np.zeros((0, 1, 4, 4, 2), np.int8) for k in ("input_0", "input_1")}, "different numbers of cases"),
    ],
)
def test_cases_that_do_not_fit_are_refused(run: Run, small: Path, golden: Path, change: dict, words: str) -> None:
    arrays = {**np.load(golden), **change}
    np.savez(golden, **{name: array for name, array in arrays.items() if array is not None})
    result = run("verify", small, "--inputs", golden)
    assert result.exit_code == 2, result.output
    assert words in result.stderr


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x93NUMPY no array", b"text"])
def test_files_that_are_no_npz_are_refused(run: Run, small: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    result = run("verify", small, "--inputs", path)
    assert result.exit_code == 2, result.output
    assert "npz" in result.stderr


def test_boards_without_an_emulator_are_refused_for_qemu(run: Run, small: Path, golden: Path) -> None:
    for board in ("host", "raspberry-pi-pico"):
        result = run("verify", small, "--inputs", golden, "--on", "qemu", "--board", board)
        assert result.exit_code == 2
        assert f"no emulator has the board {board}" in result.stderr


def test_a_module_for_any_board_runs_on_the_host(run: Run, small: Path, golden: Path) -> None:
    said = document(run("verify", small, "--inputs", golden, "--board", "mps3-an547", "--json"))
    assert (said["board"], said["on"], said["mismatches"]) == ("mps3-an547", "host", 0)


@pytest.mark.qemu
@pytest.mark.parametrize("board", [None, "mps3-an547", "microbit"])
def test_qemu_reports_what_the_target_needs(run: Run, small: Path, golden: Path, board: str | None) -> None:
    chosen = ["--board", board] if board else []
    result = run("verify", small, "--inputs", golden, "--on", "qemu", *chosen, "--json")
    assert result.exit_code == 0, result.output
    said = document(result)
    assert set(said) >= KEYS | {"stack_bytes", "flash", "instructions", "guards"}
    assert said["board"] == (board or "mps2-an386")
    assert said["guards"] == {"intact": True, "damage": []}
    assert 0 < said["stack_bytes"] < 4096
    assert 500 < said["flash"]["code"] < 20_000
    assert said["instructions"] > 100
    text = run("verify", small, "--inputs", golden, "--on", "qemu", *chosen)
    assert "intact" in text.stdout


@pytest.mark.upstream
def test_upstream_is_linked_in_place_of_the_portable_functions(
    run: Run, small: Path, golden: Path, cmsis_nn_root: Path
) -> None:
    said = document(run("verify", small, "--inputs", golden, "--cmsis-nn-root", cmsis_nn_root, "--json"))
    assert said["mismatches"] == 0
    assert said["cmsis_nn"]["upstream"] is True
    result = run("verify", small, "--inputs", golden, "--cmsis-nn-root", cmsis_nn_root, "--board", "mps3-an547")
    assert result.exit_code == 2
    assert "scratch sizes" in result.stderr


@pytest.mark.models
@pytest.mark.parametrize("kernels", ["auto", "cmsis-nn", "native"])
@pytest.mark.parametrize("name", ["hello", "micro_speech", "ad", "kws", "sww", "ic", "vww"])
def test_the_real_models_give_the_golden_bytes(run: Run, models: Path, name: str, kernels: str) -> None:
    result = run(
        "verify", models / f"{name}.tflite", "--inputs", models / f"{name}.npz", "--kernels", kernels, "--json"
    )
    assert result.exit_code == 0, result.output
    assert document(result)["mismatches"] == 0


def test_slices_of_open_shapes_are_given_to_the_interpreter_as_updates(run: Run, tmp_path: Path) -> None:
    """As the converter writes Keras' recurrent layers; tflite-micro would take their placeholders for shapes."""
    b = GraphBuilder(seed=1)
    path = tmp_path / "writes.tflite"
    path.write_bytes(b.model([list_write(b)]))
    result = run("verify", path, "--cases", "4")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("equal: 48 values of 4 cases")
