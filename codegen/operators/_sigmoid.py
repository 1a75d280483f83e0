"""The table of runtime_c/include/cg_sigmoid.h for LOGISTIC, TANH and LSTM, and the argument that it is read at.

Arithmetic: CalculateArithmeticOpDataLogistic and its like for TANH, sigmoid_table_uint16 of TFLite Micro.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import quantize_multiplier
from ..graph import read_only
from ._fixed_point import divide_by_power_of_two, requantized
from ._rules import after
from .family import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Array, Operator
    from .family import Constraint, Value

OUTPUT_LOG2 = -15
INTEGER_BITS = 4
"""int8 inputs are Q4.27."""


def sigmoid_table() -> Table:
    """256 values of uint16.

    >>> sigmoid_table().data[[0, 4, 254, 255]].tolist()
    [32768, 35493, 65534, 65535]
    """
    return Table("sigmoid", _sigmoid_values())


@cache
def _sigmoid_values() -> Array:
    """The logistic function of i / 24 as Q0.16, moved by half of what the interpolation between two misses."""

    def exact(x: float) -> float:
        return 65536 / (1 + math.exp(-x / 24))

    values = [exact(i) + (exact(i + 0.5) - (exact(i) + exact(i + 1)) / 2) / 2 for i in range(255)]
    return read_only(np.array([*(math.floor(value + 0.5) for value in values), 65535], np.uint16))


def nearest_log2(scale: float) -> tuple[int, bool]:
    """CheckedLog2: the nearest whole logarithm to base 2, and whether `scale` is that power but for 0.07 %.

    >>> nearest_log2(2.0**-15), nearest_log2(0.3)
    ((-15, True), (-2, False))
    """
    logarithm = math.log2(scale)
    return round(logarithm), abs(logarithm - round(logarithm)) < 1e-3


def int8_function(
    op: Operator, curve: Callable[[int, int], int], fraction_bits: int, zero_point: int
) -> Callable[[int], int]:
    """`curve` (of Q(INTEGER_BITS), to Q0.31) of an int8 input, as output values of `fraction_bits` from zero point
    `zero_point` on."""
    middle = op.input().zero_point
    multiplier, shift = quantize_multiplier(op.input().scale * (1 << (31 - INTEGER_BITS)))
    # Beyond the radius, the fixed point would overflow and the result is an end of the range.
    radius = math.floor(((1 << INTEGER_BITS) - 1) * (1 << (31 - INTEGER_BITS)) / (1 << shift))

    def result(q: int) -> int:
        x = q - middle
        if abs(x) >= radius:
            return -128 if x <= -radius else 127
        out = divide_by_power_of_two(curve(requantized(x, multiplier, shift), INTEGER_BITS), 31 - fraction_bits)
        return max(-128, min(out + zero_point, 127))

    return result


def int8_input_scale_rule(*given: Constraint) -> Constraint:
    """The rule that `int8_function` has a factor for the input's scale."""

    @after(*given)
    def rule(op: Operator) -> str | None:
        """The scale of an int8 input is at least 2^-28 and less than 2^35."""
        x = op.input()
        return None if x.dtype != "int8" or 2.0**-28 <= x.scale < 2.0**35 else f"scale {x.scale:g}"

    return rule


def output_scale_rule(given: Constraint) -> Constraint:
    """The rule that the results of the fixed point fit the output's scale."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """An int16 output has the scale 2^-15."""
        y = op.output
        return None if y.dtype != "int16" or nearest_log2(y.scale) == (OUTPUT_LOG2, True) else f"scale {y.scale:g}"

    return rule


def input_scale_rule(given: Constraint) -> Constraint:
    """The rule that the products that make the argument fit 32 bits."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """The scale of an int16 input is at least 2^-44 and less than 16 / 3."""
        x = op.input()
        return None if x.dtype != "int16" or 2.0**-44 <= x.scale < 16 / 3 else f"scale {x.scale:g}"

    return rule


def factor(scale: float, *shifts: int) -> tuple[int, int]:
    """Multiplier and right shift that make the argument of an input: 4096 * 3 steps are 1.

    Powers of two, 2^(shift - 12), are taken exactly for the `shifts` that an operator names.

    >>> factor(2.0**-12, 0), factor(1e-4, 0)
    ((3, 0), (20132, 14))
    """
    exponent, is_power = nearest_log2(scale)
    if is_power and exponent + 12 in shifts:
        return 3 << (exponent + 12), 0
    multiplier, shift = scale * 4096.0 * 3.0, 0
    while multiplier <= 32767.0 / 2.0 and shift <= 30:
        multiplier, shift = multiplier * 2.0, shift + 1
    return int(multiplier), shift


def sigmoid_parameters(op: Operator, *shifts: int) -> Mapping[str, Value]:
    """The first arguments of cg_logistic_s16 and cg_tanh_s16."""
    multiplier, shift = factor(op.input().scale, *shifts)
    return {"table": sigmoid_table(), "multiplier": multiplier, "shift": shift}
