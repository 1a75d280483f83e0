"""`codegen verify` of a model with state: the cases are the steps of one sequence, from a reset state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from codegen.graph import Array
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder
from tests.operators.signals import custom
from tests.operators.test_svdf import int_svdf
from tests.operators.test_unidirectional_sequence_lstm import lstm

from .conftest import Run, document

STEPS = 50


@pytest.fixture
def stateful(tmp_path: Path) -> Path:
    """An LSTM after an SVDF, one step an invocation."""
    b = GraphBuilder(seed=12)
    svdf, layer = int_svdf(b, "int16", 1, 10, 6, 2, 8), lstm(b, "int8", 1, 1, 6, 5)
    x = layer.inputs[0]
    assert x is not None
    b.inputs.remove(x)
    layer.inputs[0] = b.reshape(svdf.append(b), (1, 1, 6))
    path = tmp_path / "stateful.tflite"
    path.write_bytes(b.model([layer.append(b)]))
    return path


def sequence(model: Path) -> dict[str, Array]:
    given = np.random.default_rng(3).integers(-128, 128, (STEPS, 1, 10)).astype(np.int8)
    wanted = run_oracle(model.read_bytes(), [[case] for case in given])
    return {"input_0": given, "output_0": np.array([outputs[0] for outputs in wanted])}


@pytest.mark.parametrize("where", [["--on", "host"], ["--on", "qemu", "--board", "mps2-an386"]])
def test_cases_are_one_sequence(run: Run, stateful: Path, tmp_path: Path, where: list[str]) -> None:
    golden = tmp_path / "steps.npz"
    arrays = sequence(stateful)
    np.savez(golden, input_0=arrays["input_0"], output_0=arrays["output_0"])
    said = document(run("verify", stateful, "--inputs", golden, "--json", *where))
    assert (said["cases"], said["mismatches"]) == (STEPS, 0)
    # The same steps in another order are another sequence.
    np.savez(golden, input_0=arrays["input_0"][::-1], output_0=arrays["output_0"][::-1])
    assert run("verify", stateful, "--inputs", golden, *where).exit_code == 1


def test_the_oracle_runs_the_same_sequence(run: Run, stateful: Path, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs.npz"
    np.savez(inputs, input_0=sequence(stateful)["input_0"])
    assert document(run("verify", stateful, "--inputs", inputs, "--json"))["mismatches"] == 0
    assert document(run("verify", stateful, "--cases", STEPS, "--json"))["mismatches"] == 0


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A model that goes on at every third frame."""
    b = GraphBuilder(21)
    x = b.input((1, 1, 1, 6))
    slots = b.tensor((1, 4, 1, 6), "int8", x.quantization, is_variable=True)
    frames = custom(b, "CIRCULAR_BUFFER", [x], [slots], cycles_max=3)
    path = tmp_path / "waiting.tflite"
    path.write_bytes(b.model([b.softmax(b.fully_connected(b.reshape(frames, (1, 24)), 5))]))
    return path


@pytest.mark.parametrize("where", [["--on", "host"], ["--on", "qemu", "--board", "mps2-an386"]])
def test_a_model_that_waits_for_more_input(run: Run, waiting: Path, where: list[str]) -> None:
    """A call without outputs is no failure, and is not compared; the others are, and the sequence goes on."""
    said = document(run("verify", waiting, "--cases", 12, "--json", *where))
    assert (said["cases"], said["waited"], said["elements"], said["mismatches"]) == (12, 8, 4 * 5, 0)
    assert "8 waited for more" in run("verify", waiting, "--cases", 12, *where).output
    layers = document(run("verify", waiting, "--cases", 12, "--layers", "--json", *where))["layers"]
    assert layers["different"] == 0
    assert layers["compared"] == 3
    # Other answers are still found.
    golden = waiting.with_suffix(".npz")
    x = np.random.default_rng(3).integers(-128, 128, (6, 1, 1, 1, 6)).astype(np.int8)
    wanted = np.array([outputs[0] for outputs in run_oracle(waiting.read_bytes(), [[case] for case in x])])
    np.savez(golden, input_0=x, output_0=wanted)
    assert run("verify", waiting, "--inputs", golden, *where).exit_code == 0
    wanted[5, 0, 0] += 1
    np.savez(golden, input_0=x, output_0=wanted)
    assert run("verify", waiting, "--inputs", golden, *where).exit_code == 1
    # Nothing to compare is no success.
    short = run("verify", waiting, "--cases", 2, *where)
    assert short.exit_code == 2
    assert "there are no outputs" in " ".join(short.output.split())
