"""SUB of two tensors, broadcast to each other where their shapes differ.

Arithmetic: reference_ops::Sub and SubWithActivation of TFLite Micro. Its option pot_scale_int16 means nothing to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import fused_clamp
from ._affine import AffineS8
from ._broadcast import Elementwise, broadcast_rules, float_range, int32_range, same_types, two_operands
from ._rules import fused_activation, plain_int32, quantized, types
from ._sum import LEFT_SHIFTS, output_scale, sum_factors, sum_struct
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from .family import Value

_types = types(
    "Inputs and output are int8, int16, int32 or float32, all alike.",
    same_types("int8", "int16", "int32", "float32"),
    two_operands,
    inputs=2,
)
_quantized = quantized(_types)


def _params(op: Operator) -> Mapping[str, Value]:
    return {"params": sum_struct(op, LEFT_SHIFTS[op.output.dtype], sum_factors(op), fused_clamp(op))}


FAMILY = Family(
    names=("SUB",),
    constraints=(
        *broadcast_rules,
        _types,
        _quantized,
        plain_int32(_types),
        output_scale(_types, _quantized),
        fused_activation(_quantized),
    ),
    kernels=(
        AffineS8(-1),
        Elementwise("int8", "cg_sub_s8", _params),
        Elementwise("int16", "cg_sub_s16", _params),
        Elementwise("int32", "cg_sub_s32", int32_range),
        Elementwise("float32", "cg_sub_f32", float_range),
    ),
    spatial=element_rows,
    hint="convert the model again with one type for both operands",
)
