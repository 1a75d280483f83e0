"""ADD of two tensors, broadcast to each other where their shapes differ.

Arithmetic: reference_integer_ops::Add (int8), reference_ops::Add (int16, int32, float32) of TFLite Micro. Its option
pot_scale_int16 means nothing to it. It gives int32 no fused activation, whatever the file says: neither do we.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import fused_clamp
from ._affine import AffineS8
from ._broadcast import (
    RANK,
    Elementwise,
    broadcast_rules,
    float_range,
    is_elementwise,
    same_types,
    two_operands,
)
from ._dsp.add import DspAddS8
from ._rules import fused_activation, plain_int32, quantized, types
from ._shapes import broadcast_loops, in_front
from ._sum import LEFT_SHIFTS, output_scale, sum_factors, sum_fields, sum_struct
from ._whole import WholeKernel, element_rows
from .access import elementwise
from .family import Address, Call, Family, cmsis_nn_call, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band, Struct, Value

_types = types(
    "Inputs and output are int8, int16, int32 or float32, all alike.",
    same_types("int8", "int16", "int32", "float32"),
    two_operands,
    inputs=2,
)
_quantized = quantized(_types)


def parameters(op: Operator) -> dict[str, int]:
    """The fields of cg_sum_params."""
    return sum_fields(op, LEFT_SHIFTS[op.output.dtype], sum_factors(op), fused_clamp(op))


def _native_parameters(op: Operator) -> Struct:
    return struct("cg_add_s8_params", **parameters(op))


def _params(op: Operator) -> Mapping[str, Value]:
    return {"params": sum_struct(op, LEFT_SHIFTS[op.output.dtype], sum_factors(op), fused_clamp(op))}


class CmsisNn(WholeKernel):
    """arm_elementwise_add_s8 and _s16, the same in all releases. That of int16 knows no zero points."""

    provider = "cmsis-nn"
    counts = "block_size"

    def __init__(self, dtype: str, name: str) -> None:
        self.dtype = dtype
        self.name = name

    def fits(self, op: Operator) -> bool:
        if op.output.dtype != self.dtype or not is_elementwise(op):
            return False
        zero_points = (op.input(0).zero_point, op.input(1).zero_point, op.output.zero_point)
        return self.dtype == "int8" or not any(zero_points)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def whole(self, op: Operator) -> Call:
        p = parameters(op)
        return cmsis_nn_call(
            self.name,
            input_1_vect=Address(op.input(0)),
            input_2_vect=Address(op.input(1)),
            input_1_offset=p["input1_offset"],
            input_1_mult=p["input1_multiplier"],
            input_1_shift=p["input1_shift"],
            input_2_offset=p["input2_offset"],
            input_2_mult=p["input2_multiplier"],
            input_2_shift=p["input2_shift"],
            left_shift=p["left_shift"],
            output=Address(op.output, writable=True),
            out_offset=p["output_offset"],
            out_mult=p["output_multiplier"],
            out_shift=p["output_shift"],
            out_activation_min=p["activation_min"],
            out_activation_max=p["activation_max"],
            block_size=op.output.size,
        )


class NativeS8(WholeKernel):
    """cg_add_s8."""

    provider = "native"
    name = "cg_add_s8"
    counts = "count"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int8" and is_elementwise(op)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            params=_native_parameters(op),
            input1=Address(op.input(0)),
            input2=Address(op.input(1)),
            count=op.output.size,
            output=Address(op.output, writable=True),
        )


class NativeBroadcastS8(WholeKernel):
    """cg_add_broadcast_s8."""

    provider = "native"
    name = "cg_add_broadcast_s8"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int8"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def whole(self, op: Operator) -> Call:
        loops = broadcast_loops(op.input(0).shape, op.input(1).shape)
        params = struct(
            "cg_add_broadcast_s8_params",
            add=_native_parameters(op),
            dims=in_front([loop.size for loop in loops], RANK, 1),
            input1_strides=in_front([loop.stride1 for loop in loops], RANK, 0),
            input2_strides=in_front([loop.stride2 for loop in loops], RANK, 0),
        )
        return native_call(
            self.name,
            params=params,
            input1=Address(op.input(0)),
            input2=Address(op.input(1)),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("ADD",),
    constraints=(
        *broadcast_rules,
        _types,
        _quantized,
        plain_int32(_types),
        output_scale(_types, _quantized),
        fused_activation(_quantized),
    ),
    kernels=(
        CmsisNn("int8", "arm_elementwise_add_s8"),
        CmsisNn("int16", "arm_elementwise_add_s16"),
        DspAddS8(parameters),
        AffineS8(),
        NativeS8(),
        NativeBroadcastS8(),
        Elementwise("int16", "cg_add_s16", _params),
        Elementwise("int32", "cg_add_s32"),
        Elementwise("float32", "cg_add_f32", float_range),
    ),
    spatial=element_rows,
    hint="convert the model again with one type for both operands",
)
