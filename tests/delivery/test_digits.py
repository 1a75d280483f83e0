"""The shipped model is what its script makes: of this structure, this accuracy, in numpy alone."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import numpy as np
import pytest

from codegen.frontend.reader import read_model
from codegen.oracle import run_oracle

from .conftest import DIGITS

SAMPLES = 400


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    sys.path.insert(0, str(DIGITS.parent))
    try:
        return importlib.import_module("make_model")
    finally:
        sys.path.remove(str(DIGITS.parent))


def accuracy(maker: ModuleType, model: bytes) -> float:
    images, labels = maker.samples(SAMPLES, maker.TEST_SEED)
    outputs = run_oracle(model, [[image[None]] for image in maker.as_input(images)])
    found = np.array([scores[0].argmax() for (scores,) in outputs])
    return float((found == labels).mean())


def test_the_shipped_model_reads_digits(maker: ModuleType) -> None:
    content = DIGITS.read_bytes()
    assert len(content) < 8192
    assert accuracy(maker, content) >= 0.98


@pytest.mark.slow
def test_a_new_model_is_as_good(maker: ModuleType) -> None:
    """Not compared byte for byte: another machine's linear algebra rounds otherwise."""
    content, float_accuracy = maker.make_model()
    assert float_accuracy >= 0.98
    if content == DIGITS.read_bytes():
        return
    assert accuracy(maker, content) >= 0.97
    shipped, new = read_model(DIGITS), read_model(content)
    for old_operator, operator in zip(shipped.main.operators, new.main.operators, strict=True):
        assert operator.type == old_operator.type
        assert dict(operator.options) == dict(old_operator.options)
        assert [t.shape for t in operator.outputs] == [t.shape for t in old_operator.outputs]


def test_importing_the_scripts_needs_no_more_than_numpy() -> None:
    text = "\n".join((DIGITS.parent / name).read_text(encoding="utf-8") for name in ("drawing.py", "network.py"))
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported - sys.stdlib_module_names == {"numpy"}
