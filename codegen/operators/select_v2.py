"""SELECT_V2: x where the condition holds, else y; all three are broadcast to each other. SELECT, which TFLite Micro
lacks, broadcasts nothing, but its condition may be one value for each position of the first dimension.

Only bytes are copied, so all types are alike; as in TFLite Micro, the quantizations are not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..graph import ITEM_BITS
from ._broadcast import RANK
from ._rules import after, operands, shapes_text, types_of
from ._shapes import broadcast_shape, broadcast_strides, in_front
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(3)


@after(_operands)
def types(op: Operator) -> str | None:
    """The condition is bool; x, y and the output have the same type, of whole bytes."""
    condition, x, y = (op.input(k).dtype for k in range(3))
    well = condition == "bool" and x == y == op.output.dtype and ITEM_BITS.get(x, 0) >= 8
    return None if well else types_of(op)


def _shapes(op: Operator) -> tuple[tuple[int, ...], ...]:
    """Of condition, x and y, in which they are broadcast."""
    condition, x, y = (op.input(k).shape for k in range(3))
    if op.type == "SELECT" and len(condition) == 1:
        condition = (*condition, *(1,) * (len(x) - 1))
    return condition, x, y


@after(_operands)
def shapes(op: Operator) -> str | None:
    """The output has the shape of the inputs, broadcast to each other (all of one element: any shape).
    SELECT: x, y and output have one shape, and so has the condition, or it is one value (for each of dimension 0)."""
    condition, x, y = (op.input(k) for k in range(3))
    of_condition, of_x, of_y = _shapes(op)
    both = broadcast_shape(of_x, of_y)
    wanted = None if both is None else broadcast_shape(of_condition, both)
    if op.type == "SELECT" and not (of_x == of_y and condition.shape in {of_x, (), of_x[:1]}):
        wanted = None
    elif {condition.size, x.size, y.size, op.output.size} == {1}:
        return None
    if wanted == op.output.shape:
        return None
    return shapes_text(condition.shape, x.shape, y.shape, op.output.shape)


@after(_operands, shapes)
def rank(op: Operator) -> str | None:
    """The shapes have at most 6 dimensions, neighbours that are repeated alike counted as one."""
    loops = broadcast_strides(*_shapes(op))
    return None if len(loops) <= RANK else f"{len(loops)} dimensions"


class Native(WholeKernel):
    """cg_select."""

    provider = "native"
    name = "cg_select"

    def whole(self, op: Operator) -> Call:
        loops = broadcast_strides(*_shapes(op))
        sizes, of_condition, of_x, of_y = zip(*loops, strict=True)
        params = struct(
            "cg_select_params",
            dims=in_front(sizes, RANK, 1),
            condition_strides=in_front(of_condition, RANK, 0),
            x_strides=in_front(of_x, RANK, 0),
            y_strides=in_front(of_y, RANK, 0),
            element_bytes=ITEM_BITS[op.output.dtype] // 8,
        )
        return native_call(
            self.name,
            params=params,
            condition=Address(op.input(0)),
            x=Address(op.input(1)),
            y=Address(op.input(2)),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("SELECT_V2", "SELECT"),
    constraints=(_operands, types, shapes, rank),
    kernels=(Native(),),
)
