"""MUL of two tensors, broadcast to each other where their shapes differ.

Arithmetic: reference_integer_ops::Mul (int8, int16), reference_ops::Mul (int32, float32) of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._broadcast import (
    Elementwise,
    broadcast_rules,
    float_range,
    int32_range,
    is_elementwise,
    same_types,
    two_operands,
)
from ._product import product_fields, product_struct
from ._rules import after, fused_activation, quantized, types
from ._whole import WholeKernel, element_rows
from .access import elementwise
from .family import Address, Call, Family, cmsis_nn_call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band, Value

_types = types(
    "Inputs and output are int8, int16, int32 or float32, all alike.",
    same_types("int8", "int16", "int32", "float32"),
    two_operands,
    inputs=2,
)
_quantized = quantized(_types)


@after(_types, _quantized)
def symmetric(op: Operator) -> str | None:
    """The zero points of int16 tensors are 0."""
    if op.output.dtype != "int16":
        return None
    found = [op.input(0).zero_point, op.input(1).zero_point, op.output.zero_point]
    return f"{found}" if any(found) else None


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The product of the input scales is less than 2^30 times the output scale."""
    if op.output.dtype not in ("int8", "int16") or factor(op) < 2.0**30:
        return None
    return f"{op.input(0).scale:g}, {op.input(1).scale:g} and {op.output.scale:g}"


def factor(op: Operator) -> float:
    return op.input(0).scale * op.input(1).scale / op.output.scale


def _params(op: Operator) -> Mapping[str, Value]:
    return {"params": product_struct(op, factor(op))}


class CmsisNn(WholeKernel):
    """arm_elementwise_mul_s8 and _s16, the same in all releases."""

    provider = "cmsis-nn"
    counts = "block_size"

    def __init__(self, dtype: str, name: str) -> None:
        self.dtype = dtype
        self.name = name

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == self.dtype and is_elementwise(op)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def whole(self, op: Operator) -> Call:
        p = product_fields(op, factor(op))
        return cmsis_nn_call(
            self.name,
            input_1_vect=Address(op.input(0)),
            input_2_vect=Address(op.input(1)),
            input_1_offset=p["input1_offset"],
            input_2_offset=p["input2_offset"],
            output=Address(op.output, writable=True),
            out_offset=p["output_offset"],
            out_mult=p["output_multiplier"],
            out_shift=p["output_shift"],
            out_activation_min=p["activation_min"],
            out_activation_max=p["activation_max"],
            block_size=op.output.size,
        )


FAMILY = Family(
    names=("MUL",),
    constraints=(*broadcast_rules, _types, _quantized, symmetric, scale_ratio, fused_activation(_quantized)),
    kernels=(
        CmsisNn("int8", "arm_elementwise_mul_s8"),
        CmsisNn("int16", "arm_elementwise_mul_s16"),
        Elementwise("int8", "cg_mul_s8", _params),
        Elementwise("int16", "cg_mul_s16", _params),
        Elementwise("int32", "cg_mul_s32", int32_range),
        Elementwise("float32", "cg_mul_f32", float_range),
    ),
    spatial=element_rows,
    hint="convert the model again with one type for both operands",
)
