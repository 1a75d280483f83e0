"""SHAPE of any tensor, as int32 or int64: a constant, for shapes are static.

Source: ExtractShape of TFLite Micro's shape.cc (int32 only; int64 as in TFLite).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._rules import after, operands, shapes_text
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(1)


@after(_operands)
def integer(op: Operator) -> str | None:
    """The output is int32 or int64."""
    return None if op.output.dtype in ("int32", "int64") else op.output.dtype


@after(_operands)
def rank(op: Operator) -> str | None:
    """The output has a number for each dimension of the input."""
    x, y = op.input().shape, op.output.shape
    return None if y == (len(x),) else shapes_text(x, y)


class NativeShape(WholeKernel):
    """cg_copy_strided of the numbers."""

    provider = "native"
    name = "cg_copy_strided"

    def whole(self, op: Operator) -> Call:
        count = op.output.bytes
        return native_call(
            self.name,
            input=Table("shape", read_only(np.array(op.input().shape, op.output.dtype))),
            input_pitch=count,
            rows=1,
            row_bytes=count,
            output=Address(op.output, writable=True),
            output_pitch=count,
        )


FAMILY = Family(
    names=("SHAPE",),
    constraints=(_operands, integer, rank),
    kernels=(NativeShape(),),
    hint="export the model with fixed shapes",
)
