"""A float constant with inf or NaN (an attention mask) ended the compiler with a ValueError."""

from __future__ import annotations

import numpy as np

import codegen
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder


def test_infinite_and_undefined_constants_are_emitted() -> None:
    b = GraphBuilder(seed=1)
    x = b.input((1, 4), "float32")
    mask = b.constant(np.array([[0.0, np.inf, -np.inf, np.nan]], np.float32))
    model = b.model([b.one("ADD", [x, mask], (1, 4), dtype="float32", fused_activation_function="NONE")])
    run = load(codegen.compile_model(model, name="masked"))
    case = [np.array([[1.5, 2, 3, 4]], np.float32)]
    np.testing.assert_array_equal(run(*case)[0], run_oracle(model, [case])[0][0])
