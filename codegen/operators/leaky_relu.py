"""LEAKY_RELU of float32, int8 and int16: x where x >= 0, else alpha * x.

Arithmetic: reference_ops::LeakyRelu and reference_ops::QuantizeLeakyRelu of TFLite Micro.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..arithmetic import MultiplierShift, quantize_multiplier
from ._fixed_point import requantized
from ._lookup import Lookup
from ._rules import after, quantized, same_shape
from ._unary import Unary, one_operand, scale_ratio, scale_ratio_rule, unary_types
from ._whole import element_rows
from .family import Family, struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator
    from .family import Value

_types = unary_types("Input and output are float32, int8 or int16.", "float32", "int8", "int16")
_quantized = quantized(_types)


@after(_types, _quantized)
def finite_alpha(op: Operator) -> str | None:
    """alpha is a number; times the input scale, it is less than 2^31 times the output scale."""
    alpha = op.option("alpha", 0.0)
    fits = math.isfinite(alpha) and (op.output.dtype == "float32" or abs(_alpha_factor(op)) < 2.0**31)
    return None if fits else f"alpha {alpha:g}"


def _alpha_factor(op: Operator) -> float:
    return scale_ratio(op) * float(op.option("alpha", 0.0))


def alpha_multiplier(op: Operator) -> tuple[MultiplierShift, bool]:
    """|alpha|'s multiplier and shift, and whether alpha is negative, unless its multiplier is 0."""
    multiplier, shift = quantize_multiplier(_alpha_factor(op))
    return MultiplierShift(abs(multiplier), shift), multiplier < 0


def function(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    identity = quantize_multiplier(scale_ratio(op))
    alpha, is_negative = alpha_multiplier(op)

    def result(q: int) -> int:
        value = requantized(q - x.zero_point, *(identity if q >= x.zero_point else alpha))
        value = -value if is_negative and q < x.zero_point else value
        return max(-128, min(value + y.zero_point, 127))

    return result


def _params(op: Operator) -> Mapping[str, Value]:
    identity = quantize_multiplier(scale_ratio(op))
    alpha, is_negative = alpha_multiplier(op)
    params = struct(
        "cg_leaky_relu_s16_params",
        input_offset=-op.input().zero_point,
        output_offset=op.output.zero_point,
        identity_multiplier=identity.multiplier,
        identity_shift=identity.shift,
        alpha_multiplier=alpha.multiplier,
        alpha_shift=alpha.shift,
        alpha_is_negative=int(is_negative),
    )
    return {"params": params}


def _alpha(op: Operator) -> Mapping[str, Value]:
    return {"alpha": float(op.option("alpha", 0.0))}


FAMILY = Family(
    names=("LEAKY_RELU",),
    constraints=(
        one_operand,
        _types,
        _quantized,
        same_shape(one_operand),
        scale_ratio_rule(_types, _quantized),
        finite_alpha,
    ),
    kernels=(
        Lookup(function),
        Unary("int16", "cg_leaky_relu_s16", _params),
        Unary("float32", "cg_leaky_relu_f32", _alpha),
    ),
    spatial=element_rows,
    hint="convert the model again with int8, int16 or float32 tensors",
)
