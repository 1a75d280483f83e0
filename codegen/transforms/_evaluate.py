"""Operators computed at compile time: those that move elements, and the arithmetic of shapes.

Every result is exact: what moves is moved as bytes, by the very calls that would be emitted; integers must fit their
type, where kernels would wrap or leave it undefined; float32 is computed by single operations of IEEE 754.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..boards import load_board
from ..frontend.tensors import NUMPY_TYPES
from ..graph import ITEM_BITS, Array
from ..operators.family import Address, Struct, Table
from ..operators.gather import dimensions
from ..target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator, Tensor
    from ..operators.family import Call, Family, Value

MOST_ELEMENTS = 1 << 16
"""Of a result that is computed, not moved."""


def evaluate(op: Operator, family: Family | None) -> tuple[Array, ...] | None:
    """The outputs of `op`, whose inputs are constants (SHAPE: any) and which `family` accepts; None: it is computed
    when the model runs. Without a family it is a DEQUANTIZE of float16."""
    if family is None:
        half = op.input()
        same = half.data is not None and op.output.dtype == "float32" and half.shape == op.output.shape
        return (half.data.astype(np.float32),) if same and half.data is not None and len(op.outputs) == 1 else None
    if family.is_view:
        return (_data(op, 0),)
    if (moved := _moved(op, family)) is not None:
        return moved
    compute = _COMPUTED.get(op.type)
    if compute is None or len(op.outputs) != 1 or op.output.size > MOST_ELEMENTS:
        return None
    with np.errstate(all="ignore"):
        found = compute(op)
    return None if found is None or found.size != op.output.size else (found,)


def _data(op: Operator, position: int) -> Array:
    data = op.input(position).data
    assert data is not None, (op.type, op.index, position)
    return data


# ------------------------------------------------------------------------------------------------------ moving
@cache
def _anywhere() -> Target:
    """Copies are the same on every target."""
    return Target(load_board("host"))


def _moved(op: Operator, family: Family) -> tuple[Array, ...] | None:
    """What the calls of a copying kernel make of the bytes."""
    if any(ITEM_BITS.get(tensor.dtype, 0) < 8 for tensor in (*op.inputs, *op.outputs) if tensor is not None):
        return None
    kernels = [k for k in family.kernels if k.provider == "native" and k.name in _MOVES and k.takes(op, _anywhere())]
    if not kernels:
        return None
    memory = {t: _bytes_of(t.data) for t in op.inputs if t is not None and t.data is not None}
    memory |= {t: np.zeros(t.bytes, np.uint8) for t in op.outputs}
    for call in kernels[0].calls(op, _anywhere(), None):
        if call.function not in _MOVES:
            return None
        _MOVES[call.function](call, memory)
    return tuple(memory[t].view(NUMPY_TYPES[t.dtype]).reshape(t.shape) for t in op.outputs)


def _bytes_of(data: Array) -> Array:
    return np.frombuffer(data.tobytes(), np.uint8)


def _copy_nd(call: Call, memory: Mapping[Tensor, Array]) -> None:
    arguments = dict(call.arguments)
    params = arguments["params"]
    assert isinstance(params, Struct)
    fields = dict(params.fields)
    _copy(call, memory, fields["dims"], fields["input_strides"], fields["output_strides"], fields["run_bytes"])


def _copy_strided(call: Call, memory: Mapping[Tensor, Array]) -> None:
    numbers = {name: value for name, value in call.arguments if isinstance(value, int)}
    pitches = (numbers["input_pitch"],), (numbers["output_pitch"],)
    _copy(call, memory, (numbers["rows"],), *pitches, numbers["row_bytes"])


_MOVES = MappingProxyType({"cg_copy_nd": _copy_nd, "cg_copy_strided": _copy_strided})
"""The functions that copy, by name."""


def _copy(call: Call, memory: Mapping[Tensor, Array], sizes: Value, steps: Value, out_steps: Value, run: Value) -> None:
    source, begin = _place(next(v for _, v in call.arguments if isinstance(v, Address | Table)), memory)
    target, out_begin = _place(dict(call.arguments)["output"], memory)
    target[out_begin + _offsets(sizes, out_steps, run)] = source[begin + _offsets(sizes, steps, run)]


def _place(value: Value, memory: Mapping[Tensor, Array]) -> tuple[Array, int]:
    """The bytes, and where in them a call begins."""
    if isinstance(value, Table):
        return _bytes_of(value.data), 0
    assert isinstance(value, Address) and value.row == 0, value
    return memory[value.tensor], value.offset * (ITEM_BITS[value.tensor.dtype] // 8)


def _offsets(sizes: Value, steps: Value, run: Value) -> Array:
    assert isinstance(sizes, tuple) and isinstance(steps, tuple) and isinstance(run, int)
    found: Array = np.zeros(1, np.int64)
    for size, step in zip((*sizes, run), (*steps, 1), strict=True):
        found = np.add.outer(found, np.arange(size) * step).reshape(-1)
    return found


# --------------------------------------------------------------------------------------------------- computing
Compute = Callable[["Operator"], Array | None]


def _fitting(values: Array, tensor: Tensor) -> Array | None:
    """`values` as integers of the type of `tensor`; None where one does not fit."""
    limits = np.iinfo(tensor.dtype)
    fits = all(limits.min <= int(value) <= limits.max for value in values.reshape(-1))
    return values.astype(tensor.dtype) if fits else None


def _arithmetic(function: Callable[[Array, Array], Array]) -> Compute:
    """Of int32 and int64 as whole numbers without limits, of float32 where all results are finite."""

    def compute(op: Operator) -> Array | None:
        if op.option("fused_activation_function", "NONE") != "NONE":
            return None
        a, b, dtype = _data(op, 0), _data(op, 1), op.output.dtype
        if dtype in ("int32", "int64"):
            return _fitting(np.asarray(function(a.astype(object), b.astype(object))), op.output)
        if dtype != "float32":
            return None
        found: Array = function(a, b)
        return found if found.dtype == np.float32 and np.isfinite(found).all() else None

    return compute


def _of_integers(function: Callable[[Array, Array], Array]) -> Compute:
    """Of int32, int64 and bool alike; `function` cannot leave the type."""

    def compute(op: Operator) -> Array | None:
        a, b = _data(op, 0), _data(op, 1)
        return np.asarray(function(a, b)) if op.input().dtype in ("int32", "int64", "bool") else None

    return compute


def _cast(op: Operator) -> Array | None:
    x, dtype = _data(op, 0), NUMPY_TYPES[op.output.dtype]
    if x.dtype.kind != "f" or dtype.kind == "f":
        return x.astype(dtype)
    if not np.isfinite(x).all():
        return None
    return x != 0 if dtype.kind == "b" else _fitting(np.trunc(x).astype(np.float64), op.output)


def _fill(op: Operator) -> Array:
    return np.repeat(_data(op, 1).reshape(-1), op.output.size)


def _range(op: Operator) -> Array | None:
    start, delta = (_data(op, k).reshape(-1)[0] for k in (0, 2))
    if op.output.dtype == "float32":  # added up, as the reference does
        return np.cumsum([start] + [delta] * (op.output.size - 1), dtype=np.float32)
    return _fitting(np.array([int(start) + k * int(delta) for k in range(op.output.size)], object), op.output)


def _gather(op: Operator) -> Array | None:
    x, positions, (axis, batches) = _data(op, 0), _data(op, 1), dimensions(op)
    if positions.min() < 0 or positions.max() >= x.shape[axis]:
        return None
    count = int(np.prod(x.shape[:batches]))
    of_batch = (x.reshape(count, *x.shape[batches:]), positions.reshape(count, -1))
    return np.stack([np.take(part, where, axis - batches) for part, where in zip(*of_batch, strict=True)])


def _reduce_prod(op: Operator) -> Array | None:
    if op.output.dtype not in ("int32", "int64"):
        return None
    x = _data(op, 0)
    axes = tuple({int(axis) % x.ndim for axis in _data(op, 1).reshape(-1)}) if x.ndim else ()
    return _fitting(np.asarray(np.prod(x.astype(object), axis=axes)), op.output)


def _select(op: Operator) -> Array:
    return np.where(_data(op, 0), _data(op, 1), _data(op, 2))


def _broadcast_args(op: Operator) -> Array | None:
    shapes = [tuple(int(size) for size in _data(op, k)) for k in (0, 1)]
    try:
        return np.array(np.broadcast_shapes(*shapes), op.output.dtype)
    except ValueError:
        return None


def _dequantize(op: Operator) -> Array:
    x = op.input()
    return np.float32(x.scale) * (_data(op, 0).astype(np.int32) - x.zero_point).astype(np.float32)


_COMPUTED: Mapping[str, Compute] = MappingProxyType(
    {
        "ADD": _arithmetic(np.add),
        "SUB": _arithmetic(np.subtract),
        "MUL": _arithmetic(np.multiply),
        "MINIMUM": _of_integers(np.minimum),
        "MAXIMUM": _of_integers(np.maximum),
        "EQUAL": _of_integers(np.equal),
        "NOT_EQUAL": _of_integers(np.not_equal),
        "GREATER": _of_integers(np.greater),
        "GREATER_EQUAL": _of_integers(np.greater_equal),
        "LESS": _of_integers(np.less),
        "LESS_EQUAL": _of_integers(np.less_equal),
        "LOGICAL_AND": _of_integers(np.logical_and),
        "LOGICAL_OR": _of_integers(np.logical_or),
        "LOGICAL_NOT": lambda op: np.logical_not(_data(op, 0)),
        "CAST": _cast,
        "FILL": _fill,
        "RANGE": _range,
        "GATHER": _gather,
        "REDUCE_PROD": _reduce_prod,
        "SELECT_V2": _select,
        "BROADCAST_ARGS": _broadcast_args,
        "DEQUANTIZE": _dequantize,
    }
)
"""The operators that are computed. Constraints have been checked: types, shapes, broadcasting."""
