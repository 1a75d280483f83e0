"""Keras' writes into a TensorList, as the converter lowers them, are one update."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.graph import Tensor
from codegen.host import load
from tests.builders import GraphBuilder

ENTRIES, WIDTH = 4, 3


def write(b: GraphBuilder, *, step: int = 1, begin: int = 0, size: int = -1, axis: int = 0) -> Tensor:
    """list[place] = item. The converter leaves the shapes of the slices open; here they are any, and the converted
    networks of tests/converted have the real ones."""
    entries = b.input((ENTRIES, 1, WIDTH), "float32", name="entries")
    place, item = b.input((), "int32", name="place"), b.input((1, 1, WIDTH), "float32", name="item")
    numbers = {k: b.constant(np.array([k] * 2, np.int32)) for k in (0, -1)}
    following = b.one("ADD", [place, b.constant(np.array(step, np.int32))], (), None, "int32")

    def vector(number: Tensor, rest: Tensor) -> Tensor:
        one = b.one("RESHAPE", [number, b.constant(np.array([1], np.int32))], (1,), None, "int32", new_shape=(1,))
        return b.one("CONCATENATION", [one, rest], (3,), None, "int32", axis=0)

    def cut(start: Tensor, count: Tensor) -> Tensor:
        return b.one("SLICE", [entries, start, count], (1, 1, WIDTH), None, "float32")

    before = cut(b.constant(np.full(3, begin, np.int32)), vector(place, numbers[-1]))
    after = cut(vector(following, numbers[0]), b.constant(np.full(3, size, np.int32)))
    shape = [ENTRIES, 1, WIDTH]
    return b.one("CONCATENATION", [before, item, after], shape, None, "float32", axis=axis, name="written")


def test_every_place() -> None:
    b = GraphBuilder(1)
    written = write(b)
    model = b.model([written])
    cases = [
        [b.rng.normal(0, 1, x.shape).astype(np.float32) if x.shape else np.array(k, np.int32) for x in b.inputs]
        for k in range(ENTRIES)
    ]
    types = [op.type for op in read_model(model).main.operators]
    assert "SLICE" not in types
    assert types.count("DYNAMIC_UPDATE_SLICE") == 1
    run = load(compile_model(model))
    for entries, place, item in cases:
        wanted = entries.copy()
        wanted[int(place)] = item
        np.testing.assert_array_equal(run(entries, place, item)[0], wanted)


@pytest.mark.parametrize("wrong", [{"step": 2}, {"begin": 1}, {"size": 1}])
def test_what_is_no_write_stays_refused(wrong: dict[str, int]) -> None:
    b = GraphBuilder(1)
    with pytest.raises(CodegenError, match="SLICE"):
        compile_model(b.model([write(b, **wrong)]))


def test_slices_that_others_read_stay() -> None:
    b = GraphBuilder(1)
    written = write(b)
    cut = next(op.output for op in b.operators if op.type == "SLICE")
    other = replace(b.operators[0], index=len(b.operators), inputs=(cut,), outputs=(b.tensor(cut.shape, "float32"),))
    b.operators.append(replace(other, type="NEG", options={}))
    types = [op.type for op in read_model(b.model([written, other.output])).main.operators]
    assert types.count("SLICE") == 1
