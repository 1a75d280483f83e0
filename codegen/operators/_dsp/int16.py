"""Int16 times int8 with sums of 32 bits: where these are exact, and the short requantization to int16.

The reference (`cg_requantize_s64.h`) adds in 64 bits, cuts the multiplier m to r = (m + 2^15) // 2^16, at most
2^15 - 1, and rounds once: (x * r + 2^(t-1)) // 2^t with t = 15 - shift. Kernels compute

    h = (x * (r * 2^16)) // 2^32 + 2^(s-1)    (SMMLA)
    output = saturate(h // 2^s)               (ASR, SSAT or USAT)          with s = t - 16

which is the same: x * r * 2^16 // 2^32 is x * r // 2^16, and for integers (a // n + k) // p = (a + k * n) // (n * p).
Conditions, checked for every channel: |x| < 2^31 for every input, as the weights and the bias say, and 1 <= s <= 30.
Then h is less than 2^30 + 2^29. Where t is too small, weights and bias may be 2^d times as large, if the kernel has
room for such weights: with 2^d x, which has to fit too, s = t - 16 + d makes the same of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .pairs import QUAD, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...arithmetic import MultiplierShift
    from ...graph import Array

LARGEST_INPUT = 1 << 15
LARGEST_SHIFT = 30
WORD_ORDER = (0, 2, 1, 3)
"""Weights of a word as bytes: SXTB16 widens the first two of the four, then with a rotation the others."""
WHOLE_RANGE = (-(1 << 15), (1 << 15) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Channels16:
    """Output channels without their layout: weights [channels, products], bias, and [channels, 3] of multiplier,
    offset and shift."""

    weights: Array
    bias: Array
    steps: Array


def reduced(multiplier: int) -> int:
    """The multiplier of 15 bits.

    >>> reduced(1 << 30), reduced((1 << 31) - 1)
    (16384, 32767)
    """
    return (multiplier + (1 << 15)) >> 16 if multiplier < 0x7FFF0000 else 0x7FFF


def channels_16(
    weights: Array, bias: Array | None, factors: Sequence[MultiplierShift], spare_bits: int = 0
) -> Channels16 | None:
    """The channels of `weights` [channels, products]; None where sums of 32 bits or the short form are not exact.

    `spare_bits`: those by which the kernel's weights may be larger than int8.
    """
    wide = weights.astype(np.int64)
    added = np.zeros(len(wide), np.int64) if bias is None else bias.reshape(-1).astype(np.int64)
    shifts = [-1 - factor.shift for factor in factors]
    more = [max(0, 1 - s) for s in shifts]
    products = LARGEST_INPUT * np.abs(wide).sum(1)
    # Of a bias near the ends of int64 the magnitude is no int64.
    largest = [(abs(b) + p) << d for b, p, d in zip(added.tolist(), products.tolist(), more, strict=True)]
    if max(largest) >= 1 << 31 or max(more) > spare_bits or max(shifts) > LARGEST_SHIFT:
        return None
    prescale = np.array(more, np.int64)
    steps = [
        (reduced(f.multiplier) << 16, 1 << (s + d - 1), s + d) for f, s, d in zip(factors, shifts, more, strict=True)
    ]
    return Channels16(wide << prescale[:, None], added << prescale, np.array(steps, np.int64))


def weight_words(weights: Array) -> Array:
    """[..., 4 n] weights as [..., n] words."""
    quads = weights.reshape(*weights.shape[:-1], -1, QUAD)[..., WORD_ORDER].astype(np.int8)
    return np.ascontiguousarray(quads).view("<i4")[..., 0].astype(np.int64)


def pair_stream_16(channels: Channels16) -> Array:
    """The stream of all pairs of channels, as cg_pairs_tile_s16.h says; a last channel's partner is all zeros."""
    count = len(channels.weights)
    more = count % 2
    weights = weight_words(np.pad(channels.weights, ((0, more), (0, 0))))
    packed = weights.reshape((count + more) // 2, 2, -1).transpose(0, 2, 1).reshape((count + more) // 2, -1)
    bias = np.pad(channels.bias, (0, more)).reshape(-1, 2)
    steps = np.concatenate([channels.steps, np.array([[0, 0, 1]] * more, np.int64).reshape(-1, 3)]).reshape(-1, 6)
    return wrapped(np.concatenate([packed[:, :2], bias, packed[:, 2:], steps], axis=1).reshape(-1))
