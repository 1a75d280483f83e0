"""HARD_SWISH of float32 and int8: x * min(max(x + 3, 0), 6) / 6.

Arithmetic: reference_ops::HardSwish of TFLite Micro; for int8 its fixed point of 16 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import MultiplierShift, quantize_multiplier
from ._lookup import Lookup
from ._rules import after, quantized, same_shape
from ._unary import Unary, one_operand, unary_types
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator

INT16_MIN, INT16_MAX = -(1 << 15), (1 << 15) - 1

_types = unary_types("Input and output are float32 or int8.", "float32", "int8")
_quantized = quantized(_types)


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """For int8, the input scale is less than 128 times the output scale, and less than 2^24."""
    x, y = op.input(), op.output
    fits = y.dtype == "float32" or (x.scale < 2.0**24 and _multipliers(op)[0].shift <= 0)
    return None if fits else f"{x.scale:g} and {y.scale:g}"


def _multipliers(op: Operator) -> tuple[MultiplierShift, MultiplierShift]:
    """Of HardSwishPrepare, with multipliers of 16 bits: to the output's scale, and to that in which 3 is 2^15."""
    with np.errstate(all="ignore"):
        fine = np.float32(1 / 128) * np.float32(op.input().scale)
        ratios = fine / np.float32(op.output.scale), fine / (np.float32(3) / np.float32(32768))
    output, gate = (quantize_multiplier(float(min(ratio, np.float32(2.0**60)))) for ratio in ratios)
    return _of_16_bits(output), _of_16_bits(gate)


def _of_16_bits(factor: MultiplierShift) -> MultiplierShift:
    """DownScaleInt32ToInt16Multiplier."""
    return MultiplierShift(min((factor.multiplier + (1 << 15)) >> 16, INT16_MAX), factor.shift)


def _saturated(value: int) -> int:
    return max(INT16_MIN, min(value, INT16_MAX))


def _towards_zero(value: int, bits: int) -> int:
    return value >> bits if value >= 0 else -(-value >> bits)


def rounding_high_mul(a: int, b: int) -> int:
    """SaturatingRoundingDoublingHighMul of 16 bits.

    >>> rounding_high_mul(3, 1 << 14), rounding_high_mul(-3, 1 << 14)
    (2, -1)
    """
    product = a * b
    return _saturated(_towards_zero(product + ((1 << 14) if product >= 0 else 1 - (1 << 14)), 15))


def divide_by_power_of_two(value: int, exponent: int) -> int:
    """RoundingDivideByPOT of 16 bits, whose mask has no more bits than these: beyond 15 its results are -1 and 1.

    >>> divide_by_power_of_two(5, 1), divide_by_power_of_two(-5, 1), divide_by_power_of_two(5, 16)
    (3, -3, 1)
    """
    mask = (1 << exponent) - 1 if exponent <= 15 else -1
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0))


def function(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    output, gate = _multipliers(op)

    def result(q: int) -> int:
        fine = (q - x.zero_point) * 128
        opened = _saturated(fine * (1 << max(gate.shift - 1, 0)))
        opened = rounding_high_mul(opened, gate.multiplier)
        opened = _saturated(opened * 2) if gate.shift > 0 else divide_by_power_of_two(opened, -gate.shift)
        opened = (opened + (1 << 15)) >> 1
        product = _towards_zero(opened * rounding_high_mul(fine, output.multiplier), 15)
        return max(-128, min(divide_by_power_of_two(product, -output.shift) + y.zero_point, 127))

    return result


FAMILY = Family(
    names=("HARD_SWISH",),
    constraints=(one_operand, _types, _quantized, same_shape(one_operand), output_scale),
    kernels=(Lookup(function), Unary("float32", "cg_hard_swish_f32")),
    spatial=element_rows,
    hint="convert the model again with int8 or float32 tensors",
)
