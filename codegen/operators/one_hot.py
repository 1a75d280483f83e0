"""ONE_HOT of any type: one value where a number names the position of a new dimension, another elsewhere.

TFLite Micro lacks it; source: OneHotCompute of LiteRT. A number outside of the dimension names no position.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from ._copies import constant, constants, indices_of, integer_option, item_bytes, output_shape, same_type
from ._rules import after, operands
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(4)
_depth = constant(1, "depth is", _operands, lambda _op: 1)


def _axis(op: Operator) -> int:
    axis = integer_option(op, "axis")
    return axis + len(op.input().shape) + 1 if axis < 0 else axis


@after(_operands)
def axis(op: Operator) -> str | None:
    """The axis is a dimension of the output, which has one more than the input."""
    return None if 0 <= _axis(op) <= len(op.input().shape) else f"axis {op.option('axis', 0)}"


@after(_operands)
def values(op: Operator) -> str | None:
    """The values for on and off are of one type, and one element each."""
    on, off = op.input(2), op.input(3)
    well = on.dtype == off.dtype and on.size == off.size == 1
    return None if well else f"{on.dtype} {list(on.shape)} and {off.dtype} {list(off.shape)}"


def wanted(op: Operator) -> tuple[int, ...]:
    shape, place = op.input().shape, _axis(op)
    return (*shape[:place], *constants(op, 1), *shape[place:])


_shape = output_shape("The output has the input's shape with the depth at the axis.", wanted, _depth, axis)


class NativeOneHot(WholeKernel):
    """cg_one_hot."""

    provider = "native"
    name = "cg_one_hot"

    def whole(self, op: Operator) -> Call:
        indices, place = op.input(), _axis(op)
        params = struct(
            "cg_one_hot_params",
            outer=prod(indices.shape[:place]),
            depth=constants(op, 1)[0],
            inner=prod(indices.shape[place:]),
            index_bytes=item_bytes(indices),
            element_bytes=item_bytes(op.output),
        )
        return native_call(
            self.name,
            params=params,
            indices=Address(indices),
            on=Address(op.input(2)),
            off=Address(op.input(3)),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("ONE_HOT",),
    constraints=(
        _operands,
        same_type(_operands, 2),
        values,
        indices_of(0, "numbers are", _operands),
        _depth,
        axis,
        _shape,
    ),
    kernels=(NativeOneHot(),),
    hint="export the model with a fixed depth",
)
