"""GATHER_ND of any type.

Source: GatherNd of TFLite Micro's gather_nd.cc; bytes are not changed. A number outside of its dimension is taken as
the nearest that is inside, where TFLite Micro stops with an error or reads another slice.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from ._copies import RANK, indices_of, item_bytes, output_shape, same_type, strides
from ._rules import after, operands, shapes_text
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_indices = indices_of(1, "positions are", _operands)


@after(_operands)
def depth(op: Operator) -> str | None:
    """A position, the innermost dimension of the positions, has a number for each of the input's first dimensions."""
    x, positions = op.input().shape, op.input(1).shape
    return None if positions and positions[-1] <= len(x) <= RANK else shapes_text(x, positions)


def wanted(op: Operator) -> tuple[int, ...]:
    x, positions = op.input().shape, op.input(1).shape
    return (*positions[:-1], *x[positions[-1] :])


_shape = output_shape("The output has a slice of the input for each position.", wanted, depth)


class NativeGatherNd(WholeKernel):
    """cg_gather_nd."""

    provider = "native"
    name = "cg_gather_nd"

    def whole(self, op: Operator) -> Call:
        x, positions = op.input(), op.input(1)
        numbers, item = positions.shape[-1], item_bytes(x)
        fill = (0,) * (RANK - numbers)
        params = struct(
            "cg_gather_nd_params",
            dims=(*x.shape[:numbers], *fill),
            strides=(*[step * item for step in strides(x.shape)[:numbers]], *fill),
            slices=prod(positions.shape[:-1]),
            depth=numbers,
            slice_bytes=prod(x.shape[numbers:]) * item,
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
    names=("GATHER_ND",),
    constraints=(_operands, same_type(_operands), _indices, depth, _shape),
    kernels=(NativeGatherNd(),),
    hint="export the model with fixed shapes",
)
