"""Reductions over constant axes: their rules, and the walks of cg_reduce.h."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ._broadcast import RANK
from ._rules import after, operands, shapes_text
from ._shapes import in_front, integers
from .family import struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph import Operator
    from .family import Constraint, Struct

reduction_operands = operands(2)


@after(reduction_operands)
def constant_axes(op: Operator) -> str | None:
    """The axes are an int32 or int64 constant of dimensions of the input."""
    axes, rank = integers(op.input(1)), len(op.input().shape)
    if axes is None:
        state = op.input(1).dtype if op.input(1).is_constant else "computed by the model"
        return f"tensor {op.input(1).name!r} is {state}"
    return None if all(-rank <= axis < rank for axis in axes) or rank == 0 else f"{list(axes)} of {rank} dimensions"


@after(reduction_operands, constant_axes)
def shapes(op: Operator) -> str | None:
    """The output has the dimensions that are kept (and those of 1, where keep_dims is set)."""
    reduced, shape = reduced_axes(op), op.input().shape
    kept = [size for k, size in enumerate(shape) if k not in reduced and size != 1]
    same = kept == [size for size in op.output.shape if size != 1]
    return None if same else f"{shapes_text(shape, op.output.shape)}, axes {sorted(reduced)}"


def alternations(most: int) -> Constraint:
    """The rule that a kernel of `most` dimensions suffices."""

    @after(reduction_operands, constant_axes)
    def rule(op: Operator) -> str | None:
        count = len(loops(op))
        return None if count <= most else f"{count} times in the shape {list(op.input().shape)}"

    rule.__doc__ = f"Reduced and kept dimensions alternate at most {most} times."
    return rule


def reduced_axes(op: Operator) -> frozenset[int]:
    """The axes, from 0 on; an axis may be named twice. A scalar has none, whatever is named."""
    rank = len(op.input().shape)
    return frozenset(axis % rank for axis in integers(op.input(1)) or () if rank)


def terms_of(op: Operator) -> int:
    """How many elements of the input make one of the output."""
    return prod(op.input().shape[axis] for axis in reduced_axes(op))


class Reduced(NamedTuple):
    """A dimension of the input, and 1 where it is reduced."""

    size: int
    reduced: int


def loops(op: Operator) -> list[Reduced]:
    """The dimensions, outermost first, without those of 1, neighbours of a kind joined."""
    axes = reduced_axes(op)
    joined: list[Reduced] = []
    for k, size in enumerate(op.input().shape):
        kind = int(k in axes)
        if joined and joined[-1].reduced == kind:
            joined[-1] = Reduced(joined[-1].size * size, kind)
        elif size != 1:
            joined.append(Reduced(size, kind))
    return joined


def reduction_struct(op: Operator) -> Struct:
    """cg_reduction."""
    used = loops(op)
    kinds: dict[int, list[tuple[int, int]]] = {0: [], 1: []}
    for k, loop in enumerate(used):
        kinds[loop.reduced].append((loop.size, prod(inner.size for inner in used[k + 1 :])))
    return struct(
        "cg_reduction",
        kept_dims=in_front([size for size, _ in kinds[0]], RANK, 1),
        kept_strides=in_front([stride for _, stride in kinds[0]], RANK, 0),
        reduced_dims=in_front([size for size, _ in kinds[1]], RANK, 1),
        reduced_strides=in_front([stride for _, stride in kinds[1]], RANK, 0),
    )


reduction_rules: tuple[Constraint, ...] = (reduction_operands, constant_axes, shapes)


# ------------------------------------------------------------------------------------------------- a single axis
def constant_axis(given: Constraint) -> Constraint:
    """The rule that input 1 is one constant axis."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """The axis is an int32 or int64 constant, a dimension of the input."""
        axes, rank = integers(op.input(1)), len(op.input().shape)
        if axes is None:
            state = op.input(1).dtype if op.input(1).is_constant else "computed by the model"
            return f"tensor {op.input(1).name!r} is {state}"
        return None if len(axes) == 1 and -rank <= axes[0] < rank else f"{list(axes)} of {rank} dimensions"

    return rule


class AroundAxis(NamedTuple):
    """A tensor as outer x size x inner elements around one axis."""

    outer: int
    size: int
    inner: int


def around_axis(op: Operator) -> AroundAxis:
    """Input 0 around the axis of input 1, which `constant_axis` accepted."""
    shape: Sequence[int] = op.input().shape
    (axis,) = integers(op.input(1)) or (0,)
    axis %= len(shape)
    return AroundAxis(prod(shape[:axis]), shape[axis], prod(shape[axis + 1 :]))
