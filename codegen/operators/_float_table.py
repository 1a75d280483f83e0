"""Tables of int8 functions that the reference computes in float32: dequantize, transform, quantize.

Arithmetic: PopulateLookupTable of TFLite Micro, LUTPopulate of TFLite. The transforms are rounded correctly, as the C
libraries' float functions are but for a few arguments.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import round_half_away
from ._lookup import int8_quantized, int8_types
from ._rules import after

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator


@after(int8_types, int8_quantized)
def table_range(op: Operator) -> str | None:
    """For int8, neither 255 times the input scale nor 1 is 2^30 times the output scale or more; the former is less than
    2^127."""
    x, y = op.input(), op.output
    largest = max(x.scale * 255, 1.0)
    return None if largest < min(y.scale * 2.0**30, 2.0**127) else f"{x.scale:g} and {y.scale:g}"


def float32_of(function: Callable[[float], float], x: np.float32) -> np.float32:
    """`function` in double precision, rounded to float32; what overflows is infinite."""
    try:
        return np.float32(function(float(x)))
    except OverflowError:
        return np.float32(math.inf)


def table_function(op: Operator, transform: Callable[[np.float32], np.float32]) -> Callable[[int], int]:
    """`transform` as a function of one int8."""
    x, y = op.input(), op.output
    inverse_scale = np.float32(1) / np.float32(y.scale)

    def result(q: int) -> int:
        with np.errstate(over="ignore", under="ignore"):
            real = np.float32(x.scale) * np.float32(q - x.zero_point)
            rescaled = np.float32(round_half_away(float(transform(real) * inverse_scale)))
            return max(-128, min(int(rescaled + np.float32(y.zero_point)), 127))

    return result
