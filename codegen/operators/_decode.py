"""TFLM_DECODE: constants from their compressed form, as decode_state_lut.cc, _prune.cc and _huffman.cc of TFLite Micro
read it.

16 bytes lead the ancillary tensor: 0 the form, 1 the version of these bytes, 4 the version of the form, 5 and 6 its
parameters. The form's table follows. Bit strings begin with the highest bit of their first byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..frontend.tensors import NUMPY_TYPES
from ..graph import Array, read_only

if TYPE_CHECKING:
    from ..graph import Operator, Tensor

HEADER = 16
LUT, HUFFMAN, PRUNE = 0, 1, 2
TYPES = ("bool", "float32", "int8", "int16", "int32", "int64")


class DecodeError(Exception):
    """What is wrong with the compressed form."""


class Table(NamedTuple):
    """How an entry of a Huffman table is read: `found` marks a symbol, else an offset to a further table; `count` has
    the bits that the symbol took, or one less than those that choose in the further table."""

    item: str
    found: int
    count_mask: int
    count_shift: int
    value: int


TABLES = (
    Table("<u2", 0x8000, 0x7800, 11, 0x07FF),
    Table("<u4", 0x80000000, 0x78000000, 27, 0x07FFFFFF),
)


def decoded(op: Operator) -> tuple[Array, ...]:
    """The outputs of `op`, which has two constant inputs for each. Raises DecodeError."""
    return tuple(_decoded(op.input(2 * k), op.input(2 * k + 1), y) for k, y in enumerate(op.outputs))


def _decoded(compressed: Tensor, ancillary: Tensor, y: Tensor) -> Array:
    assert compressed.data is not None
    assert ancillary.data is not None
    data, header = compressed.data.tobytes(), ancillary.data.tobytes()
    if len(header) < HEADER:
        raise DecodeError(f"{len(header)} bytes of ancillary data")
    if header[1] != 1 or header[4] != 1:
        raise DecodeError(f"versions {header[1]} and {header[4]}")
    forms = {LUT: _lut, HUFFMAN: _huffman, PRUNE: _prune}
    if header[0] not in forms:
        raise DecodeError(f"form {header[0]}")
    if y.dtype not in TYPES:
        raise DecodeError(f"{y.dtype} output")
    return read_only(forms[header[0]](data, header, y).reshape(y.shape))


def _bits(data: bytes, wanted: int) -> Array:
    if 8 * len(data) < wanted:
        raise DecodeError(f"{len(data)} bytes where {wanted} bits are needed")
    return np.unpackbits(np.frombuffer(data, np.uint8), count=wanted)


def _values(header: bytes, y: Tensor) -> Array:
    """The table behind the header, of the output's type."""
    dtype = NUMPY_TYPES[y.dtype]
    count = (len(header) - HEADER) // dtype.itemsize
    return np.frombuffer(header, dtype.newbyteorder("<"), count, HEADER).astype(dtype)


def _channels(y: Tensor) -> Array:
    """The channel of each element: those of its scales, along the first or the last axis."""
    scales = len(y.quantization.scales) if y.quantization else 0
    axis = y.quantization.axis if y.quantization and scales else 0
    count = max(scales, 1)
    if y.size % count:
        raise DecodeError(f"{count} scales for {y.size} elements")
    if axis == len(y.shape) - 1 and count > 1:
        return np.arange(y.size) % count
    if axis != 0:
        raise DecodeError(f"scales along axis {axis}")
    return np.arange(y.size) // (y.size // count)


def _lut(data: bytes, header: bytes, y: Tensor) -> Array:
    """Each element is an index of `header[5]` bits into its channel's table of `header[6]` values."""
    width, stride = header[5] & 7, header[6]
    if width == 0:
        raise DecodeError("indices of 0 bits")
    bits = _bits(data, y.size * width).reshape(-1, width)
    places = bits @ (1 << np.arange(width)[::-1]) + stride * _channels(y)
    values = _values(header, y)
    if places.max() >= values.size:
        raise DecodeError(f"index {places.max()} of {values.size} values")
    return np.asarray(values[places])


def _prune(data: bytes, header: bytes, y: Tensor) -> Array:
    """A bit for each element: the next value of the table, or the zero point."""
    kept = _bits(data, y.size).astype(np.bool_)
    values = _values(header, y)
    zeros = np.array(y.quantization.zero_points if y.quantization and y.quantization.scales else (0,))
    channels = _channels(y)
    if y.dtype != "int8" and zeros.any():
        raise DecodeError(f"zero point {int(zeros[zeros != 0][0])} of {y.dtype}")
    if zeros.any() and not ((zeros >= -128) & (zeros <= 127)).all():
        raise DecodeError("a zero point that is no int8")
    if kept.sum() > values.size:
        raise DecodeError(f"{kept.sum()} values of {values.size}")
    result = (zeros[channels] if zeros.size > 1 else np.full(y.size, zeros[0])).astype(values.dtype)
    result[kept] = values[: kept.sum()]
    return result


def _huffman(data: bytes, header: bytes, y: Tensor) -> Array:
    """A string of codes, each followed through tables of entries, the first of which has 2^(header[5] / 16 + 1)."""
    form = TABLES[header[5] & 1]
    if y.dtype not in (("int8", "int16") if form is TABLES[1] else ("int8",)):
        raise DecodeError(f"{y.dtype} output of a Huffman table of {8 * np.dtype(form.item).itemsize} bits")
    count = (len(header) - HEADER) // np.dtype(form.item).itemsize
    entries: list[int] = np.frombuffer(header, form.item, count, HEADER).tolist()
    first, end, at = (header[5] >> 4) + 1, 8 * len(data), 0
    padded = data + bytes(16)  # the last code may be shorter than what is read at once
    symbols = []
    for _ in range(y.size):
        place, bits, entry = 0, first, 0
        while True:
            word = int.from_bytes(padded[at >> 3 : (at >> 3) + 8], "big")
            place += (word >> (64 - (at & 7) - bits)) & ((1 << bits) - 1)
            at += bits
            if place >= len(entries) or at > end + 32:
                raise DecodeError(f"a code that leads out of the table of {len(entries)} entries")
            entry = entries[place]
            if entry & form.found:
                break
            bits = ((entry & form.count_mask) >> form.count_shift) + 1
            place += entry & form.value
        symbols.append(entry & 0xFFFF)
        at -= max(bits - ((entry & form.count_mask) >> form.count_shift), 0)
        if at > end:
            raise DecodeError(f"more than {end} bits of codes")
    return np.array(symbols, np.uint16).astype(y.dtype)
