"""Whatever is known before the model runs becomes a constant, and is what the oracle computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.graph import Array, Operator, Quantization, Tensor, read_only
from codegen.operators import families
from codegen.transforms._evaluate import _COMPUTED
from codegen.transforms.constants import constants
from tests.builders import GraphBuilder
from tests.operators.test_hostile import random_operator
from tests.transforms.equal import check, only, random_cases, types

NAME = "constants"


def ints(b: GraphBuilder, *values: int, dtype: str = "int32") -> Tensor:
    return b.constant(np.array(values, dtype))


def scalar(b: GraphBuilder, value: float, dtype: str = "int32") -> Tensor:
    return b.constant(np.array(value, dtype))


def flattened(b: GraphBuilder, x: Tensor) -> Tensor:
    """What the converter writes for `tf.reshape(x, [tf.shape(x)[0], -1])` and the like."""
    shape = b.one("SHAPE", [x], (len(x.shape),), dtype="int32", out_type="int32")
    first = b.one(
        "STRIDED_SLICE", [shape, ints(b, 0), ints(b, 1), ints(b, 1)], (), dtype="int32", begin_mask=0, end_mask=0,
        ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=1,
    )  # fmt: skip
    rest = b.one("STRIDED_SLICE", [shape, ints(b, 1), ints(b, 9), ints(b, 1)], (len(x.shape) - 1,), dtype="int32")
    product = b.one("REDUCE_PROD", [rest, ints(b, 0)], (), dtype="int32", keep_dims=False)
    packed = b.one("PACK", [first, product], (2,), dtype="int32", values_count=2, axis=0)
    return b.one("RESHAPE", [x, packed], (x.shape[0], x.size // x.shape[0]), x.quantization)


def test_shape_arithmetic_of_the_converter_collapses(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 6, 6, 3))
    y = b.fully_connected(flattened(b, b.conv_2d(x, 4)), 5)
    legal = check(b.build([y]), random_cases(b), NAME, oracle="litert", without=False)
    assert types(legal) == ["CONV_2D", "RESHAPE", "FULLY_CONNECTED"]
    with pytest.raises(CodegenError, match="computed by the model"):
        compile_model(b.model([y]), disable_transforms=[NAME])


def every_shape_operator(b: GraphBuilder, x: Tensor, oracle: str) -> list[Tensor]:
    """The operators of shape arithmetic in one chain that starts with a computed tensor.

    TFLite Micro's GATHER, EXPAND_DIMS, TRANSPOSE and SELECT_V2 take no int32.
    """
    rank = len(x.shape)
    shape = b.one("SHAPE", [x], (rank,), dtype="int32", out_type="int32")
    more = b.one("ADD", [shape, ints(b, *range(rank))], (rank,), dtype="int32", fused_activation_function="NONE")
    less = b.one("SUB", [more, scalar(b, 7)], (rank,), dtype="int32", fused_activation_function="NONE")
    times = b.one("MUL", [less, less], (rank,), dtype="int32", fused_activation_function="NONE")
    real = b.one("CAST", [less], (rank,), dtype="float32")
    sums = b.one("ADD", [real, scalar(b, 0.3, "float32")], (rank,), dtype="float32", fused_activation_function="NONE")
    products = b.one("MUL", [sums, real], (rank,), dtype="float32", fused_activation_function="NONE")
    whole = b.one("CAST", [products], (rank,), dtype="int32")
    both = b.one("CONCATENATION", [times, whole, shape], (3 * rank,), dtype="int32", axis=0)
    if oracle == "litert":
        some = b.one("GATHER", [both, ints(b, 2, 0, 2 * rank)], (3,), dtype="int32", axis=0)
    else:
        some = b.one("SLICE", [both, ints(b, 1), ints(b, 3)], (3,), dtype="int32")
    if oracle == "litert":
        column = b.one("EXPAND_DIMS", [some, scalar(b, 1)], (3, 1), dtype="int32")
        row = b.one("EXPAND_DIMS", [some, scalar(b, 0)], (1, 3), dtype="int32")
    else:
        column, row = b.reshape(some, (3, 1)), b.reshape(some, (1, 3))
    table = b.one("MAXIMUM", [column, row], (3, 3), dtype="int32")
    turned = b.one("TRANSPOSE", [table, ints(b, 1, 0)], (3, 3), dtype="int32") if oracle == "litert" else table
    low = b.one("MINIMUM", [turned, table], (3, 3), dtype="int32")
    truth = b.one("GREATER_EQUAL", [low, column], (3, 3), dtype="bool")
    wrong = b.one("LOGICAL_NOT", [truth], (3, 3), dtype="bool")
    chosen = b.one("SELECT_V2", [wrong, low, scalar(b, -5)], (3, 3), dtype="int32") if oracle == "litert" else low
    part = b.one("SLICE", [chosen, ints(b, 1, 0), ints(b, 2, -1)], (2, 3), dtype="int32")
    filled = b.one("FILL", [ints(b, 2, 3), scalar(b, 9)], (2, 3), dtype="int32")
    packed = b.one("PACK", [part, filled], (2, 2, 3), dtype="int32", values_count=2, axis=1)
    wide = b.one("BROADCAST_TO", [some, ints(b, 4, 3)], (4, 3), dtype="int32", version=2)
    agreed = b.one("BROADCAST_ARGS", [ints(b, 1, 3), ints(b, 5, 1)], (2,), dtype="int32")
    flat = b.one("SQUEEZE", [b.reshape(wide, (1, 12))], (12,), dtype="int32", squeeze_dims=(0,))
    halves = [b.tensor((6,), "int32") for _ in range(2)]
    b.operator("SPLIT", [scalar(b, 0), flat], *halves, num_splits=2)
    return [products, whole, truth, packed, agreed, *halves]


@pytest.mark.parametrize("oracle", ["tflite-micro", "litert"])
def test_every_shape_operator_becomes_what_the_oracle_computes(rng: np.random.Generator, oracle: str) -> None:
    for shape in ((1, 5), (2, 3, 4), (1, 2, 1, 7)):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        x = b.softmax(b.input(shape))
        graph = b.build([*every_shape_operator(b, x, oracle), x])
        legal = check(graph, random_cases(b, 1), NAME, oracle=oracle, kernels=("native",))
        assert types(legal) == ["SOFTMAX"]
        assert all(tensor.is_constant for tensor in legal.main.outputs[:-1])
        assert [t.name for t in legal.main.outputs] == [t.name for t in graph.main.outputs]
        assert [t.origin for t in legal.main.outputs] == [t.origin for t in graph.main.outputs]
        assert {tensor for _, tensor in legal.signatures[0].outputs} == set(legal.main.outputs)


def test_range_and_tile_as_litert_computes_them() -> None:
    b = GraphBuilder(2)
    x = b.input((1, 4), "float32")
    outputs = [
        b.one("RANGE", [scalar(b, 7), scalar(b, -5), scalar(b, -3)], (4,), dtype="int32"),
        b.one("RANGE", [scalar(b, v, "float32") for v in (0.0, 1.0, 0.1)], (10,), dtype="float32"),
        b.one("TILE", [ints(b, 1, 2), ints(b, 3)], (6,), dtype="int32"),
        b.one("REDUCE_PROD", [b.reshape(ints(b, 2, -3, 5, 7), (2, 2)), ints(b, -1)], (2,), dtype="int32"),
        b.one("ABS", [x], (1, 4), dtype="float32"),
    ]
    legal = check(b.build(outputs), random_cases(b, 2), NAME, oracle="litert", kernels=("native",))
    assert types(legal) == ["ABS"]


def test_moved_constants_of_all_types(rng: np.random.Generator) -> None:
    b = GraphBuilder(3)
    x = b.softmax(b.input((1, 4)))
    outputs = [x]
    for dtype in ("int8", "int16", "float32"):
        values = rng.integers(-100, 100, (2, 3, 4)).astype(dtype)
        c = b.constant(values, 0.1 if dtype != "float32" else None, 3 if dtype == "int8" else 0)
        turned = b.one("TRANSPOSE", [c, ints(b, 2, 0, 1)], (4, 2, 3), c.quantization, dtype)
        part = b.one("SLICE", [turned, ints(b, 1, 0, 1), ints(b, 2, 2, 2)], (2, 2, 2), c.quantization, dtype)
        steps = [ints(b, *v) for v in ((-1, 0, -1), (-9, 2, -9), (-1, 1, -2))]
        back = b.one("STRIDED_SLICE", [part, *steps], (2, 2, 1), c.quantization, dtype)
        chosen = b.one("GATHER", [back, ints(b, 1, 1, 0)], (2, 3, 1), c.quantization, dtype, axis=1)
        outputs += [turned, b.reshape(chosen, (6,)), b.concatenation([part, part], 0)]
    legal = check(b.build(outputs), random_cases(b, 1), NAME, oracle="litert", kernels=("native",))
    assert types(legal) == ["SOFTMAX"]


def test_gather_with_batches() -> None:
    b = GraphBuilder(4)
    x = b.softmax(b.input((1, 4)))
    values = b.constant(np.arange(24, dtype=np.int32).reshape(2, 3, 4))
    where = b.constant(np.array([[3, 0], [1, 1]], np.int32))
    y = b.one("GATHER", [values, where], (2, 3, 2), dtype="int32", axis=2, batch_dims=1)
    legal = check(b.build([x, y]), random_cases(b, 1), NAME, oracle="litert", kernels=("native",))
    assert types(legal) == ["SOFTMAX"]
    b.operators.pop()
    outside = b.one("GATHER", [values, ints(b, 0, 5)], (2, 2, 4), dtype="int32", axis=1)
    assert types(only(b.build([x, outside]), NAME)) == ["SOFTMAX", "GATHER"], "not known what lies outside"


def test_weights_of_float16_and_of_int8(rng: np.random.Generator) -> None:
    b = GraphBuilder(5)
    x = b.input((1, 6), "float32")
    half = b.constant(rng.normal(0, 1, (1, 6)).astype(np.float16))
    weights = b.one("DEQUANTIZE", [half], (1, 6), dtype="float32")
    y = b.one("ADD", [x, weights], (1, 6), dtype="float32", fused_activation_function="NONE")
    legal = check(b.build([y]), random_cases(b), NAME, oracle="litert", kernels=("native",), without=False)
    assert types(legal) == ["ADD"]
    b = GraphBuilder(6)
    x = b.input((256,), "float32")
    table = b.constant(np.arange(-128, 128).astype(np.int8), 0.0123, -7)
    y = b.one("MUL", [x, b.unary("DEQUANTIZE", table, dtype="float32")], (256,), dtype="float32")
    legal = check(b.build([y]), random_cases(b), NAME, kernels=("native",))
    assert types(legal) == ["MUL"]


def test_a_view_of_a_constant_becomes_a_constant_everywhere() -> None:
    b = GraphBuilder(7)
    x = b.input((6,), scale=0.1, zero_point=0)
    c = b.constant(np.arange(6, dtype=np.int8).reshape(2, 3), 0.1, 0)
    v = b.reshape(b.reshape(c, (6,)), (1, 6))
    graph = b.build([b.add(b.reshape(x, (1, 6)), v), v])
    legal = check(graph, random_cases(b), NAME)
    folded = legal.main.outputs[1]
    assert folded.name == v.name and folded in legal.main.tensors
    assert folded.data is not None and not folded.data.flags.writeable
    assert types(legal) == ["RESHAPE", "ADD"]
    assert legal.main.operators[1].inputs[1] is folded


def test_results_that_grow_and_overflow_stay_computed() -> None:
    b = GraphBuilder(8)
    x = b.softmax(b.input((1, 4)))
    large = b.one("FILL", [ints(b, 64, 65), scalar(b, 1, "int8")], (64, 65), dtype="int8")
    most = scalar(b, (1 << 31) - 1)
    over = b.one("ADD", [most, most], (), dtype="int32", fused_activation_function="NONE")
    clamped = b.one("ADD", [most, scalar(b, -1)], (), dtype="int32", fused_activation_function="RELU")
    infinite = b.one("MUL", [scalar(b, 3e38, "float32")] * 2, (), dtype="float32", fused_activation_function="NONE")
    far = b.one("CAST", [scalar(b, 3e9, "float32")], (), dtype="int32")
    graph = b.build([x, large, over, clamped, infinite, far])
    assert types(only(graph, NAME)) == types(graph)


def test_an_unfolded_graph_stays_the_same_object() -> None:
    b = GraphBuilder(9)
    graph = b.build([b.softmax(b.input((1, 4)))])
    assert constants(graph) is graph


def test_conditions_and_variables_stay_computed(rng: np.random.Generator) -> None:
    b = GraphBuilder(10)
    x = b.input((1, 6), scale=0.1, zero_point=3)
    flag = b.one("GREATER", [scalar(b, 3), scalar(b, 2)], (), dtype="bool")
    sides = []
    for k in range(2):
        side = GraphBuilder(11 + k, name=f"side {k}")
        side.input((1, 6), scale=0.1, zero_point=3)
        c = side.constant(rng.integers(-9, 9, (2, 3)).astype(np.int8), 0.1, 3)
        sides.append((side, [side.reshape(c, (1, 6))]))
    out = b.tensor((1, 6), "int8", x.quantization)
    b.operator("IF", [flag, x], out, then_subgraph_index=1, else_subgraph_index=2)
    handle = b.operator("VAR_HANDLE", [], b.tensor((), "resource"), container="", shared_name="v").output
    old = b.operator("READ_VARIABLE", [handle], b.tensor((1, 6), "int8", x.quantization)).output
    b.operator("ASSIGN_VARIABLE", [handle, b.constant(np.full((1, 6), 7, np.int8), 0.1, 3)])
    legal = check(b.build([b.add(out, x), b.unary("RELU", old)], sides), random_cases(b), NAME, kernels=("native",))
    assert types(legal) == ["GREATER", "IF", "READ_VARIABLE", "ASSIGN_VARIABLE", "ADD", "RELU"]
    assert types(legal, 1) == types(legal, 2) == []


def test_constants_whose_operator_is_wrong_are_refused_with_its_reason() -> None:
    b = GraphBuilder(12)
    b.input((1, 4))
    c = b.constant(np.arange(6, dtype=np.int32))
    wrong = b.one("RESHAPE", [c, ints(b, 5)], (5,), dtype="int32")
    with pytest.raises(CodegenError, match="same number of elements"):
        compile_model(b.model([wrong]))


def _constant(tensor: Tensor, rng: np.random.Generator) -> Tensor:
    if tensor.dtype in ("string", "int4"):
        return tensor
    data: Array = np.asarray(rng.integers(0, 3, tensor.shape)).astype(tensor.dtype)
    return Tensor(0, "c", tensor.shape, tensor.dtype, Quantization((0.1,), (0,)), read_only(data))


@pytest.mark.parametrize(
    "type", sorted({*_COMPUTED, "SHAPE", "PACK", "TRANSPOSE", "SLICE", "RESHAPE", "SPLIT", "TILE"})
)
def test_hostile_operators_on_constants_never_raise(type: str, rng: np.random.Generator, full: bool) -> None:
    for _ in range(2000 if full else 200):
        op = random_operator(rng, type)
        op = Operator(0, type, _all(op.inputs, rng), op.outputs, op.options)
        graph = GraphBuilder().build([])
        made = replace(graph, subgraphs=(replace(graph.main, operators=(op,), outputs=op.outputs),), signatures=())
        folded = constants(made)
        if folded is not made:
            assert not any(rule(op) for rule in families()[type].constraints)
            assert all(t.data is not None and t.data.shape == t.shape for t in folded.subgraphs[0].outputs)


def _all(inputs: Sequence[Tensor | None], rng: np.random.Generator) -> tuple[Tensor | None, ...]:
    return tuple(None if tensor is None else _constant(tensor, rng) for tensor in inputs)


def test_half_floats_of_a_variable_are_its_first_value() -> None:
    """As the converter writes the states of an LSTM. LiteRT dequantizes a constant once, at the first invocation."""
    b = GraphBuilder(1)
    x, state = b.input((3,), "float32"), b.variable((3,), "float32")
    halves = b.constant(np.array([0.5, -2, 3], np.float16))
    b.operator("DEQUANTIZE", [halves], state)
    y = b.one("ADD", [x, state], (3,), None, "float32", fused_activation_function="NONE")
    cases = [[np.array([1, 2, 3], np.float32)], [np.array([0, 0, 0], np.float32)]]
    graph = check(b.build([y]), cases, "constants", oracle="litert", without=False)
    assert types(graph) == ["ADD"]
