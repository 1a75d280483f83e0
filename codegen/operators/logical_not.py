"""LOGICAL_NOT of a bool tensor.

Arithmetic: LogicalNotEval of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import operands, same_shape, types
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(1)
_types = types("Input and output are bool.", frozenset({"bool/bool"}), _operands)


class Native(WholeKernel):
    """cg_logical_not."""

    provider = "native"
    name = "cg_logical_not"

    def whole(self, op: Operator) -> Call:
        output = Address(op.output, writable=True)
        return native_call(self.name, input=Address(op.input()), count=op.output.size, output=output)


FAMILY = Family(
    names=("LOGICAL_NOT",),
    constraints=(_operands, _types, same_shape(_operands)),
    kernels=(Native(),),
)
