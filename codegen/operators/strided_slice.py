"""STRIDED_SLICE of any type, with all masks, of constant positions.

Source: reference_ops::StridedSlice and its StartForAxis of TFLite Micro; bytes are not changed. TFLite Micro reads
neither the masks for an ellipsis and new axes nor the option `offset`: with these the results are those of LiteRT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._copies import Copy, CopyKernel, Loop, constant, constants, integer_option, same_type, strides
from ._rules import after, operands, shapes_text
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Operator

_operands = operands(4)
_begin = constant(1, "begin is", _operands)
_end = constant(2, "end is", _operands)
_strides = constant(3, "strides are", _operands)


@after(_begin, _end, _strides)
def counts(op: Operator) -> str | None:
    """Begin, end and strides have as many numbers, strides other than 0."""
    begin, end, steps = (constants(op, k) for k in (1, 2, 3))
    well = len(begin) == len(end) == len(steps) and 0 not in steps
    return None if well else f"{list(begin)}, {list(end)} and {list(steps)}"


class Range(NamedTuple):
    """What is taken of an input dimension; a dimension of one position may vanish from the output."""

    first: int
    step: int
    positions: int
    stays: bool = True


NEW = Range(0, 1, 1)
"""A dimension of 1 that the output has and the input has not."""


def _bit(op: Operator, mask: str, k: int) -> bool:
    return bool(integer_option(op, mask) >> k & 1)


def ranges(op: Operator) -> list[tuple[int | None, Range]] | None:
    """(input dimension, None: a new one; Range) in the order of the output; None: more are named than there are."""
    rank, named = len(op.input().shape), len(constants(op, 1))
    kinds = ["new" if _bit(op, "new_axis_mask", k) else "one" for k in range(named)]
    dots = [k for k in range(named) if _bit(op, "ellipsis_mask", k)]
    for k in dots:
        kinds[k] = "dots"
    free = rank - kinds.count("one")
    if free < 0 or len(dots) > 1:
        return None
    found: list[tuple[int | None, Range]] = []
    axes = iter(range(rank))
    for k, kind in enumerate(kinds):
        if kind == "new":
            found.append((None, NEW))
        elif kind == "dots":
            found += _whole(op, axes, free)
        else:
            axis = next(axes)
            found.append((axis, _range(op, k, op.input().shape[axis])))
    return found + _whole(op, axes, rank)


def _whole(op: Operator, axes: Iterator[int], most: int) -> list[tuple[int | None, Range]]:
    return [(axis, Range(0, 1, op.input().shape[axis])) for _, axis in zip(range(most), axes, strict=False)]


def _range(op: Operator, k: int, size: int) -> Range:
    """StartForAxis and StopForAxis."""
    begin, end, step = (constants(op, position)[k] for position in (1, 2, 3))
    low, high = (0, size) if step > 0 else (-1, size - 1)
    first = max(low, min(begin + (size if begin < 0 else 0), high))
    if _bit(op, "begin_mask", k):
        first = low if step > 0 else high
    if _bit(op, "shrink_axis_mask", k):
        # Backwards, the reference takes nothing.
        return Range(first, step, 1 if step > 0 and first < size else 0, stays=False)
    last = end + (first if integer_option(op, "offset") else 0)
    last = max(low, min(last + (size if last < 0 else 0), high))
    if _bit(op, "end_mask", k):
        last = high if step > 0 else low
    return Range(first, step, max(0, -((first - last) // step)))


@after(counts)
def named(op: Operator) -> str | None:
    """No more dimensions are named than the input has, and at most one ellipsis."""
    return None if ranges(op) is not None else f"{len(constants(op, 1))} for {list(op.input().shape)}"


@after(named)
def shapes(op: Operator) -> str | None:
    """Something is taken of every dimension, and the output has the shape that is left."""
    found = ranges(op) or []
    shape = tuple(taken.positions for _, taken in found if taken.stays)
    if shape == op.output.shape and all(taken.positions >= 1 for _, taken in found):
        return None
    counted = [taken.positions for _, taken in found]
    return f"{shapes_text(op.input().shape, op.output.shape)}, of which {counted} are taken"


def copy(op: Operator) -> Copy:
    steps, found = strides(op.input().shape), ranges(op) or []
    out = strides([taken.positions for _, taken in found])
    loops = [
        Loop(taken.positions, 0 if axis is None else taken.step * steps[axis], to)
        for (axis, taken), to in zip(found, out, strict=True)
    ]
    return Copy(loops, sum(taken.first * steps[axis] for axis, taken in found if axis is not None))


FAMILY = Family(
    names=("STRIDED_SLICE",),
    constraints=(_operands, same_type(_operands), _begin, _end, _strides, counts, named, shapes),
    kernels=(CopyKernel(copy),),
    hint="export the model with fixed slices",
)
