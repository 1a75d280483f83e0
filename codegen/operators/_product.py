"""Products and quotients of quantized tensors: the fields of cg_product_params (runtime_c/include/cg_product.h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import fused_clamp, quantize_multiplier
from .family import struct

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Struct


def product_fields(op: Operator, factor: float) -> dict[str, int]:
    """The fields of cg_product_params."""
    multiplier, shift = quantize_multiplier(factor)
    low, high = fused_clamp(op)
    return {
        "input1_offset": -op.input(0).zero_point,
        "input2_offset": -op.input(1).zero_point,
        "output_offset": op.output.zero_point,
        "output_multiplier": multiplier,
        "output_shift": shift,
        "activation_min": low,
        "activation_max": high,
    }


def product_struct(op: Operator, factor: float) -> Struct:
    """cg_product_params."""
    return struct("cg_product_params", **product_fields(op, factor))
