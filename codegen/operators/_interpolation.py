"""Tables of 513 values for functions of int16 that are interpolated.

Arithmetic: LUTPopulateInt16 of TFLite Micro in float32. The functions are rounded correctly, as the C libraries' float
functions are but for a few arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import round_half_away
from ..graph import read_only
from ._float_table import float32_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Array

STEPS = 512
LOW, HIGH = -(1 << 15), (1 << 15) - 1


def _rounded(x: np.float32) -> np.float32:
    return np.float32(round_half_away(float(x)))


def interpolation_table(
    function: Callable[[float], float], input_scale: np.float32, input_zero_point: int, output_scale: np.float32
) -> Array:
    """`function` between the dequantized ends of int16, as numbers of `output_scale` with zero point 0. Each value is
    moved by half of what the interpolation is off in the middle of its step."""
    first, last = (input_scale * np.float32(end - input_zero_point) for end in (LOW, HIGH))
    step = (last - first) / np.float32(STEPS)
    half_step = step / np.float32(2)
    span = output_scale * np.float32(HIGH) - output_scale * np.float32(LOW)
    factor = np.float32(HIGH - LOW + 1) / span

    def scaled(x: np.float32) -> np.float32:
        return float32_of(function, x) * factor

    values = []
    for i in range(STEPS):
        here = first + np.float32(i) * step
        value = _rounded(scaled(here))
        interpolated = _rounded((scaled(first + np.float32(i + 1) * step) + value) / np.float32(2))
        bias = _rounded((interpolated - _rounded(scaled(here + half_step))) / np.float32(2))
        values.append(value - bias)
    values.append(_rounded(scaled(last)))
    return read_only(np.clip(np.array(values, np.float32), LOW, HIGH).astype(np.int16))
