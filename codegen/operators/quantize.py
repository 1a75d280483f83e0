"""QUANTIZE: float32 to int8 and int16, and integers to integers of another type, scale and zero point.

Arithmetic: reference_ops::AffineQuantize and reference_ops::Requantize of TFLite Micro. Of integers TFLite Micro takes
int8 to int8, int16, int32 and uint8; int16 to int8, int16 and int32; int32 to int8 and int16; uint8 to int8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import INTEGER_RANGE, quantize_multiplier
from ._fixed_point import requantized
from ._lookup import Lookup
from ._rules import after, operands, quantized, same_shape, types
from ._whole import WholeKernel, element_rows
from .access import elementwise
from .cast import NAMES
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band

PAIRS = (
    ("float32", ("int8", "int16")),
    ("int8", ("int8", "int16", "int32", "uint8")),
    ("int16", ("int8", "int16", "int32")),
    ("int32", ("int8", "int16")),
    ("uint8", ("int8",)),
)
"""What TFLite Micro takes: from, to."""

_operands = operands(1)
_types = types(
    "float32 becomes int8 or int16; int8 becomes int8, int16, int32 or uint8; int16 becomes int8, int16 or int32; "
    "int32 becomes int8 or int16; uint8 becomes int8.",
    frozenset(f"{x}/{y}" for x, outputs in PAIRS for y in outputs),
    _operands,
)
_quantized = quantized(_types, frozenset({*INTEGER_RANGE, "int32"}))


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The scale of an integer input is less than 2^31 times the output scale."""
    x, y = op.input(), op.output
    return None if x.dtype == "float32" or x.scale < y.scale * 2.0**31 else f"{x.scale:g} and {y.scale:g}"


class FromFloat(WholeKernel):
    """cg_quantize_f32_s8 or _s16."""

    provider = "native"
    name = "cg_quantize_f32"

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == "float32"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        return native_call(
            f"{self.name}_{NAMES[op.output.dtype]}",
            input=Address(op.input()),
            count=op.output.size,
            scale=op.output.scale,
            zero_point=op.output.zero_point,
            output=Address(op.output, writable=True),
        )


class FromInt8(Lookup):
    """cg_lookup_s8 with the table of the requantization."""

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == op.output.dtype == "int8"


class FromInteger(WholeKernel):
    """The function of cg_requantize_elements.h for two types."""

    provider = "native"
    name = "cg_requantize"

    def fits(self, op: Operator) -> bool:
        return op.input().dtype != "float32" and not op.input().dtype == op.output.dtype == "int8"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        x, y = op.input(), op.output
        multiplier, shift = quantize_multiplier(x.scale / y.scale)
        params = struct(
            "cg_requantize_elements_params",
            input_zero_point=x.zero_point,
            multiplier=multiplier,
            shift=shift,
            output_zero_point=y.zero_point,
        )
        arguments = (
            ("params", params),
            ("input", Address(x)),
            ("count", y.size),
            ("output", Address(y, writable=True)),
        )
        return Call(f"{self.name}_{NAMES[x.dtype]}_{NAMES[y.dtype]}", arguments, "cg_requantize_elements.h")


def requantization(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    multiplier, shift = quantize_multiplier(x.scale / y.scale)

    def result(q: int) -> int:
        return max(-128, min(requantized(q - x.zero_point, multiplier, shift) + y.zero_point, 127))

    return result


FAMILY = Family(
    names=("QUANTIZE",),
    constraints=(_operands, _types, _quantized, same_shape(_operands), scale_ratio),
    kernels=(FromFloat(), FromInt8(requantization), FromInteger()),
    spatial=element_rows,
    hint="convert the model with int8 inputs and outputs",
)
