"""ZEROS_LIKE of any type: the number 0, whatever the zero point, as in TFLite Micro.

Source: resetZeros of TFLite Micro's zeros_like.cc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._copies import same_type
from ._rules import operands, same_shape
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(1)


class NativeZeros(WholeKernel):
    """cg_fill_elements with bytes of 0."""

    provider = "native"
    name = "cg_fill_elements"

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            value=Table("zero", read_only(np.zeros(1, np.int8))),
            element_bytes=1,
            count=op.output.bytes,
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("ZEROS_LIKE",),
    constraints=(_operands, same_type(_operands), same_shape(_operands)),
    kernels=(NativeZeros(),),
    hint="export the model with fixed shapes",
)
