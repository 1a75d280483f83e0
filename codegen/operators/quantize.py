"""QUANTIZE: float32 to int8, and int8 to int8 of another scale and zero point.

Arithmetic: reference_ops::AffineQuantize and reference_ops::Requantize of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._fixed_point import requantized
from ._lookup import Lookup
from ._rules import after, operands, quantized, same_shape, types
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator

_operands = operands(1)
_types = types("The input is float32 or int8, the output int8.", frozenset({"float32/int8", "int8/int8"}), _operands)
_quantized = quantized(_types)


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The scale of an int8 input is less than 2^31 times the output scale."""
    x, y = op.input(), op.output
    return None if x.dtype != "int8" or x.scale < y.scale * 2.0**31 else f"{x.scale:g} and {y.scale:g}"


class FromFloat(WholeKernel):
    """cg_quantize_f32_s8."""

    provider = "native"
    name = "cg_quantize_f32_s8"

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == "float32"

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            input=Address(op.input()),
            count=op.output.size,
            scale=op.output.scale,
            zero_point=op.output.zero_point,
            output=Address(op.output, writable=True),
        )


class FromInt8(Lookup):
    """cg_lookup_s8 with the table of the requantization."""

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == "int8"


def requantization(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    multiplier, shift = quantize_multiplier(x.scale / y.scale)

    def result(q: int) -> int:
        return max(-128, min(requantized(q - x.zero_point, multiplier, shift) + y.zero_point, 127))

    return result


FAMILY = Family(
    names=("QUANTIZE",),
    constraints=(_operands, _types, _quantized, same_shape(_operands), scale_ratio),
    kernels=(FromFloat(), FromInt8(requantization)),
    hint="convert the model with int8 inputs and outputs",
)
