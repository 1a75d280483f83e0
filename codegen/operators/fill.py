"""FILL of any type: one value, constant or computed, over the whole output, whose shape in the file counts.

Source: reference_ops::Fill of TFLite Micro; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import constant, constants, item_bytes, output_shape, same_type
from ._rules import after, operands
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)
_constant = constant(0, "shape is", _operands)
_shape = output_shape(
    "The output has the shape that the operator is given.", lambda op: constants(op, 0), _constant, position=1
)


@after(_operands)
def scalar(op: Operator) -> str | None:
    """The value is one element."""
    return None if op.input(1).size == 1 else f"{op.input(1).size}"


class NativeFill(WholeKernel):
    """cg_fill_elements."""

    provider = "native"
    name = "cg_fill_elements"

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            value=Address(op.input(1)),
            element_bytes=item_bytes(op.output),
            count=op.output.size,
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("FILL",),
    constraints=(_operands, same_type(_operands, 1), _constant, _shape, scalar),
    kernels=(NativeFill(),),
    hint="export the model with fixed shapes",
)
