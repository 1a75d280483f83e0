"""Tensors and their constants: from schema tables to `Tensor`, and the packing of 4-bit elements."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from ..graph import Array, Quantization, Tensor, read_only
from . import schema
from .flat import FlatFile, Table

NUMPY_TYPES = MappingProxyType(
    {name: np.dtype(name) for name in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")}
    | {name: np.dtype(name) for name in ("float16", "float32", "float64", "complex64", "complex128")}
    | {"bool": np.dtype(np.bool_), "int4": np.dtype("int8"), "resource": np.dtype("int32")}
)
"""The numpy type of each tensor type's `data`; other types cannot be held."""

NO_DATA = 1
"""A buffer whose `offset` is at most this has no bytes outside the table (the schema's rule)."""


def unpack_int4(packed: Array, count: int) -> Array:
    """`count` signed 4-bit elements as int8 of shape (count,); the low nibble of each byte comes first.

    >>> unpack_int4(np.array([0x21, 0x0F], np.uint8), 3).tolist()
    [1, 2, -1]
    """
    nibbles = np.empty(2 * packed.size, np.int8)
    nibbles[0::2] = np.left_shift(packed.view(np.int8), 4) >> 4
    nibbles[1::2] = packed.view(np.int8) >> 4
    return nibbles[:count]


def pack_int4(values: Array) -> Array:
    """The inverse of `unpack_int4`: uint8 of shape (ceil(count / 2),), a missing last nibble is 0.

    >>> pack_int4(np.array([1, 2, -1], np.int8)).tolist()
    [33, 15]
    """
    flat = np.zeros(values.size + values.size % 2, np.uint8)
    flat[: values.size] = values.reshape(-1).astype(np.int8).view(np.uint8) & 15
    return flat[0::2] | (flat[1::2] << 4)


class Buffers:
    """The model's buffers, inside or outside the flatbuffer's tables; decoded when asked for."""

    def __init__(self, file: FlatFile, tables: list[Table]) -> None:
        self._file, self._tables = file, tables

    def __len__(self) -> int:
        return len(self._tables)

    def content(self, index: int) -> Array:
        """The bytes of buffer `index`, not copied; empty for a buffer without data."""
        table = self._tables[index]
        if table.integer("offset") > NO_DATA:
            return np.frombuffer(self._file.slice(table.integer("offset"), table.integer("size")), np.uint8)
        return table.vector("data")

    def copy(self, index: int) -> bytes:
        """The bytes of buffer `index` as an object of their own."""
        content = self.content(index)
        self._file.spend(content.nbytes)
        return content.tobytes()

    def constant(self, content: Array, dtype: str, shape: tuple[int, ...]) -> Array:
        """Buffer bytes (proven to be of the right size) as a read-only array of `shape`."""
        numpy_type = NUMPY_TYPES[dtype]
        if dtype == "int4":
            self._file.spend(2 * content.nbytes)
            return read_only(unpack_int4(content, math.prod(shape)).reshape(shape))
        if dtype == "bool":
            self._file.spend(content.nbytes)
            return read_only((content != 0).reshape(shape))
        values = content.view(numpy_type)
        if not values.flags.aligned:
            self._file.spend(content.nbytes)
            values = values.copy()
        return read_only(values.reshape(shape))


@dataclass(slots=True)
class TensorReader:
    """Makes the tensors of one model. `batch` replaces an unknown first dimension."""

    file: FlatFile
    buffers: Buffers
    batch: int
    has_open_batch: bool = field(default=False)

    def read(self, table: Table, id: int) -> tuple[Tensor, list[tuple[str, str]]]:
        """The tensor at index `id`, and what is wrong with it as (found, hint) pairs."""
        name = table.text("name")
        wrong: list[tuple[str, str]] = []
        dtype = schema.enum_names("TensorType").get(table.integer("type"), f"type {table.integer('type')}")
        if dtype not in NUMPY_TYPES:
            wrong.append(
                (f"tensor {id} {name!r} has the type {dtype}", "only numbers, bool and resources can be compiled")
            )
        if table.has("sparsity"):
            wrong.append((f"tensor {id} {name!r} is stored in sparse form", "convert without sparsification"))
        shape = self._shape(table, id, name, wrong)
        quantization = self._quantization(table, id, name, shape, wrong)
        data = None if wrong else self._data(table, id, name, dtype, shape, wrong)
        is_variable = bool(table.scalar("is_variable"))
        return Tensor(id, name, shape, dtype, quantization, data, is_variable, origin=id), wrong

    def _shape(self, table: Table, id: int, name: str, wrong: list[tuple[str, str]]) -> tuple[int, ...]:
        stored, signature = table.integers("shape"), table.integers("shape_signature")
        if len(signature) != len(stored):
            signature = stored
        if len(stored) > 8:
            wrong.append((f"tensor {id} {name!r} has {len(stored)} dimensions", "at most 8 can be compiled"))
            return stored[:8]
        shape = list(stored)
        for axis, (size, known) in enumerate(zip(stored, signature, strict=True)):
            if size >= 0 and known != -1:
                continue
            if axis == 0 and size >= -1:
                self.has_open_batch = True
                shape[0] = abs(size) * self.batch
            else:
                wrong.append(
                    (
                        f"tensor {id} {name!r} has the shape {list(signature)}: dimension {axis} is not known",
                        "only the first (the batch) may be unknown: export the model with fixed input shapes",
                    )
                )
                break
        return tuple(shape)

    def _quantization(
        self, table: Table, id: int, name: str, shape: tuple[int, ...], wrong: list[tuple[str, str]]
    ) -> Quantization | None:
        stored = table.table("quantization")
        scales = tuple(float(scale) for scale in stored.vector("scale").tolist()) if stored else ()
        if stored is None or not scales:
            return None
        zero_points, axis = stored.integers("zero_point"), stored.integer("quantized_dimension")
        if len(zero_points) <= 1:  # one, or none at all, stands for every channel
            zero_points = (zero_points or (0,)) * len(scales)
        if len(zero_points) != len(scales):
            wrong.append(
                (
                    f"tensor {id} {name!r} has {len(scales)} scales but {len(zero_points)} zero points",
                    "quantize and export the model again",
                )
            )
            zero_points = (0,) * len(scales)
        # Converters leave any axis on biases and on per-tensor quantization, where it means nothing.
        if len(scales) == 1 or (len(shape) == 1 and shape[0] == len(scales)):
            axis = axis if 0 <= axis < len(shape) else 0
        return Quantization(scales, zero_points, axis)

    def _data(
        self, table: Table, id: int, name: str, dtype: str, shape: tuple[int, ...], wrong: list[tuple[str, str]]
    ) -> Array | None:
        index = table.integer("buffer")
        if index >= len(self.buffers):
            wrong.append(
                (f"tensor {id} {name!r} names buffer {index} of {len(self.buffers)}", "export the model again")
            )
            return None
        content = self.buffers.content(index)
        if not content.size:
            return None
        if table.scalar("is_variable"):
            wrong.append((f"variable tensor {id} {name!r} has initial values", "TFLite's interpreters refuse it too"))
            return None
        bits = 4 if dtype == "int4" else 8 * NUMPY_TYPES[dtype].itemsize
        needed = (math.prod(shape) * bits + 7) // 8
        if content.size != needed:
            takes = f"of shape {list(shape)} and type {dtype} takes {needed} bytes"
            wrong.append(
                (
                    f"constant {id} {name!r} {takes}, but its buffer has {content.size}",
                    "the file is damaged or its converter has a fault: export the model again",
                )
            )
            return None
        return self.buffers.constant(content, dtype, shape)
