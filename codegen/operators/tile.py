"""TILE of any type. TFLite Micro lacks it: the results are those of LiteRT. Bytes are not changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import (
    RANK,
    Copy,
    CopyKernel,
    Loop,
    constant,
    constants,
    input_rank,
    joined,
    output_shape,
    same_type,
    strides,
)
from ._rules import after, operands
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_constant = constant(1, "multiples are", _operands, input_rank)


def wanted(op: Operator) -> tuple[int, ...]:
    return tuple(size * times for size, times in zip(op.input().shape, constants(op, 1), strict=True))


_shape = output_shape("The output has the input's shape times the multiples.", wanted, _constant)


def loops(op: Operator) -> list[Loop]:
    """Each dimension twice: its repetitions, then its positions."""
    shape, times = op.input().shape, constants(op, 1)
    both = zip(shape, times, strides(shape), strides(op.output.shape), strict=True)
    return [loop for size, count, step, out in both for loop in (Loop(count, 0, size * out), Loop(size, step, out))]


@after(_constant, _shape)
def rank(op: Operator) -> str | None:
    """There are at most 8 loops over repeated dimensions and those between them."""
    count = len(joined(loops(op)))
    return None if count <= RANK else f"{count} loops for the multiples {list(constants(op, 1))}"


FAMILY = Family(
    names=("TILE",),
    constraints=(_operands, same_type(_operands), _constant, _shape, rank),
    kernels=(CopyKernel(lambda op: Copy(loops(op))),),
    hint="export the model with fixed multiples",
)
