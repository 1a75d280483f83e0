"""ARG_MAX and ARG_MIN: the first position of the greatest or least value along one axis.

Arithmetic: reference_ops::ArgMinMax of TFLite Micro, which has positions of int32 alone; LiteRT has int64 too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import item_bytes
from ._reduce import around_axis, constant_axis
from ._rules import after, operands, shapes_text, types
from ._shapes import integers
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_types = types(
    "The input is int8 or float32, the output int32 or int64.",
    frozenset(f"{x}/{y}" for x in ("int8", "float32") for y in ("int32", "int64")),
    _operands,
)
_axis = constant_axis(_operands)


@after(_operands, _axis)
def shapes(op: Operator) -> str | None:
    """The output has the dimensions of the input but for the axis."""
    shape = op.input().shape
    (axis,) = integers(op.input(1)) or (0,)
    axis %= len(shape)
    well = (*shape[:axis], *shape[axis + 1 :]) == op.output.shape
    return None if well else f"{shapes_text(shape, op.output.shape)}, axis {axis}"


class Native(WholeKernel):
    """cg_arg_max_s8 and so on."""

    provider = "native"

    def __init__(self, type_: str, dtype: str, suffix: str) -> None:
        self.type = type_
        self.dtype = dtype
        self.name = f"cg_{type_.lower()}_{suffix}"

    def fits(self, op: Operator) -> bool:
        return (op.type, op.input().dtype) == (self.type, self.dtype)

    def whole(self, op: Operator) -> Call:
        outer, size, inner = around_axis(op)
        return native_call(
            self.name,
            outer=outer,
            size=size,
            inner=inner,
            input=Address(op.input()),
            index_bytes=item_bytes(op.output),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("ARG_MAX", "ARG_MIN"),
    constraints=(_operands, _types, _axis, shapes),
    kernels=tuple(
        Native(type_, dtype, suffix)
        for type_ in ("ARG_MAX", "ARG_MIN")
        for dtype, suffix in (("int8", "s8"), ("float32", "f32"))
    ),
    hint="convert the model again with int32 or int64 positions",
)
