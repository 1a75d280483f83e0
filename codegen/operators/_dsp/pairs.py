"""Weights of two output channels in one int16, in the order in which `cg_pairs_s8.h` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import convolution_multipliers, fused_clamp
from .._weighted import constant_data
from .requantize import PRESCALE, requantization, sum_bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from .._convolution import Convolution
    from .requantize import Requantization

    FactorsOf = Callable[[Operator], Sequence[MultiplierShift]]

QUAD = 4
BLOCK = 4
"""Channels of a block."""
EVEN_THEN_ODD = (0, 2, 1, 3)
"""How SXTB16 widens the four bytes of a word: bytes 0 and 2, then bytes 1 and 3."""


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """Output channels without their layout. `weights` are [channels, products] of int64, `bias` has the input's zero
    point folded in; those of constant channels are 0."""

    weights: Array
    bias: Array
    requantization: Requantization


def channels_of(
    weights: Array,
    bias: Array | None,
    factors: Sequence[MultiplierShift],
    zero_points: tuple[int, int],
    clamp: tuple[int, int],
    prescale: int = PRESCALE,
) -> Channels | None:
    """The channels of `weights` [channels, products]; None where the short requantization would not be exact.

    `zero_points` are those of input and output, `prescale` is that of `requantize`.
    """
    wide = weights.astype(np.int64)
    added = np.zeros(len(wide), np.int64) if bias is None else bias.reshape(-1).astype(np.int64)
    made = requantization(sum_bounds(wide, added, zero_points[0]), factors, zero_points[1], clamp, prescale)
    if made is None:
        return None
    folded = added - zero_points[0] * wide.sum(1)
    dead = made.constant
    return Channels(np.where(dead[:, None], 0, wide), np.where(dead, 0, folded), made)


def operator_channels(
    op: Operator, weights: Array, factors: Sequence[MultiplierShift], prescale: int = PRESCALE
) -> Channels | None:
    """`channels_of` the bias, zero points and clamp of `op`, whose weights are [channels, products]."""
    bias = op.optional_input(2)
    constants = None if bias is None else constant_data(bias)
    return channels_of(
        weights, constants, factors, (op.input().zero_point, op.output.zero_point), fused_clamp(op), prescale
    )


def channel_factors(op: Operator) -> list[MultiplierShift]:
    """The factor of each output channel of a convolution."""
    return convolution_multipliers(op.input(), op.input(1), op.output, op.output.shape[3])


@lru_cache(maxsize=256)
def convolution_channels(
    conv_of: Callable[[Operator], Convolution], factors_of: FactorsOf, op: Operator, prescale: int = PRESCALE
) -> Channels | None:
    """None where it has groups or the short requantization would not be exact."""
    conv = conv_of(op)
    if conv.groups != 1:
        return None
    weights = conv.filters.reshape(conv.window.output_channels, conv.depth)
    return operator_channels(op, weights, factors_of(op), prescale)


@lru_cache(maxsize=256)
def depthwise_channels(op: Operator) -> Channels | None:
    """Weights as [channels, height * width]; None where the short requantization would not be exact."""
    weights = constant_data(op.input(1)).reshape(-1, op.output.shape[3]).T
    return operator_channels(op, weights, channel_factors(op))


def are_pairable(weights: Array) -> bool:
    """Whether 256 * odd channel + even channel fits an int16, for every weight."""
    joined = joined_weights(weights)
    return joined.size == 0 or bool(joined.min() >= -(1 << 15) and joined.max() < 1 << 15)


def joined_weights(weights: Array) -> Array:
    """256 * odd channel + even channel of [channels, products]; a last channel without partner has one of zeros."""
    if len(weights) % 2:
        weights = np.concatenate([weights, np.zeros_like(weights[:1])])
    return np.asarray(256 * weights[1::2] + weights[0::2])


def run_order(weights: Array, runs: int) -> Array:
    """[channels, products] of `runs` runs each, as [channels, quads, 4]: whole quads of each run, then what is left of
    all runs, in order, filled up with zeros; each in the order in which SXTB16 widens."""
    channels, products = weights.shape
    length = products // runs
    whole = length // QUAD * QUAD
    each = weights.reshape(channels, runs, length)
    rest = each[:, :, whole:].reshape(channels, -1)
    filled = np.pad(rest, ((0, 0), (0, -rest.shape[1] % QUAD))).reshape(channels, -1, QUAD)
    return np.concatenate([each[:, :, :whole].reshape(channels, -1, QUAD), filled], axis=1)[:, :, EVEN_THEN_ODD]


def words(halves: Array) -> Array:
    """Int16 values, two to an int32, the first one in the lower half: [..., 2n] to [..., n]."""
    low, high = halves[..., 0::2] & 0xFFFF, halves[..., 1::2] & 0xFFFF
    return np.asarray((low | high << 16).astype(np.uint32).view(np.int32))


def steps_table(made: Requantization, count: int) -> Array:
    """[count, 3] of multiplier, offset and shift."""
    table = np.zeros((count, 3), np.int64)
    table[:, 2] = 7
    table[: len(made.steps)] = [step[:3] for step in made.steps]
    return table


def pair_stream(channels: Channels, runs: int) -> Array:
    """The stream of all pairs of channels, as int32.

    A pair: the words of its first quad, its two starting sums, the words of the other quads, then multiplier, offset
    and shift of either channel.
    """
    pairs = (len(channels.weights) + 1) // 2
    joined = joined_weights(run_order(channels.weights, runs).reshape(len(channels.weights), -1))
    packed = words(joined)
    bias = np.pad(channels.bias, (0, 2 * pairs - len(channels.bias))).reshape(pairs, 2)
    starts = np.stack([bias[:, 0], bias[:, 0] + 256 * bias[:, 1]], axis=1)
    steps = steps_table(channels.requantization, 2 * pairs).reshape(pairs, 6)
    as_words = [packed[:, :2], wrapped(starts), packed[:, 2:], wrapped(steps)]
    return np.concatenate(as_words, axis=1).reshape(-1)


def wide_stream(channels: Channels, runs: int) -> Array:
    """The same with weights as int16, times 2^8 like the starting sums: twice the words, fewer instructions."""
    count = len(channels.weights)
    pairs = (count + 1) // 2
    more = 2 * pairs - count
    weights = np.pad(run_order(channels.weights, runs) << 8, ((0, more), (0, 0), (0, 0)))
    packed = words(weights.reshape(pairs, 2, -1, QUAD)).transpose(0, 2, 1, 3).reshape(pairs, -1)
    starts = np.pad(channels.bias << 8, (0, more)).reshape(pairs, 2)
    steps = steps_table(channels.requantization, 2 * pairs).reshape(pairs, 6)
    return np.concatenate([packed[:, :4], wrapped(starts), packed[:, 4:], wrapped(steps)], axis=1).reshape(-1)


def block_stream(channels: Channels, runs: int) -> Array:
    """Blocks of four channels as cg_direct_pixel_s8.h says: starting sums of two pairs, for each quad the words of
    both, then multiplier, offset and shift of each channel."""
    count = len(channels.weights)
    blocks, more = -(-count // BLOCK), -count % BLOCK
    quads = np.pad(run_order(channels.weights, runs), ((0, more), (0, 0), (0, 0)))
    packed = words(joined_weights(quads.reshape(BLOCK * blocks, -1)))
    by_quad = packed.reshape(blocks, 2, -1, 2).transpose(0, 2, 1, 3).reshape(blocks, -1)
    bias = np.pad(channels.bias, (0, more)).reshape(-1, 2)
    starts = np.stack([bias[:, 0], bias[:, 0] + 256 * bias[:, 1]], axis=1).reshape(blocks, BLOCK)
    steps = steps_table(channels.requantization, BLOCK * blocks).reshape(blocks, -1)
    return np.concatenate([wrapped(starts), by_quad, wrapped(steps)], axis=1).reshape(-1)


def wrapped(values: Array) -> Array:
    """`values` mod 2^32 as int32."""
    return np.asarray((values & 0xFFFFFFFF).astype(np.uint32).view(np.int32))
