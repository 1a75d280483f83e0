"""ADD of int8 tensors, broadcast to each other where their shapes differ.

Arithmetic: reference_integer_ops::Add of TFLite Micro. Its option pot_scale_int16 means nothing for int8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import fused_clamp, quantize_multiplier
from ._rules import after, fused_activation, operands, quantized, shapes_text, types
from ._shapes import broadcast_loops, broadcast_shape, in_front
from ._whole import WholeKernel
from .family import Address, Call, Family, cmsis_nn_call, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Struct

LEFT_SHIFT = 20
"""Bits that both inputs gain before they are added."""

RANK = 6
"""Dimensions of the broadcast kernel."""

_operands = operands(2)
_types = types("Inputs and output are int8.", frozenset({"int8/int8/int8"}), _operands, inputs=2)
_quantized = quantized(_types)


@after(_operands)
def shapes(op: Operator) -> str | None:
    """The output has the shape of the inputs, broadcast to each other."""
    x1, x2, y = op.input(0).shape, op.input(1).shape, op.output.shape
    return None if broadcast_shape(x1, x2) == y else shapes_text(x1, x2, y)


@after(_operands, shapes)
def rank(op: Operator) -> str | None:
    """The shapes have at most 6 dimensions, neighbours that are repeated alike counted as one."""
    loops = broadcast_loops(op.input(0).shape, op.input(1).shape)
    return None if len(loops) <= RANK else f"{len(loops)} dimensions"


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """The output scale is more than 2^-19 times the larger input scale."""
    real = _output_factor(op)
    return None if 0.0 < real < 1.0 and quantize_multiplier(real).shift <= 0 else _scales_text(op)


def _scales_text(op: Operator) -> str:
    return f"{op.input(0).scale:g}, {op.input(1).scale:g} and {op.output.scale:g}"


def _twice_larger_scale(op: Operator) -> float:
    return 2.0 * max(op.input(0).scale, op.input(1).scale)


def _output_factor(op: Operator) -> float:
    return _twice_larger_scale(op) / ((1 << LEFT_SHIFT) * op.output.scale)


def parameters(op: Operator) -> dict[str, int]:
    """The fields of cg_add_s8_params; CalculateOpDataAdd of TFLite Micro."""
    twice = _twice_larger_scale(op)
    fields = {}
    for number, tensor in enumerate((op.input(0), op.input(1)), 1):
        multiplier, shift = quantize_multiplier(tensor.scale / twice)
        fields[f"input{number}_offset"] = -tensor.zero_point
        fields[f"input{number}_multiplier"] = multiplier
        fields[f"input{number}_shift"] = shift
    fields["left_shift"] = LEFT_SHIFT
    fields["output_offset"] = op.output.zero_point
    fields["output_multiplier"], fields["output_shift"] = quantize_multiplier(_output_factor(op))
    fields["activation_min"], fields["activation_max"] = fused_clamp(op)
    return fields


def _native_parameters(op: Operator) -> Struct:
    return struct("cg_add_s8_params", **parameters(op))


def is_elementwise(op: Operator) -> bool:
    """Whether neither input is repeated."""
    loops = broadcast_loops(op.input(0).shape, op.input(1).shape)
    return len(loops) == 1 and loops[0][1:] == (1, 1)


class CmsisNnS8(WholeKernel):
    """arm_elementwise_add_s8, the same in all releases."""

    provider = "cmsis-nn"
    name = "arm_elementwise_add_s8"

    def fits(self, op: Operator) -> bool:
        return is_elementwise(op)

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

    def fits(self, op: Operator) -> bool:
        return is_elementwise(op)

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
    constraints=(_operands, _types, _quantized, shapes, rank, output_scale, fused_activation(_quantized)),
    kernels=(CmsisNnS8(), NativeS8(), NativeBroadcastS8()),
    hint="quantize the model to int8 again",
)
