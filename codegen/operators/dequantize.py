"""DEQUANTIZE: int8, uint8 and int16 to float32.

Arithmetic: reference_ops::Dequantize of TFLite Micro; the results are equal, not only close.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import operands, quantized, same_shape, types
from ._whole import WholeKernel
from .access import elementwise
from .cast import NAMES
from .family import Address, Call, Family

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band

_operands = operands(1)
_types = types(
    "The input is int8, uint8 or int16, the output float32.",
    frozenset(f"{dtype}/float32" for dtype in ("int8", "uint8", "int16")),
    _operands,
)


class ToFloat(WholeKernel):
    """cg_dequantize_s8_f32, and the functions of cg_dequantize_elements.h."""

    provider = "native"
    name = "cg_dequantize"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        x = op.input()
        function = f"{self.name}_{NAMES[x.dtype]}_f32"
        arguments = (
            ("input", Address(x)),
            ("count", op.output.size),
            ("scale", x.scale),
            ("zero_point", x.zero_point),
            ("output", Address(op.output, writable=True)),
        )
        return Call(function, arguments, f"{function}.h" if x.dtype == "int8" else "cg_dequantize_elements.h")


FAMILY = Family(
    names=("DEQUANTIZE",),
    constraints=(_operands, _types, quantized(_types), same_shape(_operands)),
    kernels=(ToFloat(),),
    hint="convert the model with int8 inputs and outputs",
)
