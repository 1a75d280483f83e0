"""A pytest plugin that writes down what the tests compare: which operators, on which types, by which kernels.

Every test of an operator asks the oracle for a model's outputs (`run_oracle`) and builds the emitted C (`load`).
Both are wrapped before a test module imports them; what they were given counts once the test has passed.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from functools import wraps
from pathlib import Path

import pytest

import codegen.host
import codegen.oracle
from codegen.frontend.reader import read_model
from codegen.graph import Operator

FOLDER = "CODEGEN_CONFORMANCE"
"""The environment variable that names the folder of the records; workers inherit it."""
OPERATORS = Path(__file__).parents[1] / "operators"

_models: list[tuple[bytes, int, str]] = []
_modules: list[object] = []


def install() -> None:
    """Wrap the oracle and the build, and choose the folder where nobody has."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="conformance-")
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
    run, load = codegen.oracle.run_oracle, codegen.host.load

    @wraps(run)
    def run_oracle(model: bytes, inputs: object, oracle: str = "tflite-micro", **options: object) -> object:
        found = run(model, inputs, oracle, **options)
        _models.append((model, len(found), oracle))
        return found

    @wraps(load)
    def load_module(module: object, **options: object) -> object:
        _modules.append(module)
        return load(module, **options)

    codegen.oracle.run_oracle = run_oracle
    codegen.host.load = load_module


def types_of(op: Operator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The types of inputs and outputs, each once, in order."""
    inputs, outputs = (tuple(dict.fromkeys(t.dtype for t in side if t is not None)) for side in (op.inputs, op.outputs))
    return inputs, outputs


def kind_of(op: Operator) -> int:
    """A number that operators share which differ in names and constants alone."""
    tensors = [t and (t.shape, t.dtype, t.quantization, t.is_constant) for t in (*op.inputs, *op.outputs)]
    return zlib.crc32(repr((op.type, tensors, sorted(op.options.items()))).encode())


def _records() -> Iterator[dict[str, object]]:
    for model, cases, oracle in _models:
        for _, op in read_model(model).operators():
            inputs, outputs = types_of(op)
            yield {"operator": op.type, "inputs": inputs, "outputs": outputs, "kind": kind_of(op), "cases": cases,
                   "oracle": oracle}  # fmt: skip
    for module in _modules:
        seen = set()
        for call in module.memory.schedule.calls:
            inputs, outputs = types_of(call.operator)
            entry = (call.operator.type, inputs, outputs, call.kernel.name, call.kernel.provider)
            if entry not in seen:
                seen.add(entry)
                yield dict(zip(("operator", "inputs", "outputs", "kernel", "provider"), entry, strict=True))


def clear() -> None:
    """Forget what the last test compared."""
    _models.clear()
    _modules.clear()


def write(item: pytest.Item) -> None:
    """Write down what `item`, a test of an operator that has passed, compared."""
    if OPERATORS not in item.path.parents:
        return
    path = Path(os.environ[FOLDER]) / f"{os.getpid()}.jsonl"
    with path.open("a", encoding="utf-8") as file:
        for record in ({"file": item.path.name}, *_records()):
            print(json.dumps(record), file=file)
