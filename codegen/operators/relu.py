"""RELU and RELU6 as operators of their own (not fused into the one before).

Arithmetic: ReluQuantized and Relu6Quantized of TFLite Micro. RELU rescales from the input's quantization to the
output's. RELU6 differs from TFLite: it does not rescale, it clamps in the input's quantization whatever the output's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import quantize_multiplier, quantized
from ._fixed_point import requantized
from ._lookup import int8_quantized, int8_types, lookup_family
from ._rules import after, is_representable

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator


@after(int8_types, int8_quantized)
def scale_ratio(op: Operator) -> str | None:
    """The input scale is less than 2^31 times the output scale."""
    x, y = op.input(), op.output
    return None if x.scale < y.scale * 2.0**31 else f"{x.scale:g} and {y.scale:g}"


@after(int8_types, int8_quantized)
def six(op: Operator) -> str | None:
    """In the scale of a RELU6's input, 6 is a 32-bit number."""
    return None if op.type != "RELU6" or is_representable(6.0, op.input()) else f"scale {op.input().scale:g}"


def function(op: Operator) -> Callable[[int], int]:
    return _relu6(op) if op.type == "RELU6" else _relu(op)


def _relu(op: Operator) -> Callable[[int], int]:
    x, y = op.input(), op.output
    # The reference forms the quotient in float32.
    multiplier, shift = quantize_multiplier(float(np.float32(x.scale) / np.float32(y.scale)))

    def result(q: int) -> int:
        return min(max(y.zero_point + requantized(q - x.zero_point, multiplier, shift), y.zero_point), 127)

    return result


def _relu6(op: Operator) -> Callable[[int], int]:
    x = op.input()
    high = min(quantized(6.0, x), 127)
    return lambda q: min(max(q, x.zero_point), high)


FAMILY = lookup_family(("RELU", "RELU6"), function, scale_ratio, six, hint="quantize the model to int8 again")
