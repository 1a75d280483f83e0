"""SCATTER_ND: zeros, to which slices are added at computed positions. TFLite Micro lacks it: the results are LiteRT's.

A position outside of the output is left out, where LiteRT stops with an error.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from ._copies import RANK, constant, constants, output_shape, same_type, strides
from ._rules import after, operands, shapes_text
from ._whole import WholeKernel
from .cast import NAMES
from .family import Address, Call, Family, struct

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(3)
_constant = constant(2, "shape is", _operands)
_shape = output_shape(
    "The output has the shape that the operator is given.", lambda op: constants(op, 2), _constant, position=1
)
UPDATED = frozenset(NAMES) - {"uint32"}


@after(_operands)
def types(op: Operator) -> str | None:
    """Positions are int32; updates are int8, uint8, int16, int32, int64, float32 or bool."""
    both = op.input().dtype, op.input(1).dtype
    return None if both[0] == "int32" and both[1] in UPDATED else " and ".join(both)


@after(_operands)
def shapes(op: Operator) -> str | None:
    """A position, innermost, has a number for each of the output's first dimensions; updates have a slice for each."""
    positions, updates, y = op.input().shape, op.input(1).shape, op.output.shape
    well = positions and positions[-1] <= len(y) <= RANK and updates == (*positions[:-1], *y[positions[-1] :])
    return None if well else shapes_text(positions, updates, y)


class NativeScatter(WholeKernel):
    """The function of cg_scatter_nd.h for a type."""

    provider = "native"
    name = "cg_scatter_nd"

    def whole(self, op: Operator) -> Call:
        positions, y = op.input(), op.output
        depth = positions.shape[-1]
        fill = (0,) * (RANK - depth)
        params = struct(
            "cg_scatter_nd_params",
            dims=(*y.shape[:depth], *fill),
            strides=(*strides(y.shape)[:depth], *fill),
            slices=prod(positions.shape[:-1]),
            depth=depth,
            slice_size=prod(y.shape[depth:]),
            size=y.size,
        )
        arguments = (
            ("params", params),
            ("indices", Address(positions)),
            ("updates", Address(op.input(1))),
            ("output", Address(y, writable=True)),
        )
        return Call(f"{self.name}_{NAMES[y.dtype]}", arguments, f"{self.name}.h")


FAMILY = Family(
    names=("SCATTER_ND",),
    constraints=(_operands, types, same_type(_operands, 1), _constant, _shape, shapes),
    kernels=(NativeScatter(),),
    hint="export the model with fixed shapes",
)
