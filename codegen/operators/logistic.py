"""LOGISTIC: 1 / (1 + e^-x), int8 to int8 of scale 1/256.

Arithmetic: reference_integer_ops::Logistic of TFLite Micro (fixed point, gemmlowp). Differs from TFLite, whose table
is made in float.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._fixed_point import divide_by_power_of_two, logistic, requantized
from ._lookup import int8_quantized, int8_types, lookup_family
from ._rules import after

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator

INTEGER_BITS = 4
"""Inputs are Q4.27."""


@after(int8_types, int8_quantized)
def output_scale(op: Operator) -> str | None:
    """The output has scale 1/256 and zero point -128."""
    y = op.output
    return None if (y.scale, y.zero_point) == (1 / 256, -128) else f"scale {y.scale:g}, zero point {y.zero_point}"


@after(int8_types, int8_quantized)
def input_scale(op: Operator) -> str | None:
    """The input scale is at least 2^-28 and less than 2^35."""
    return None if 2.0**-28 <= op.input().scale < 2.0**35 else f"scale {op.input().scale:g}"


def function(op: Operator) -> Callable[[int], int]:
    zero_point = op.input().zero_point
    multiplier, shift = quantize_multiplier(op.input().scale * (1 << (31 - INTEGER_BITS)))
    # Beyond the radius, the fixed point would overflow and the result is 0 or 255/256.
    radius = math.floor(((1 << INTEGER_BITS) - 1) * (1 << (31 - INTEGER_BITS)) / (1 << shift))

    def result(q: int) -> int:
        x = q - zero_point
        if abs(x) >= radius:
            return -128 if x <= -radius else 127
        out = divide_by_power_of_two(logistic(requantized(x, multiplier, shift), INTEGER_BITS), 31 - 8)
        return max(-128, min(out - 128, 127))

    return result


FAMILY = lookup_family(("LOGISTIC",), function, output_scale, input_scale, hint="quantize the model to int8 again")
