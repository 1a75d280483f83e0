"""RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another shape.

The output's shape in the file counts, as in TFLite Micro; the shape or axis operand is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..graph import ITEM_BITS
from ._copy import NativeCopy
from ._rules import after, operands, shapes_text, types_of
from ._whole import WholeKernel
from .family import Address, Call, Family, cmsis_nn_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(1, 2)


@after(_operands)
def same_type(op: Operator) -> str | None:
    """Input and output have the same type, of a known size."""
    same = op.input().dtype == op.output.dtype and op.output.dtype in ITEM_BITS
    return None if same else f"{op.input().dtype} and {op.output.dtype}"


@after(_operands)
def same_size(op: Operator) -> str | None:
    """Input and output have the same number of elements."""
    agree = op.input().size == op.output.size
    return None if agree else f"shapes {shapes_text(op.input().shape, op.output.shape)}"


@after(_operands)
def known_shape(op: Operator) -> str | None:
    """The new shape or the axis, where it is an input, is a constant."""
    shape = op.optional_input(1)
    return None if shape is None or shape.is_constant else f"tensor {shape.name!r} is computed by the model"


class CmsisNnCopy(WholeKernel):
    """arm_reshape_s8, where input and output cannot share memory."""

    provider = "cmsis-nn"
    name = "arm_reshape_s8"

    def fits(self, op: Operator) -> bool:
        return types_of(op).startswith("int8/")

    def whole(self, op: Operator) -> Call:
        return cmsis_nn_call(
            self.name,
            returns_status=False,
            input=Address(op.input()),
            output=Address(op.output, writable=True),
            total_size=op.output.bytes,
        )


FAMILY = Family(
    names=("RESHAPE", "SQUEEZE", "EXPAND_DIMS"),
    constraints=(_operands, same_type, same_size, known_shape),
    kernels=(CmsisNnCopy(), NativeCopy()),
    is_view=True,
    hint="export the model with fixed input shapes",
)
