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


def broadcast_loops(shape1: Sequence[int], shape2: Sequence[int]) -> list[Broadcast]:
    """The loops of a broadcast, outermost first: without dimensions of 1, neighbours joined where both inputs
    go on or both stay. At least one loop.

    >>> broadcast_loops((2, 3, 4), (4,))
    [Broadcast(size=6, stride1=4, stride2=0), Broadcast(size=4, stride1=1, stride2=1)]
    """
    rank = max(len(shape1), len(shape2))
    loops: list[Broadcast] = []
    step1 = step2 = 1
    for a, b in reversed(list(zip(in_front(shape1, rank, 1), in_front(shape2, rank, 1), strict=True))):
        if a == b == 1:
            continue
        loop = Broadcast(max(a, b), step1 if a > 1 else 0, step2 if b > 1 else 0)
        step1, step2 = step1 * a, step2 * b
        inner = loops[-1] if loops else None
        if inner and loop[1:] == (inner.stride1 * inner.size, inner.stride2 * inner.size):
            loops[-1] = inner._replace(size=inner.size * loop.size)
        else:
            loops.append(loop)
    return loops[::-1] or [Broadcast(1, 1, 1)]
