"""Bounds-checked reading of flatbuffer tables by the field lists of `schema`.

The generated accessors trust the file: a hostile one makes them raise anything or read the same megabyte a
million times. Here every read is inside the file, and what is read in total is bounded by the file's size.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

import numpy as np

from ..errors import CodegenError, Location
from ..graph import Array
from . import schema

_BYTES_READ_PER_FILE_BYTE = 8
_BYTES_READ_ALWAYS = 1 << 16


@cache
def _struct(format: str) -> struct.Struct:
    return struct.Struct(format)


class FlatFile:
    """The bytes of a flatbuffer file. `name` is what messages call it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.name = name
        self.budget = _BYTES_READ_PER_FILE_BYTE * len(data) + _BYTES_READ_ALWAYS

    def damaged(self, found: str) -> CodegenError:
        return CodegenError.at(
            Location(self.name),
            f"the file is damaged or truncated: {found}",
            "export or copy the model again; compare its size and checksum with the original",
        )

    def spend(self, amount: int) -> None:
        """Count `amount` bytes as read; refuses a file whose parts refer to each other's data over and over."""
        self.budget -= amount
        if self.budget < 0:
            raise self.damaged("its tables share the same data too many times")

    def number(self, format: str, position: int) -> Any:  # noqa: ANN401 - int, float or bool by format
        unpacker = _struct(format)
        if position < 0 or position + unpacker.size > len(self.data):
            raise self.damaged(f"a value lies at byte {position} of {len(self.data)}")
        return unpacker.unpack_from(self.data, position)[0]

    def slice(self, position: int, size: int) -> memoryview:
        """`size` bytes at `position`, not copied."""
        if position < 0 or size < 0 or position + size > len(self.data):
            raise self.damaged(f"{size} bytes are expected at byte {position} of {len(self.data)}")
        return memoryview(self.data)[position : position + size]

    def target(self, position: int) -> int:
        """Where the offset stored at `position` points to."""
        return position + int(self.number("<I", position))

    def root(self, table: str) -> Table:
        return Table(self, self.target(0), table)


class Table:
    """One table of the file, its fields by the schema's snake_case names."""

    __slots__ = ("_fields", "_file", "_position", "_size", "_vtable", "_vtable_size")

    def __init__(self, file: FlatFile, position: int, table: str) -> None:
        file.spend(8)
        self._file, self._position = file, position
        self._fields = schema.fields(table)
        self._vtable = position - int(file.number("<i", position))
        self._vtable_size = int(file.number("<H", self._vtable))
        self._size = int(file.number("<H", self._vtable + 2))
        file.slice(self._vtable, self._vtable_size)
        file.slice(position, self._size)
        if self._vtable_size < 4 or self._size < 4:
            raise file.damaged(f"the table at byte {position} has no valid field list")

    def has(self, name: str) -> bool:
        """Whether the file stores the field; scalars of default value are usually not stored."""
        return self._find(self._fields[name]) is not None

    def _find(self, field: schema.Field) -> int | None:
        slot = 4 + 2 * field.slot
        if slot + 2 > self._vtable_size:
            return None
        offset = int(self._file.number("<H", self._vtable + slot))
        if offset >= self._size:
            raise self._file.damaged(f"field {field.name} lies outside its table at byte {self._position}")
        return self._position + offset if offset else None

    def scalar(self, name: str) -> Any:  # noqa: ANN401 - int, float or bool by the schema
        field = self._fields[name]
        position = self._find(field)
        return field.default if position is None else self._file.number(field.format, position)

    def integer(self, name: str) -> int:
        return int(self.scalar(name))

    def vector(self, name: str) -> Array:
        """The numbers of a vector, shape (count,), not copied; empty where the field is absent."""
        field = self._fields[name]
        item = np.dtype(np.bool_ if field.format == "?" else field.format)
        position = self._find(field)
        if position is None:
            return np.empty(0, item)
        start = self._file.target(position)
        count = int(self._file.number("<I", start))
        content = self._file.slice(start + 4, count * item.itemsize)
        if name != "data":  # a buffer is decoded once, however many tensors share it
            self._file.spend(4 + len(content))
        return np.frombuffer(content, item)

    def integers(self, name: str) -> tuple[int, ...]:
        return tuple(self.vector(name).tolist())

    def text(self, name: str) -> str:
        """A string, wrong UTF-8 replaced; "" where the field is absent."""
        position = self._find(self._fields[name])
        if position is None:
            return ""
        start = self._file.target(position)
        size = int(self._file.number("<I", start))
        self._file.spend(4 + size)
        return str(self._file.slice(start + 4, size), "utf-8", "replace")

    def table(self, name: str, kind: str = "") -> Table | None:
        """A subtable (of type `kind` where the field is a union), None where the field is absent."""
        field = self._fields[name]
        position = self._find(field)
        return None if position is None else Table(self._file, self._file.target(position), kind or field.table)

    def tables(self, name: str) -> list[Table]:
        """The subtables of a vector, none where the field is absent."""
        field = self._fields[name]
        position = self._find(field)
        if position is None:
            return []
        start = self._file.target(position)
        count = int(self._file.number("<I", start))
        self._file.slice(start + 4, 4 * count)
        self._file.spend(4 + 4 * count)
        return [Table(self._file, self._file.target(start + 4 + 4 * i), field.table) for i in range(count)]

    def options(self) -> dict[str, Any]:
        """All fields as operator options: enumerations as names, vectors as tuples.

        Raises KeyError with a sentence where an enumeration has a value that the schema does not know.
        """
        return {name: self._option(field) for name, field in self._fields.items()}

    def _option(self, field: schema.Field) -> Any:  # noqa: ANN401 - option values are of any type
        if field.kind == "vector":
            return tuple(self.vector(field.name).tolist())
        if field.kind == "string":
            return self.text(field.name)
        value = self.scalar(field.name)
        if field.enum:
            names = schema.enum_names(field.enum)
            if value not in names:
                raise KeyError(f"{field.name} is {value}, which is not one of {', '.join(names.values())}")
            return names[value]
        return bool(value) if field.format == "?" else value
