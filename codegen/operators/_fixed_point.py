"""gemmlowp's fixed-point functions on Python integers, for tables that are made at compile time.

A value is the raw int32 of its format; Qm.n has m integer and n = 31 - m fractional bits. Source: the definitions of
gemmlowp's fixedpoint.h, and MultiplyByQuantizedMultiplier of TFLite Micro with double rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..graph import Array

INT32_MIN, INT32_MAX = -(1 << 31), (1 << 31) - 1

_EXP_FACTORS = (
    (-2, 1672461947), (-1, 1302514674), (0, 790015084), (1, 290630308), (2, 39332535), (3, 720401), (4, 242),
)  # fmt: skip
"""(exponent, e^(-2^exponent) in Q0.31)."""


def wrapped(value: int) -> int:
    """`value` as an int32 that overflowed."""
    return ((value - INT32_MIN) & 0xFFFFFFFF) + INT32_MIN


def saturated(value: int) -> int:
    return max(INT32_MIN, min(value, INT32_MAX))


def doubling_high_mul(a: int, b: int) -> int:
    """SaturatingRoundingDoublingHighMul: a * b / 2^31.

    >>> doubling_high_mul(3, 1 << 30), doubling_high_mul(-3, 1 << 30)
    (2, -1)
    """
    return saturated((a * b + (1 << 30)) >> 31)


def divide_by_power_of_two(value: int, exponent: int) -> int:
    """RoundingDivideByPOT: halves away from zero.

    >>> divide_by_power_of_two(5, 1), divide_by_power_of_two(-5, 1)
    (3, -3)
    """
    mask = (1 << exponent) - 1
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0))


def requantized(value: int, multiplier: int, shift: int) -> int:
    """MultiplyByQuantizedMultiplier, shift at most 31."""
    scaled = doubling_high_mul(wrapped(value << max(shift, 0)), multiplier)
    return divide_by_power_of_two(scaled, max(-shift, 0))


def requantized_array(values: Array, multiplier: Array | int, shift: Array | int) -> Array:
    """`requantized` of int64 values that fit 32 bits after their left shift; factors broadcast.

    >>> import numpy as np
    >>> requantized_array(np.array([5, -5, 7]), 1 << 30, np.array([0, 0, -1]))
    array([ 3, -2,  2])
    """
    high = ((values << np.maximum(shift, 0)) * multiplier + (1 << 30)) >> 31
    exponent = np.maximum(-np.asarray(shift, np.int64), 0)
    mask = (np.int64(1) << exponent) - 1
    return np.asarray((high >> exponent) + ((high & mask) > (mask >> 1) + (high < 0)))


def exp_on_negative_values(a: int, integer_bits: int) -> int:
    """e^a in Q0.31 for a <= 0 in Q(integer_bits), integer_bits at most 5.

    >>> round(exp_on_negative_values(-(1 << 27), 4) / 2**31, 5)  # e^-1
    0.36788
    """
    if a == 0:
        return INT32_MAX
    fraction_bits = 31 - integer_bits
    quarter = 1 << (fraction_bits - 2)
    in_quarter = (a & (quarter - 1)) - quarter
    result = _exp_in_last_quarter(saturated(in_quarter << integer_bits))
    remainder = in_quarter - a
    for exponent, factor in _EXP_FACTORS:
        if integer_bits > exponent and remainder & (1 << (fraction_bits + exponent)):
            result = doubling_high_mul(result, factor)
    return result


def _exp_in_last_quarter(a: int) -> int:
    """e^a for a in [-1/4, 0), Q0.31: four terms of the Taylor series around -1/8."""
    x = a + (1 << 28)
    x2 = doubling_high_mul(x, x)
    x3, x4 = doubling_high_mul(x2, x), doubling_high_mul(x2, x2)
    third = 715827883
    tail = doubling_high_mul(divide_by_power_of_two(x4, 2) + x3, third) + x2
    at_centre = 1895147668
    return at_centre + doubling_high_mul(at_centre, x + divide_by_power_of_two(tail, 1))


def _reciprocal(a: int) -> int:
    """2 / (1 + a) in Q2.29 for a in [0, 1], Q0.31: three Newton steps."""
    half_denominator = (a + INT32_MAX + 1) // 2
    x = 1515870810 + doubling_high_mul(half_denominator, -1010580540)
    for _ in range(3):
        rest = (1 << 29) - doubling_high_mul(half_denominator, x)
        x += saturated(doubling_high_mul(x, rest) << 2)
    return x


def one_over_one_plus(a: int) -> int:
    """1 / (1 + a) for a in [0, 1], Q0.31.

    >>> round(one_over_one_plus(1 << 30) / 2**31, 6)
    0.666667
    """
    return saturated(_reciprocal(a) << 1)


def logistic(a: int, integer_bits: int) -> int:
    """1 / (1 + e^-a) in Q0.31 for a in Q(integer_bits).

    >>> round(logistic(1 << 27, 4) / 2**31, 6), logistic(0, 4) == 1 << 30
    (0.731059, True)
    """
    if a == 0:
        return 1 << 30
    positive = one_over_one_plus(exp_on_negative_values(-abs(a), integer_bits))
    return positive if a > 0 else INT32_MAX - positive


def tanh(a: int, integer_bits: int) -> int:
    """The hyperbolic tangent in Q0.31 for a in Q(integer_bits), integer_bits at most 4.

    >>> round(tanh(1 << 27, 4) / 2**31, 6), tanh(0, 4)
    (0.761594, 0)
    """
    if a == 0:
        return 0
    # (1 - e^-2a) / (1 + e^-2a): twice the argument is the same number with one more integer bit.
    positive = saturated((_reciprocal(exp_on_negative_values(-abs(a), integer_bits + 1)) - (1 << 29)) << 2)
    return positive if a > 0 else -positive


def inverse_sqrt(value: int) -> tuple[int, int]:
    """GetInvSqrtQuantizedMultiplierExp: 1 / square root of value >= 0 as multiplier and shift; 0 counts as 1.

    >>> [round(m / 2**31 * 2.0**s, 5) for m, s in map(inverse_sqrt, (1, 2, 100))]
    [1.0, 0.70711, 0.1]
    """
    if value <= 1:
        return INT32_MAX, 0
    shift = 11
    while value >= 1 << 29:
        value, shift = value // 4, shift + 1
    pairs = (32 - value.bit_length() - 1) // 2 - 1
    half_three, half = (1 << 28) + (1 << 27), divide_by_power_of_two((value << 2 * pairs) >> 1, 1)
    x = 1 << 28
    for _ in range(5):
        cube = saturated(doubling_high_mul(doubling_high_mul(x, x), x) << 6)
        x = saturated((doubling_high_mul(half_three, x) - doubling_high_mul(half, cube)) << 3)
    x, shift = doubling_high_mul(x, 1518500250), shift - pairs
    return (x << -shift, 0) if shift < 0 else (x, -shift)
