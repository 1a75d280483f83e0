"""Operators of two tensors that are broadcast to each other: their rules, and kernels that walk by cg_broadcast.h.

An operator file names one kernel for each type, `Elementwise("int8", "cg_sub_s8", parameters)`, where `parameters`
gives the arguments between the shape and the tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..arithmetic import float_clamp, int32_clamp
from ._rules import after, operands, shapes_text
from ._shapes import broadcast_shape, broadcast_strides, in_front
from ._whole import WholeKernel
from .access import elementwise
from .family import Address, Call, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band, Constraint, Struct, Value

Parameters = Callable[["Operator"], Mapping[str, "Value"]]

RANK = 6
"""Dimensions of cg_broadcast.h."""

two_operands = operands(2)


@after(two_operands)
def shapes(op: Operator) -> str | None:
    """The output has the shape of the inputs, broadcast to each other."""
    x1, x2, y = op.input(0).shape, op.input(1).shape, op.output.shape
    return None if broadcast_shape(x1, x2) == y else shapes_text(x1, x2, y)


@after(two_operands, shapes)
def rank(op: Operator) -> str | None:
    """The shapes have at most 6 dimensions, neighbours that are repeated alike counted as one."""
    loops = broadcast_strides(op.input(0).shape, op.input(1).shape)
    return None if len(loops) <= RANK else f"{len(loops)} dimensions"


broadcast_rules: tuple[Constraint, ...] = (two_operands, shapes, rank)


def is_elementwise(op: Operator) -> bool:
    """Whether neither input is repeated."""
    loops = broadcast_strides(op.input(0).shape, op.input(1).shape)
    return len(loops) == 1 and loops[0][1:] == (1, 1)


def broadcast_struct(op: Operator) -> Struct:
    """The cg_broadcast of the two inputs."""
    sizes, strides1, strides2 = zip(*broadcast_strides(op.input(0).shape, op.input(1).shape), strict=True)
    return struct(
        "cg_broadcast",
        dims=in_front(sizes, RANK, 1),
        strides1=in_front(strides1, RANK, 0),
        strides2=in_front(strides2, RANK, 0),
    )


def nothing(op: Operator) -> Mapping[str, Value]:  # noqa: ARG001
    """Kernels without parameters."""
    return {}


def float_range(op: Operator) -> Mapping[str, Value]:
    """The range of the fused activation of a float output."""
    low, high = float_clamp(op)
    return {"low": low, "high": high}


def int32_range(op: Operator) -> Mapping[str, Value]:
    """The range of the fused activation of an int32 output."""
    low, high = int32_clamp(op)
    return {"low": low, "high": high}


class Elementwise(WholeKernel):
    """The kernel for first inputs of type `dtype`, called with the shape, `parameters` and the tensors."""

    provider = "native"
    counts = "dims"

    def __init__(self, dtype: str, name: str, parameters: Parameters = nothing) -> None:
        self.dtype = dtype
        self.name = name
        self.parameters = parameters

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == self.dtype

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def whole(self, op: Operator) -> Call:
        arguments: dict[str, Value] = {
            "shape": broadcast_struct(op),
            **self.parameters(op),
            "input1": Address(op.input(0)),
            "input2": Address(op.input(1)),
            "output": Address(op.output, writable=True),
        }
        return native_call(self.name, **arguments)


def same_types(*dtypes: str) -> frozenset[str]:
    """Both inputs and the output of one type: "int8/int8/int8".

    >>> sorted(same_types("int8", "float32"))
    ['float32/float32/float32', 'int8/int8/int8']
    """
    return frozenset(f"{dtype}/{dtype}/{dtype}" for dtype in dtypes)
