"""The reference interpreters: golden outputs, state, refusals, crashes."""

from __future__ import annotations

import importlib.util
import signal
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from codegen import oracle as module
from codegen.errors import CodegenError
from codegen.frontend.writer import write_model
from codegen.oracle import ORACLES, find_oracle, run_oracle
from tests.builders import GraphBuilder
from tests.frontend import models

BOTH = pytest.mark.parametrize("oracle", ORACLES)


def _int8(rng: np.random.Generator, *shape: int) -> Any:  # noqa: ANN401
    return rng.integers(-128, 128, shape, dtype=np.int8)


@models.needs_models
@pytest.mark.parametrize("name", models.NAMES)
def test_tflite_micro_gives_the_golden_outputs(name: str) -> None:
    golden = np.load(models.FOLDER / f"{name}.npz")
    outputs = run_oracle(models.path(name).read_bytes(), [[x] for x in golden["input_0"]])
    np.testing.assert_array_equal(np.stack([out for (out,) in outputs]), golden["output_0"])


@BOTH
def test_many_independent_operators_in_one_model(oracle: str) -> None:
    b = GraphBuilder(7)
    x = b.input((1, 9, 7, 4))
    vector = b.input((1, 12))
    outputs = [
        b.conv_2d(x, 5, stride=(2, 1), dilation=(1, 2), activation="RELU6"),
        b.depthwise_conv_2d(x, (3, 2), multiplier=2, padding="VALID", activation="RELU"),
        b.fully_connected(vector, 8),
        b.pool(x, "AVERAGE_POOL_2D", (3, 3), padding="SAME"),
        b.pool(x, "MAX_POOL_2D", (2, 2), stride=(1, 2)),
        b.add(x, b.input((1, 9, 7, 4)), "RELU"),
        b.binary("MUL", x, x),
        b.softmax(vector, 0.7),
        b.logistic(vector),
        b.unary("RELU", x),
        b.unary("QUANTIZE", x),
        b.unary("DEQUANTIZE", x, dtype="float32"),
        b.reshape(x, (3, 84)),
        b.pad(x, [(0, 0), (1, 2), (0, 1), (0, 0)]),
        b.mean(x, [1, 2]),
        b.concatenation([x, b.pool(x, "MAX_POOL_2D", (1, 1))]),
    ]
    graph = b.build(outputs)
    inputs = [[_int8(b.rng, *t.shape) for t in graph.main.inputs] for _ in range(3)]
    results = run_oracle(b.model(outputs), inputs, oracle)
    assert len(results) == 3
    for case in results:
        assert [(out.shape, str(out.dtype)) for out in case] == [(t.shape, t.dtype) for t in outputs]
    for position, tensor in enumerate(outputs):  # scales fill the output's range: a saturated test proves little
        assert len(np.unique(results[0][position])) > min(tensor.size, 10) // 2, tensor.name


@BOTH
def test_state_runs_on_through_the_cases_and_starts_anew(oracle: str) -> None:
    b, init = GraphBuilder(), GraphBuilder(name="init")
    x = b.input((2,), "float32")
    handle = b.one("VAR_HANDLE", [], (1,), dtype="resource", shared_name="total")
    total = b.one("ADD", [x, b.one("READ_VARIABLE", [handle], (2,), dtype="float32")], (2,), dtype="float32")
    b.operator("ASSIGN_VARIABLE", [handle, total])
    first = init.one("VAR_HANDLE", [], (1,), dtype="resource", shared_name="total")
    init.operator("ASSIGN_VARIABLE", [first, init.constant(np.zeros(2, np.float32))])
    b.operators.insert(0, b.operator("CALL_ONCE", [], init_subgraph_index=1))
    b.operators.pop()
    model = write_model(b.build([total], [(init, [])]))
    cases = [[np.array([1, 10], np.float32)]] * 3
    for _ in range(2):
        outputs = run_oracle(model, cases, oracle)
        assert [out.tolist() for (out,) in outputs] == [[1, 10], [2, 20], [3, 30]]


@BOTH
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda model, case: (model, [case[0][:, :2]]), "mismatch"),
        (lambda model, case: (model, [case[0].astype(np.float32)]), "FLOAT32"),
        (lambda model, case: (model, []), "has 1 inputs, but a case has 0"),
        (lambda model, case: (model, case * 2), "has 1 inputs, but a case has 2"),
        (lambda model, case: (model[:100], case), "could not run"),
        (lambda model, case: (b"", case), "could not run"),
    ],
)
def test_what_interpreters_refuse_is_said(oracle: str, spoil: Callable[..., Any], said: str) -> None:
    b = GraphBuilder()
    model, case = spoil(b.model([b.unary("RELU", b.input((1, 4)))]), [np.zeros((1, 4), np.int8)])
    with pytest.raises(CodegenError, match=said) as caught:
        run_oracle(model, [case], oracle)
    assert ORACLES[oracle].name in str(caught.value)


@BOTH
def test_unknown_operators_are_named(oracle: str, capfd: pytest.CaptureFixture[str]) -> None:
    b = GraphBuilder()
    b.operator("MyOp", [b.input((4,))], y := b.tensor((4,)), custom_options=b"")
    with pytest.raises(CodegenError, match=r"CUSTOM|MyOp"):
        run_oracle(b.model([y]), [[np.zeros(4, np.int8)]], oracle)
    assert capfd.readouterr() == ("", "")


def test_a_crash_is_an_error_and_the_next_call_works(monkeypatch: pytest.MonkeyPatch) -> None:
    b = GraphBuilder()
    model, case = b.model([b.unary("RELU", b.input((1, 4)))]), [np.zeros((1, 4), np.int8)]
    run_oracle(model, [case])
    process = module._WORKER._process
    assert process is not None
    monkeypatch.setattr(module, "write_message", lambda *_: process.send_signal(signal.SIGSEGV))
    with pytest.raises(CodegenError, match=r"crashed \(signal 11\)"):
        run_oracle(model, [case])
    monkeypatch.undo()
    assert len(run_oracle(model, [case])) == 1


def test_a_slow_model_is_ended() -> None:
    b = GraphBuilder()
    model = b.model([b.unary("RELU", b.input((1, 4)))])
    with pytest.raises(CodegenError, match="took more than 0.001 seconds"):
        run_oracle(model, [[np.zeros((1, 4), np.int8)]] * 300_000, timeout=0.001)


def test_the_interpreter_stays_for_the_next_call() -> None:
    start = time.perf_counter()
    for seed in range(100):
        b = GraphBuilder(seed)
        run_oracle(b.model([b.conv_2d(b.input((1, 8, 8, 4)), 8)]), [[_int8(b.rng, 1, 8, 8, 4)]])
    assert time.perf_counter() - start < 10


def test_missing_packages_are_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CodegenError, match=r"codegen\[reference\].*Linux on x86-64.*--oracle litert"):
        find_oracle("tflite-micro")
    with pytest.raises(CodegenError, match=r"pip install codegen\[reference\]"):
        run_oracle(b"", [], "litert")
    with pytest.raises(CodegenError, match="choose one of: tflite-micro, litert"):
        find_oracle("onnx")


@BOTH
def test_names_carry_the_version(oracle: str) -> None:
    assert ORACLES[oracle].name.startswith(f"{oracle} ")
    assert any(character.isdigit() for character in ORACLES[oracle].name)
