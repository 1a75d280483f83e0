"""The emitted text of one tiny model, whole: a change of any emitted byte is seen in review."""

from __future__ import annotations

from pathlib import Path

import pytest

import codegen
from codegen.emission.module import CModule
from tests.builders import GraphBuilder

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
FILES = ("tiny.h", "tiny.c", "tiny_data.h", "tiny_data.c", "tiny.json", "CMakeLists.txt")


def tiny_model() -> bytes:
    """A convolution, a view, a fully connected layer and a softmax."""
    b = GraphBuilder(seed=3)
    x = b.input((1, 6, 5, 2), name="frames/in:0")
    y = b.conv_2d(x, 3, kernel=(3, 3), stride=(2, 1), activation="RELU", name="conv_1/Relu;conv_1/BiasAdd")
    flat = b.reshape(y, (1, y.size))
    return b.model([b.softmax(b.fully_connected(flat, 4, name="dense/BiasAdd"))])


@pytest.fixture(scope="module")
def tiny() -> CModule:
    return codegen.compile_model(tiny_model(), board="stm32f407-discovery", name="tiny")


@pytest.mark.parametrize("file", FILES)
def test_emitted_text_is_the_golden_one(tiny: CModule, file: str, request: pytest.FixtureRequest) -> None:
    golden = GOLDEN / "tiny" / file
    text = tiny.files[file].replace(str(tiny.plan["provenance"]["generator"]), "codegen VERSION")  # type: ignore[index]
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8")
