"""CUMSUM: sums along one axis, from either end, with or without the element itself.

Arithmetic: reference_ops::CumSum of TFLite Micro. Its int8 form begins with minus the input's zero point where one
would expect 0: so do we.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._reduce import around_axis, constant_axis
from ._rules import operands, quantized, same_shape, types
from ._sum import accumulated_factor, accumulated_scale
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Struct

_operands = operands(2)
_types = types(
    "Input and output are both int8 or both float32.", frozenset({"int8/int8", "float32/float32"}), _operands
)
_quantized = quantized(_types)
_axis = constant_axis(_operands)


def shape_struct(op: Operator) -> Struct:
    """cg_cumsum_params."""
    outer, size, inner = around_axis(op)
    return struct(
        "cg_cumsum_params",
        outer=outer,
        size=size,
        inner=inner,
        exclusive=int(bool(op.option("exclusive", False))),
        reverse=int(bool(op.option("reverse", False))),
    )


class Float(WholeKernel):
    """cg_cumsum_f32."""

    provider = "native"
    name = "cg_cumsum_f32"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "float32"

    def whole(self, op: Operator) -> Call:
        output = Address(op.output, writable=True)
        return native_call(self.name, params=shape_struct(op), input=Address(op.input()), output=output)


class Int8(WholeKernel):
    """cg_cumsum_s8."""

    provider = "native"
    name = "cg_cumsum_s8"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int8"

    def whole(self, op: Operator) -> Call:
        multiplier, shift = quantize_multiplier(accumulated_factor(op))
        params = struct(
            "cg_cumsum_s8_params",
            shape=shape_struct(op),
            input_offset=-op.input().zero_point,
            output_offset=op.output.zero_point,
            output_multiplier=multiplier,
            output_shift=shift,
        )
        output = Address(op.output, writable=True)
        return native_call(self.name, params=params, input=Address(op.input()), output=output)


FAMILY = Family(
    names=("CUMSUM",),
    constraints=(_operands, _types, _quantized, _axis, same_shape(_operands), accumulated_scale(_types, _quantized)),
    kernels=(Float(), Int8()),
    hint="convert the model again with one type for input and output",
)
