"""GATHER, GATHER_ND and EMBEDDING_LOOKUP equal tflite-micro; what it lacks (SCATTER_ND, TOPK_V2, ONE_HOT), LiteRT."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Quantization, Tensor
from codegen.host import load
from tests.builders import GraphBuilder

from .equality import assert_equal, random_values, refusal


class Positions:
    """Inputs that hold positions, with the extents that they lie in (of the innermost dimension's numbers)."""

    def __init__(self, b: GraphBuilder) -> None:
        self.b = b
        self.extents: dict[Tensor, Array] = {}

    def make(self, shape: list[int], extents: object, *, constant: bool = False, dtype: str = "int32") -> Tensor:
        last = np.broadcast_to(np.asarray(extents), shape)
        if constant:
            return self.b.constant(np.asarray(self.b.rng.integers(0, last)).astype(dtype))
        tensor = self.b.input(shape, dtype)
        self.extents[tensor] = last
        return tensor

    def cases(self, count: int) -> list[list[Array]]:
        return [[self._values(tensor) for tensor in self.b.inputs] for _ in range(count)]

    def _values(self, tensor: Tensor) -> Array:
        if tensor in self.extents:
            return np.asarray(self.b.rng.integers(0, self.extents[tensor])).astype(tensor.dtype)
        return random_values(self.b.rng, tensor)


def shape_of(b: GraphBuilder, least: int, most: int) -> list[int]:
    return [int(n) for n in b.rng.integers(1, 5, int(b.rng.integers(least, most + 1)))]


def random_gather(b: GraphBuilder, positions: Positions, dtype: str) -> Tensor:
    shape = shape_of(b, 1, 4)
    axis = int(b.rng.integers(0, len(shape)))
    batches = int(b.rng.integers(0, axis + 1))
    at = [*shape[:batches], *shape_of(b, 0 if batches == 0 else 1, 2)]
    x = b.input(shape, dtype)
    where = positions.make(at, shape[axis], constant=bool(b.rng.random() < 0.3))
    wanted = [*shape[:axis], *at[batches:], *shape[axis + 1 :]]
    given = axis - (len(shape) if b.rng.random() < 0.3 else 0)
    batch_dims = batches - (len(at) if batches < len(at) and batches and b.rng.random() < 0.3 else 0)
    return b.one("GATHER", [x, where], wanted, x.quantization, dtype, axis=given, batch_dims=batch_dims)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_gather(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    positions = Positions(b)
    outputs = [random_gather(b, positions, dtype) for _ in range(200 if full else 30)]
    assert_equal(b, outputs, positions.cases(3), kernels=("auto",))


@pytest.mark.parametrize("dtype", ["int16", "int32", "int64", "uint8", "bool"])
def test_gather_of_other_types(dtype: str, rng: np.random.Generator) -> None:
    """Types and positions of int64, which tflite-micro refuses: LiteRT is the oracle."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    positions = Positions(b)
    x = b.input((3, 4, 2), dtype)
    y = b.one("GATHER", [x, positions.make([5], 4, dtype="int64")], (3, 5, 2), x.quantization, dtype, axis=1)
    assert_equal(b, [y], positions.cases(3), kernels=("auto",), oracle="litert")


def random_gather_nd(b: GraphBuilder, positions: Positions, dtype: str) -> Tensor:
    shape = shape_of(b, 1, 5)
    depth = int(b.rng.integers(1, len(shape) + 1))
    at = [*shape_of(b, 1, 2), depth]
    x = b.input(shape, dtype)
    where = positions.make(at, shape[:depth], constant=bool(b.rng.random() < 0.3))
    return b.one("GATHER_ND", [x, where], [*at[:-1], *shape[depth:]], x.quantization, dtype)


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_gather_nd(dtype: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    positions = Positions(b)
    outputs = [random_gather_nd(b, positions, dtype) for _ in range(200 if full else 30)]
    assert_equal(b, outputs, positions.cases(3), kernels=("auto",))


@pytest.mark.parametrize(("table", "output"), [("float32", "float32"), ("int8", "int8"), ("int8", "float32")])
def test_embedding_lookup(table: str, output: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    positions = Positions(b)
    outputs = []
    for _ in range(100 if full else 15):
        shape = shape_of(b, 2, 4)
        values = b.rng.integers(-128, 128, shape)
        rows = (
            b.constant(values.astype(table), float(10 ** b.rng.uniform(-4, 1)), 0)
            if b.rng.random() < 0.5
            else b.input(shape, table, 0.03, 0)
        )
        ids = positions.make(shape_of(b, 1, 1), shape[0])
        quantization = rows.quantization if output == "int8" else None
        outputs.append(b.one("EMBEDDING_LOOKUP", [ids, rows], [*ids.shape, *shape[1:]], quantization, output))
    assert_equal(b, outputs, positions.cases(3), kernels=("auto",))


def test_positions_outside_are_clamped() -> None:
    """tflite-micro reads outside of the tensor (GATHER) or stops: here it is the nearest position that there is."""
    b = GraphBuilder(0)
    x, at = b.input((3, 2)), b.input((4,), "int32")
    many = b.input((4, 1), "int64")
    y = b.one("GATHER", [x, at], (4, 2), x.quantization)
    z = b.one("EMBEDDING_LOOKUP", [at, x], (4, 2), x.quantization)
    w = b.one("GATHER_ND", [x, many], (4, 2), x.quantization)
    data = np.arange(6, dtype=np.int8).reshape(3, 2)
    where = np.array([-1, 2, 3, 2**31 - 1])
    far = np.array([[-(2**40)], [2], [3], [2**40]])
    for got in load(compile_model(b.model([y, z, w])))(data, where.astype(np.int32), far):
        assert np.array_equal(got, data[[0, 2, 2, 2]])


# -------------------------------------------------------------------------------------- SCATTER_ND and TOPK_V2
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "float32", "bool"])
def test_scatter_nd(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Positions that come twice too: their slices add up, and wrap."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    positions = Positions(b)
    outputs = []
    for _ in range(60 if full else 10):
        shape = shape_of(b, 1, 4)
        depth = int(b.rng.integers(1, len(shape) + 1))
        at = [*shape_of(b, 1, 2), depth]
        updates = b.input([*at[:-1], *shape[depth:]], dtype)
        where, given = positions.make(at, shape[:depth]), b.constant(np.array(shape, np.int32))
        outputs.append(b.one("SCATTER_ND", [where, updates, given], shape, updates.quantization, dtype))
    assert_equal(b, outputs, positions.cases(2), kernels=("auto",), oracle="litert")


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "float32"])
def test_topk(dtype: str, rng: np.random.Generator, full: bool) -> None:
    """Equal elements too, the first of which comes first."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(60 if full else 10):
        shape = [*shape_of(b, 0, 2), int(b.rng.integers(1, 20))]
        k = int(b.rng.integers(1, shape[-1] + 1))
        x = b.input(shape, dtype)
        values, places = b.tensor([*shape[:-1], k], dtype, x.quantization), b.tensor([*shape[:-1], k], "int32")
        b.operator("TOPK_V2", [x, b.constant(np.array(k, np.int32))], values, places)
        outputs += [values, places]
    cases = [[random_values(rng, x) for x in b.inputs] for _ in range(3)]
    cases.append([rng.integers(0, 3, x.shape).astype(dtype) for x in b.inputs])
    assert_equal(b, outputs, cases, kernels=("auto",), oracle="litert")


# ---------------------------------------------------------------------------------------------------- refusals
def test_refusals(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x, at = b.input((3, 4)), b.input((2,), "int32")
    q = x.quantization
    assert "Found: axis 2, 0 batch dimensions, [3, 4] and [2]" in refusal(
        b, b.one("GATHER", [x, at], (2, 4), q, axis=2)
    )
    y = b.one("GATHER", [x, at], (3, 4), q, axis=1, batch_dims=1)
    assert "Found: axis 1, 1 batch dimensions, [3, 4] and [2]" in refusal(b, y)
    assert "Found: [3, 4] and [3, 4]" in refusal(b, b.one("GATHER", [x, at], (3, 4), q))
    y = b.one("GATHER", [x, b.input((2,), "float32")], (2, 4), q)
    assert "The positions are int32 or int64. Found: float32" in refusal(b, y)
    y = b.one("GATHER_ND", [x, b.input((2, 3), "int32")], (2,), q)
    assert "Found: [3, 4] and [2, 3]" in refusal(b, y)
    assert "The output has a slice of the input for each position" in refusal(b, b.one("GATHER_ND", [x, at], (4,), q))
    shifted = b.constant(np.zeros((3, 4), np.int8), 0.1, 5)
    y = b.one("EMBEDDING_LOOKUP", [at, shifted], (2, 4), None, "float32")
    assert "Found: zero point 5" in refusal(b, y)
    y = b.one("EMBEDDING_LOOKUP", [at, x], (2, 4), Quantization((0.1,), (0,)), "int16")
    assert "Found: int32, int8 and int16" in refusal(b, y)
    shape = b.input((1,), "int32", name="shape")
    y = b.one("SCATTER_ND", [b.input((2, 1), "int32"), b.input((2,)), shape], (4,), None)
    assert "tensor 'shape' is computed by the model" in refusal(b, y)
    y = b.one("SCATTER_ND", [b.input((2, 1), "int32"), b.input((3,)), b.constant(np.array([4], np.int32))], (4,), None)
    assert "Found: [2, 1] and [3] and [4]" in refusal(b, y)
    places = b.tensor((3, 5), "int32")
    values = b.tensor((3, 5), "int8", q)
    b.operator("TOPK_V2", [x, b.constant(np.array(5, np.int32))], values, places)
    assert "Found: [3, 4] and [3, 5] and [3, 5], 5 values" in refusal(b, values)


# -------------------------------------------------------------------------------------------------------- ONE_HOT
def one_hot(b: GraphBuilder, numbers: Tensor, depth: int, axis: int, dtype: str) -> Tensor:
    on, off = (b.input((), dtype, zero_point=0) for _ in range(2))
    rank = len(numbers.shape) + 1
    place = axis % rank
    shape = (*numbers.shape[:place], depth, *numbers.shape[place:])
    inputs = [numbers, b.constant(np.array(depth, np.int32)), on, off]
    return b.one("ONE_HOT", inputs, shape, on.quantization, dtype, axis=axis)


def test_one_hot(rng: np.random.Generator, full: bool) -> None:
    """Numbers outside of the depth, negative ones too, name no position."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(120 if full else 24):
        shape = tuple(rng.integers(1, 5, int(rng.integers(0, 4))).tolist())
        numbers = b.input(shape, ("int32", "int64")[k % 2])
        axis = -1 if k % 3 == 0 else int(rng.integers(0, len(shape) + 1))
        dtype = ("int8", "float32", "int32", "int64", "bool")[k % 5]
        outputs.append(one_hot(b, numbers, int(rng.integers(1, 7)), axis, dtype))
    cases = [
        [
            rng.integers(-2, 8, x.shape).astype(x.dtype) if x.shape or x.dtype in ("int32", "int64")
            else random_values(rng, x)
            for x in b.inputs
        ]
        for _ in range(5)
    ]  # fmt: skip
    assert_equal(b, outputs, cases, kernels=("native",), oracle="litert")


def test_refusals_of_one_hot() -> None:
    b = GraphBuilder(0)
    numbers = b.input((2,), "int32")
    assert "The axis is a dimension of the output" in refusal(b, one_hot(b, numbers, 3, 2, "int8"))
    y = b.one("ONE_HOT", [numbers, numbers, b.input(()), b.input(())], (2, 2), None)
    assert "is computed by the model" in refusal(b, y)
    y = b.one(
        "ONE_HOT", [b.input((2,), "float32"), b.constant(np.array(3, np.int32)), b.input(()), b.input(())], (2, 3)
    )
    assert "float32" in refusal(b, y)
