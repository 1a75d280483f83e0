"""SLICE of any type. The output's shape says how much is copied; where it begins may be computed.

Source: reference_ops::Slice of TFLite Micro; bytes are not changed. A computed begin that leads out of the input is
taken as the nearest that does not, where TFLite Micro reads what lies there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import (
    RANK,
    Copy,
    CopyKernel,
    Loop,
    constant,
    constants,
    copy_parameters,
    indices_of,
    input_rank,
    item_bytes,
    output_shape,
    same_type,
    strides,
)
from ._rules import after, operands
from ._shapes import integers
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from .family import Struct

_operands = operands(3)
_begin = indices_of(1, "begin is", _operands)
_size = constant(2, "size is", _operands, input_rank)


@after(_begin, _size)
def rank(op: Operator) -> str | None:
    """There are at most 8 dimensions, and a begin for each."""
    given, dimensions = op.input(1).size, input_rank(op)
    return None if given == dimensions <= RANK else f"{given} for {dimensions} dimensions"


def wanted(op: Operator) -> tuple[int, ...] | None:
    """The size, -1 meaning to the end of the input; None where that is not known before the model runs."""
    sizes, begin = constants(op, 2), integers(op.input(1))
    if begin is None:
        return None if -1 in sizes else sizes
    both = zip(op.input().shape, begin, sizes, strict=True)
    return tuple(end - first if size == -1 else size for end, first, size in both)


_shape = output_shape("The output has the size that the operator is given (-1: to the end).", wanted, rank)


@after(_shape)
def inside(op: Operator) -> str | None:
    """The slice lies inside the input."""
    x, y, begin = op.input().shape, op.output.shape, integers(op.input(1)) or (0,) * input_rank(op)
    lies = all(0 <= first <= first + part <= size for first, part, size in zip(begin, y, x, strict=True))
    return None if lies else f"{list(y)} from {list(begin)} on in {list(x)}"


def loops(op: Operator) -> list[Loop]:
    both = zip(op.output.shape, strides(op.input().shape), strides(op.output.shape), strict=True)
    return [Loop(*numbers) for numbers in both]


def copy(op: Operator) -> Copy:
    steps = strides(op.input().shape)
    return Copy(loops(op), sum(first * step for first, step in zip(constants(op, 1), steps, strict=True)))


def copy_at_parameters(box: Tensor, whole: Tensor, starts: Tensor, loops: list[Loop], *, moves_output: bool) -> Struct:
    """The fields of cg_copy_at_params for a box inside of `whole`."""
    item, rank = item_bytes(whole), len(whole.shape)
    limits = [size - part for size, part in zip(whole.shape, box.shape, strict=True)]
    fill = (0,) * (RANK - rank)
    return struct(
        "cg_copy_at_params",
        copy=copy_parameters(loops, item),
        strides=(*[step * item for step in strides(whole.shape)], *fill),
        limits=(*limits, *fill),
        rank=rank,
        index_bytes=item_bytes(starts),
        moves_output=int(moves_output),
    )


class FromConstant(CopyKernel):
    """cg_copy_nd from a constant begin."""

    def fits(self, op: Operator) -> bool:
        return op.input(1).is_constant


class FromComputed(WholeKernel):
    """cg_copy_at from a computed begin."""

    provider = "native"
    name = "cg_copy_at"

    def fits(self, op: Operator) -> bool:
        return not op.input(1).is_constant

    def whole(self, op: Operator) -> Call:
        x, begin, y = op.input(), op.input(1), op.output
        return native_call(
            self.name,
            params=copy_at_parameters(y, x, begin, loops(op), moves_output=False),
            starts=Address(begin),
            input=Address(x),
            output=Address(y, writable=True),
        )


FAMILY = Family(
    names=("SLICE",),
    constraints=(_operands, same_type(_operands), _begin, _size, rank, _shape, inside),
    kernels=(FromConstant(copy), FromComputed()),
    hint="export the model with a fixed slice size",
)
