"""GATHER of any type along any axis, with batch dimensions.

Source: Gather of TFLite Micro's gather.cc; bytes are not changed. A position outside of the axis is taken as the
nearest that is inside, where TFLite Micro reads what lies there.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ._copies import indices_of, integer_option, item_bytes, output_shape, same_type
from ._rules import after, operands
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_indices = indices_of(1, "positions are", _operands)


class Dimensions(NamedTuple):
    """The axis and the number of batch dimensions, both from 0 on."""

    axis: int
    batches: int


def dimensions(op: Operator) -> Dimensions:
    axis, batches = integer_option(op, "axis"), integer_option(op, "batch_dims")
    return Dimensions(
        axis + (len(op.input().shape) if axis < 0 else 0), batches + (len(op.input(1).shape) if batches < 0 else 0)
    )


@after(_operands)
def axes(op: Operator) -> str | None:
    """The axis is a dimension of the input, batch dimensions come before it and are those of the positions too."""
    x, positions, (axis, batches) = op.input().shape, op.input(1).shape, dimensions(op)
    well = 0 <= axis < len(x) and 0 <= batches <= min(axis, len(positions))
    found = f"axis {axis}, {batches} batch dimensions, {list(x)} and {list(positions)}"
    return None if well and x[:batches] == positions[:batches] else found


def wanted(op: Operator) -> tuple[int, ...]:
    x, positions, (axis, batches) = op.input().shape, op.input(1).shape, dimensions(op)
    return (*x[:axis], *positions[batches:], *x[axis + 1 :])


_shape = output_shape("The output has the input's shape with the positions in place of the axis.", wanted, axes)


class NativeGather(WholeKernel):
    """cg_gather."""

    provider = "native"
    name = "cg_gather"

    def whole(self, op: Operator) -> Call:
        x, positions, (axis, batches) = op.input(), op.input(1), dimensions(op)
        params = struct(
            "cg_gather_params",
            batches=prod(x.shape[:batches]),
            outer=prod(x.shape[batches:axis]),
            axis=x.shape[axis],
            positions=prod(positions.shape[batches:]),
            slice_bytes=prod(x.shape[axis + 1 :]) * item_bytes(x),
            index_bytes=item_bytes(positions),
        )
        return native_call(
            self.name,
            params=params,
            input=Address(x),
            indices=Address(positions),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("GATHER",),
    constraints=(_operands, same_type(_operands), _indices, axes, _shape),
    kernels=(NativeGather(),),
    hint="export the model with fixed shapes",
)
