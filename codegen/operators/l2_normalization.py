"""L2_NORMALIZATION over the innermost dimension: float32, and int8 to int8 of scale 1/128.

Arithmetic: reference_ops::L2Normalization and reference_integer_ops::L2Normalization of TFLite Micro, which computes
as if the output's quantization were 1/128 and 0, whatever it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import after, quantized, same_shape
from ._unary import one_operand, unary_types
from .family import Address, Call, Family, native_call
from .log_softmax import Rows
from .softmax import rows

if TYPE_CHECKING:
    from ..graph import Operator

MOST_ELEMENTS = 33025
"""Elements of a row whose squares, of at most 255, always add up to 31 bits."""

_types = unary_types("Input and output are float32 or int8.", "float32", "int8")
_quantized = quantized(_types)


def no_activation(op: Operator) -> str | None:
    """No activation is fused."""
    activation = op.option("fused_activation_function", "NONE")
    return None if activation == "NONE" else str(activation)


@after(_types)
def row_size(op: Operator) -> str | None:
    """Rows (the innermost dimension) have at least 1 element, of int8 at most 33025, so that their squares fit 32
    bits."""
    x = op.input()
    most = MOST_ELEMENTS if x.dtype == "int8" else (1 << 31) - 1
    return None if x.shape and 1 <= x.shape[-1] <= most else f"shape {list(x.shape)}"


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """An int8 output has scale 1/128 and zero point 0."""
    y = op.output
    fits = y.dtype != "int8" or (y.scale, y.zero_point) == (1 / 128, 0)
    return None if fits else f"scale {y.scale:g}, zero point {y.zero_point}"


class NativeS8(Rows):
    """cg_l2_normalization_s8."""

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            rows=rows(op),
            row_size=op.input().shape[-1],
            input_offset=-op.input().zero_point,
            input=Address(op.input()),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("L2_NORMALIZATION",),
    constraints=(one_operand, _types, _quantized, same_shape(one_operand), row_size, output_scale, no_activation),
    kernels=(NativeS8("int8", "cg_l2_normalization_s8"), Rows("float32", "cg_l2_normalization_f32")),
    hint="convert the model again with int8 or float32 tensors",
)
