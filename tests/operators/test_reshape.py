"""RESHAPE, SQUEEZE and EXPAND_DIMS give the same bytes under another shape, without a copy where that can be."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.operators import choose_kernel
from codegen.target import Target
from tests.builders import GraphBuilder

from .equality import assert_equal, random_cases, refusal


def reshape_once(b: GraphBuilder, x: Tensor, type: str) -> Tensor:
    """`x` under another shape by an operator of `type`, its shape operand of each kind that converters write."""
    if type == "SQUEEZE":
        ones = [k for k, size in enumerate(x.shape) if size == 1]
        shape = [size for size in x.shape if size != 1]
        return b.one("SQUEEZE", [x], shape, x.quantization, x.dtype, squeeze_dims=ones if b.rng.random() < 0.5 else [])
    if type == "EXPAND_DIMS":
        axis = int(b.rng.integers(0, len(x.shape) + 1))
        shape = [*x.shape[:axis], 1, *x.shape[axis:]]
        given = axis if b.rng.random() < 0.5 else axis - len(shape)
        return b.one("EXPAND_DIMS", [x, b.constant(np.array(given, np.int32))], shape, x.quantization, x.dtype)
    shape = b.rng.permutation(x.shape).tolist()
    if b.rng.random() < 0.5:
        return b.reshape(x, shape)
    return b.one("RESHAPE", [x], shape, x.quantization, x.dtype, new_shape=shape)


def test_views(rng: np.random.Generator, full: bool) -> None:
    """Between inputs and outputs, in chains, and between operators that compute."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(120 if full else 30):
        x = b.input(rng.integers(1, 5, rng.integers(1, 5)).tolist(), scale=0.05)
        y = b.unary("RELU", x) if k % 3 == 0 else x
        for type in rng.choice(["RESHAPE", "SQUEEZE", "EXPAND_DIMS"], rng.integers(1, 4)):
            y = reshape_once(b, y, str(type))
        outputs.append(b.unary("RELU6", y) if k % 2 == 0 else y)
    assert_equal(b, outputs, random_cases(b, 2))


@pytest.mark.parametrize("dtype", ["float32", "int16", "int32"])
def test_other_types(dtype: str, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = [b.reshape(b.input((2, 3, 4), dtype), (4, 6)), reshape_once(b, b.input((2, 1, 4), dtype), "SQUEEZE")]
    if dtype != "int32":  # which tflite-micro's EXPAND_DIMS does not take
        outputs += [reshape_once(b, b.input((2, 3), dtype), "EXPAND_DIMS") for _ in range(4)]
    assert_equal(b, outputs, random_cases(b, 2))


def test_no_call_is_made() -> None:
    b = GraphBuilder(0)
    module = compile_model(b.model([b.unary("RELU", b.reshape(b.unary("RELU", b.input((4, 6))), (24,)))]))
    text = "".join(str(content) for content in module.files.values())
    assert "arm_reshape" not in text
    assert "cg_copy_strided" not in text


@pytest.mark.parametrize(("kernels", "name"), [("native", "cg_copy_strided"), ("cmsis-nn", "arm_reshape_s8")])
def test_kernels_where_memory_cannot_be_shared(kernels: str, name: str) -> None:
    b = GraphBuilder(0)
    graph = b.build([b.reshape(b.input((4, 6)), (24,))])
    target = Target(load_board("host"), kernels="native" if kernels == "native" else "cmsis-nn")
    op = graph.main.operators[0]
    call = choose_kernel(graph, op, target).call(op, target, None)
    assert call.function == name
    assert dict(call.arguments).get("total_size", dict(call.arguments).get("row_bytes")) == 24


def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 4), scale=0.1)
    computed = b.input((2,), "int32", name="how")
    assert "same number of elements. Found: shapes [1, 4] and [5]" in refusal(b, b.reshape(x, (5,)))
    y = b.one("RESHAPE", [x, computed], (4,), x.quantization)
    assert "is a constant. Found: tensor 'how' is computed by the model" in refusal(b, y)
    assert "Found: int8 and int16" in refusal(b, b.one("RESHAPE", [x], (4,), None, "int16"))
