"""Shapes in the form that kernels take them: a fixed count of dimensions, as few of them as possible used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph import Tensor


def in_front(values: Sequence[int], count: int, fill: int) -> tuple[int, ...]:
    """`values` with `fill` in front, `count` in all.

    >>> in_front((3, 4), 4, 1)
    (1, 1, 3, 4)
    """
    return (*[fill] * (count - len(values)), *values)


def integers(tensor: Tensor | None) -> tuple[int, ...] | None:
    """The elements of a constant int32 or int64 tensor; None for any other."""
    if tensor is None or tensor.data is None or tensor.dtype not in ("int32", "int64"):
        return None
    return tuple(int(value) for value in tensor.data.reshape(-1))


class Broadcast(NamedTuple):
    """A dimension of an output, and the elements from one position to the next along it in each input."""

    size: int
    stride1: int
    stride2: int


def broadcast_shape(shape1: Sequence[int], shape2: Sequence[int]) -> tuple[int, ...] | None:
    """The shape of two tensors broadcast to each other, None where they do not fit.

    >>> broadcast_shape((3, 1), (4,)), broadcast_shape((3,), (4,))
    ((3, 4), None)
    """
    rank = max(len(shape1), len(shape2))
    pairs = list(zip(in_front(shape1, rank, 1), in_front(shape2, rank, 1), strict=True))
    fits = all(a == b or 1 in (a, b) for a, b in pairs)
    return tuple(b if a == 1 else a for a, b in pairs) if fits else None


def broadcast_strides(*shapes: Sequence[int]) -> list[tuple[int, ...]]:
    """The loops of a broadcast, outermost first, as (size, elements from one position to the next in each tensor):
    without dimensions of 1, neighbours joined where every tensor goes on or stays in both. At least one loop.

    >>> broadcast_strides((2, 3, 4), (4,), ())
    [(6, 4, 0, 0), (4, 1, 1, 0)]
    """
    rank = max(map(len, shapes))
    loops: list[tuple[int, ...]] = []
    steps = [1] * len(shapes)
    for sizes in reversed(list(zip(*(in_front(shape, rank, 1) for shape in shapes), strict=True))):
        if set(sizes) == {1}:
            continue
        strides = [step if size > 1 else 0 for step, size in zip(steps, sizes, strict=True)]
        steps = [step * size for step, size in zip(steps, sizes, strict=True)]
        inner = loops[-1] if loops else None
        if inner and strides == [stride * inner[0] for stride in inner[1:]]:
            loops[-1] = (inner[0] * max(sizes), *inner[1:])
        else:
            loops.append((max(sizes), *strides))
    return loops[::-1] or [(1, *[1] * len(shapes))]


def broadcast_loops(shape1: Sequence[int], shape2: Sequence[int]) -> list[Broadcast]:
    """`broadcast_strides` of two tensors.

    >>> broadcast_loops((2, 3, 4), (4,))
    [Broadcast(size=6, stride1=4, stride2=0), Broadcast(size=4, stride1=1, stride2=1)]
    """
    return [Broadcast(*loop) for loop in broadcast_strides(shape1, shape2)]
