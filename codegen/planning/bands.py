"""One call for many bands: the integers of a kernel's calls that change with the band, as affine values of its rows.

Kernels know nothing of it: they are asked for the calls of concrete bands, and what differs is fitted and compared.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..operators.family import Address, Affine, AffineTuple, Band, Call, Rows, Struct, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph import Operator
    from ..operators.family import Kernel, Value
    from ..target import Target


class MisfitError(Exception):
    """The calls of some bands are not one call with affine rows."""


def bands_of(rows: int, band: int) -> list[Band]:
    """Rows [0, rows) in bands of `band`, the last one perhaps shorter.

    >>> bands_of(5, 2)
    [Band(first=0, last=2), Band(first=2, last=4), Band(first=4, last=5)]
    """
    return [Band(first, min(first + band, rows)) for first in range(0, rows, band)]


@lru_cache(maxsize=4096)
def call_variants(
    kernel: Kernel, op: Operator, target: Target, bands: tuple[Band, ...]
) -> tuple[tuple[Band, Call], ...]:
    """The calls of `kernel` for `bands`, as few of them as possible: (rows that it is for, call), from top to bottom.

    A middle part whose calls differ only in affine integers is one call; the bands above and below it that do not
    fit (padding) are one each. Raises MisfitError where a kernel needs several calls for a band.
    """
    if kernel.provider == "native":
        # By contract native kernels are given rows as they are, so that some bands show what all are like.
        chosen = sorted({0, 1, len(bands) // 2, len(bands) - 1} & set(range(len(bands))))
        call = _unified([_call(kernel, op, target, bands[k]) for k in chosen], [bands[k] for k in chosen])
        return ((Band(bands[0].first, bands[-1].last), call),)
    calls = [_call(kernel, op, target, band) for band in bands]
    for left_out in range(len(bands)):
        for top in range(left_out + 1):
            end = len(bands) - (left_out - top)
            try:
                middle = _unified(calls[top:end], bands[top:end])
            except MisfitError:
                continue
            alone = [(band, call) for band, call in zip(bands, calls, strict=True)]
            return (*alone[:top], (Band(bands[top].first, bands[end - 1].last), middle), *alone[end:])
    raise MisfitError


def _call(kernel: Kernel, op: Operator, target: Target, band: Band) -> Call:
    calls = kernel.calls(op, target, band)
    if len(calls) != 1:
        raise MisfitError
    return calls[0]


def _unified(calls: Sequence[Call], bands: Sequence[Band]) -> Call:
    if len(calls) == 1:
        return calls[0]
    names = [name for name, _ in calls[0].arguments]
    for call in calls:
        if call.function != calls[0].function or [name for name, _ in call.arguments] != names:
            raise MisfitError
    columns = zip(*(call.arguments for call in calls), strict=True)
    arguments = tuple((column[0][0], _value([value for _, value in column], bands)) for column in columns)
    return replace(calls[0], arguments=arguments)


def _value(values: Sequence[Value], bands: Sequence[Band]) -> Value:
    one = values[0]
    if any(type(value) is not type(one) for value in values):
        raise MisfitError
    if isinstance(one, Struct):
        return _struct([value for value in values if isinstance(value, Struct)], bands)
    if isinstance(one, Address):
        return _address([value for value in values if isinstance(value, Address)], bands)
    if isinstance(one, tuple):
        return _tuple([value for value in values if isinstance(value, tuple)], bands)
    if isinstance(one, int):
        return _integer([int(value) for value in values if isinstance(value, int)], bands)
    if not all(_same(one, value) for value in values):
        raise MisfitError
    return one


def _tuple(values: Sequence[tuple[int, ...]], bands: Sequence[Band]) -> tuple[int, ...] | AffineTuple:
    if all(value == values[0] for value in values):
        return values[0]
    if any(len(value) != len(values[0]) for value in values):
        raise MisfitError
    columns = zip(*values, strict=True)
    return AffineTuple(tuple(_integer(column, bands) for column in columns))


def _struct(values: Sequence[Struct], bands: Sequence[Band]) -> Struct:
    if any([key for key, _ in value.fields] != [key for key, _ in values[0].fields] for value in values):
        raise MisfitError
    columns = zip(*(value.fields for value in values), strict=True)
    return Struct(values[0].type, tuple((column[0][0], _value([v for _, v in column], bands)) for column in columns))


def _address(values: Sequence[Address], bands: Sequence[Band]) -> Address:
    one = values[0]
    for value in values:
        if (value.tensor, value.writable, value.offset) != (one.tensor, one.writable, one.offset):
            raise MisfitError
    row = _integer([value.row for value in values if isinstance(value.row, int)], bands)
    return replace(one, row=row)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Rows) and isinstance(other, Rows):
        return one.tensor is other.tensor
    if isinstance(one, Table) and isinstance(other, Table):
        return one.name == other.name and one.data.dtype == other.data.dtype and np.array_equal(one.data, other.data)
    return one == other


def _integer(values: Sequence[int], bands: Sequence[Band]) -> int | Affine:
    """Constant, or affine in the first row, in the end, or in the number of rows."""
    if len(set(values)) == 1:
        return values[0]
    for first, last in ((1, 0), (0, 1), (-1, 1)):
        terms = [first * band.first + last * band.last for band in bands]
        low, high = min(range(len(terms)), key=terms.__getitem__), max(range(len(terms)), key=terms.__getitem__)
        if terms[low] == terms[high]:
            continue
        factor, rest = divmod(values[high] - values[low], terms[high] - terms[low])
        affine = Affine(first * factor, last * factor, values[low] - factor * terms[low])
        if not rest and all(affine.at(band) == value for band, value in zip(bands, values, strict=True)):
            return affine
    raise MisfitError
