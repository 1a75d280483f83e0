"""A model in a file int8.tflite, or math.tflite, became a module that redefined int8_t, or hid math.h."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.host import load
from tests.builders import GraphBuilder


@pytest.mark.parametrize("name", ["int8", "math"])
def test_the_module_gets_another_name(name: str, tmp_path: Path) -> None:
    b = GraphBuilder(seed=1)
    path = tmp_path / f"{name}.tflite"
    path.write_bytes(b.model([b.one("EXP", [b.input((1, 4), "float32")], (1, 4), None, "float32")]))
    module = codegen.compile_model(path)
    assert module.name == f"{name}_model"
    zeros = np.zeros((1, 4), np.float32)
    np.testing.assert_array_equal(load(module)(zeros)[0], np.ones_like(zeros))
    with pytest.raises(codegen.CodegenError, match=f"{name}_model"):
        codegen.compile_model(path, name=name)
