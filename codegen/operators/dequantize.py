"""DEQUANTIZE: int8 to float32.

Arithmetic: reference_ops::Dequantize of TFLite Micro; the results are equal, not only close.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import operands, quantized, same_shape, types
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(1)
_types = types("The input is int8, the output float32.", frozenset({"int8/float32"}), _operands)


class ToFloat(WholeKernel):
    """cg_dequantize_s8_f32."""

    provider = "native"
    name = "cg_dequantize_s8_f32"

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            input=Address(op.input()),
            count=op.output.size,
            scale=op.input().scale,
            zero_point=op.input().zero_point,
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("DEQUANTIZE",),
    constraints=(_operands, _types, quantized(_types), same_shape(_operands)),
    kernels=(ToFloat(),),
    hint="convert the model with int8 inputs and outputs",
)
