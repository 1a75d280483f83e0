"""From a sum to an int8 without 64-bit products: what `cg_tile_s8.h` needs of each channel.

The reference (`cg_requantize.h`) computes y = SRDHM(x, m), then RDBPOT(y, e), adds the zero point z and clamps; here m
is in [0, 2^31) and e = -shift >= 0. The kernels compute, with // and >> rounding down,

    y = (x * m + 2^30) // 2^31,   output = clamp((y + c - [x < 0]) >> e),   c = 2^(e - 1) + z * 2^e   (z where e = 0).

Proof. y is SRDHM for either sign. RDBPOT(y, e) = (y + 2^(e-1) - [y < 0]) // 2^e for e >= 1: halves go away from zero.
[y < 0] and [x < 0] differ only where y is 0, and there (2^(e-1) - 1) // 2^e = 2^(e-1) // 2^e = 0. A multiple of 2^e
may be added before the shift. For e = 0 the reference has no second rounding and no correction; the correction only
lowers results that are z or less, so it changes nothing where the clamp begins at z or above: only then is e = 0 taken.

y without a 64-bit product: with x = xh * 2^15 + xl and m = mh * 2^16 + ml (0 <= xl < 2^15, 0 <= ml < 2^16),
x * m + 2^30 is 2^31 * xh * mh + 2^15 * (2 * xl * mh + xh * ml + 2^15) + xl * ml, and nested floors collapse:
y = xh * mh + (xl * mh + (xh * ml + (xl * ml >> 15) + 2^15 >> 1) >> 15). With |x| < 2^30 every term fits 32 bits:
xl * ml < 2^31 unsigned; xh * ml + (xl * ml >> 15) + 2^15 <= 2^31 - 2; xl * mh < 2^30.

Conditions, checked for every channel: |x| < 2^30 by bounds of x, e as above and at most 22. A channel
that gives one value for every x in its bounds becomes that constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...arithmetic import MultiplierShift, fused_clamp
from ...graph import Array, Operator
from .._dsp.requantize import reference, sum_bounds
from .._weighted import constant_data

WEIGHT_OFFSET = 128
"""CG_TILE_WEIGHT_OFFSET: what unsigned weights have too much."""
TILE = 5
"""CG_TILE."""
LARGEST_SUM = 1 << 30
LARGEST_SHIFT = 22


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """Output channels of a weighted sum: `weights` [channels, products] of int64 (0 in constant channels), `steps`
    [channels, 4] of int32: bias with the zero point, multiplier, offset, shift."""

    weights: Array
    steps: Array


def channels_of(
    weights: Array,
    bias: Array | None,
    factors: Sequence[MultiplierShift],
    zero_points: tuple[int, int],
    clamp: tuple[int, int],
) -> Channels | None:
    """The channels of `weights` [channels, products], None where the form above would not be exact.

    `zero_points` are those of input and output.
    """
    wide = weights.astype(np.int64)
    added = np.zeros(len(wide), np.int64) if bias is None else bias.reshape(-1).astype(np.int64)
    linear = clamp[0] < zero_points[1]
    lows, highs = (bounds.tolist() for bounds in sum_bounds(wide, added, zero_points[0]))
    folded = added - zero_points[0] * wide.sum(1)
    steps = []
    kept = wide.copy()
    for channel, (low, high, factor) in enumerate(zip(lows, highs, factors, strict=True)):
        step = _step(low, high, factor, zero_points[1], clamp, linear=linear)
        if step is None:
            return None
        is_constant = step[0] == 0
        if is_constant:
            kept[channel] = 0
        steps.append((0 if is_constant else int(folded[channel]), *step))
    table = np.array(steps, np.int64)
    if (np.abs(table) >= 1 << 31).any():
        return None
    return Channels(kept, table.astype(np.int32))


def operator_channels(op: Operator, weights: Array, factors: Sequence[MultiplierShift]) -> Channels | None:
    """`channels_of` the bias, zero points and clamp of `op`, whose weights are [channels, products]."""
    bias = op.optional_input(2)
    constants = None if bias is None else constant_data(bias)
    return channels_of(weights, constants, factors, (op.input().zero_point, op.output.zero_point), fused_clamp(op))


def _step(
    low: int, high: int, factor: MultiplierShift, zero_point: int, clamp: tuple[int, int], *, linear: bool
) -> tuple[int, int, int] | None:
    left = max(factor.shift, 0)
    if low << left < -(1 << 31) or high << left >= 1 << 31:
        return None  # the reference wraps
    first = reference(low, factor, zero_point, clamp)
    if first == reference(high, factor, zero_point, clamp):
        return 0, first, 0
    e = -factor.shift
    if max(-low, high) >= LARGEST_SUM or not (1 if linear else 0) <= e <= LARGEST_SHIFT:
        return None
    return factor.multiplier, (1 << e >> 1) + (zero_point << e), e
