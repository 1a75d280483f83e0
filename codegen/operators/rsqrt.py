"""RSQRT of float32, int8 and int16: 1 / square root of x.

Arithmetic: RsqrtEval of TFLite Micro. For int8 and int16, 0 gives the greatest number; an input below the zero point,
for which TFLite Micro's invocation fails, gives that too.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._fixed_point import inverse_sqrt, requantized
from ._lookup import Lookup
from ._rules import after, quantized, same_shape
from ._unary import Unary, one_operand, unary_types, zero_points_rule
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator
    from .family import Value

KEPT_BITS = 20
"""By how much the inverse root is shifted left before it becomes an integer."""

_types = unary_types("Input and output are float32, int8 or int16.", "float32", "int8", "int16")
_quantized = quantized(_types)


@after(_types, _quantized)
def factor_range(op: Operator) -> str | None:
    """For int8 and int16, the product of the input scale's square root and the output scale is in [2^-50, 2^11]."""
    if op.output.dtype == "float32":
        return None
    return None if 2.0**-11 <= _factor(op) <= 2.0**50 else f"scales {op.input().scale:g} and {op.output.scale:g}"


def _factor(op: Operator) -> float:
    return 1 / (math.sqrt(op.input().scale) * op.output.scale)


def function(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    multiplier, shift = quantize_multiplier(_factor(op))

    def result(q: int) -> int:
        if q <= x.zero_point:
            return 127
        root, root_shift = inverse_sqrt(q - x.zero_point)
        data = requantized(1, root, root_shift + KEPT_BITS)
        return max(-128, min(requantized(data, multiplier, shift - KEPT_BITS) + y.zero_point, 127))

    return result


def _parameters(op: Operator) -> Mapping[str, Value]:
    multiplier, shift = quantize_multiplier(_factor(op))
    return {"multiplier": multiplier, "shift": shift - KEPT_BITS}


FAMILY = Family(
    names=("RSQRT",),
    constraints=(
        one_operand,
        _types,
        _quantized,
        same_shape(one_operand),
        zero_points_rule(_quantized),
        factor_range,
    ),
    kernels=(Lookup(function), Unary("int16", "cg_rsqrt_s16", _parameters), Unary("float32", "cg_rsqrt_f32")),
    hint="convert the model again with int8, int16 or float32 tensors",
)
