"""What values a channel can take at all: bounds of every element of an int8 tensor, for every possible input.

Interval arithmetic over the quantized network, channel by channel (the last dimension). Bounds are exact where an
operator is a weighted sum of independent inputs, and safe (never too narrow) everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import INTEGER_RANGE, convolution_multipliers, fused_clamp
from ..operators._fixed_point import requantized_array
from ..operators._lookup import table_of
from ..operators._weighted import constant_data
from ..operators.composed import lookup_of
from ..operators.conv_2d import convolution
from ..operators.depthwise_conv_2d import multiplier_of
from ..operators.depthwise_conv_2d import window as depthwise_window
from ..operators.fully_connected import factors_of_units
from ..operators.fully_connected import sizes as dense_sizes
from ._rewrite import accepted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..arithmetic import MultiplierShift
    from ..graph import Array, Operator, Subgraph, Tensor
    from ..operators._window import Axis

INT32_MAX = (1 << 31) - 1

VIEWS = frozenset({"RESHAPE", "SQUEEZE", "EXPAND_DIMS"})
POOLS = frozenset({"AVERAGE_POOL_2D", "MAX_POOL_2D"})


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Least and greatest value of each channel, int64 arrays [channels]."""

    low: Array
    high: Array

    @property
    def is_constant(self) -> Array:
        """Of each channel, whether it can take one value only."""
        return np.asarray(self.low == self.high)


def channels_of(tensor: Tensor) -> int:
    """The last dimension; 1 for a scalar."""
    return tensor.shape[-1] if tensor.shape else 1


def _all_values(tensor: Tensor) -> Interval:
    low, high = INTEGER_RANGE[tensor.dtype]
    return Interval(np.full(channels_of(tensor), low, np.int64), np.full(channels_of(tensor), high, np.int64))


def intervals(subgraph: Subgraph) -> dict[Tensor, Interval]:
    """The bounds of every computed int8 tensor of `subgraph`, whatever its inputs and variables hold."""
    found: dict[Tensor, Interval] = {}
    for tensor in subgraph.tensors:
        if tensor.dtype == "int8" and not tensor.is_constant:
            found[tensor] = _all_values(tensor)
    for op in subgraph.operators:
        bounds = _bounds(op, found) if len(op.outputs) == 1 and not op.output.is_variable else None
        if bounds is not None:
            found[op.output] = bounds
    return found


def of_int8(op: Operator) -> bool:
    """Whether the first input and the first output of `op` are int8."""
    x = op.optional_input(0)
    return x is not None and x.dtype == "int8" and op.output.dtype == "int8"


def _bounds(op: Operator, found: Mapping[Tensor, Interval]) -> Interval | None:
    """The bounds of the output; None where nothing is known but its type."""
    family = accepted(op)
    if family is None or not of_int8(op) or op.input() not in found:
        return None
    known = found[op.input()]
    if op.type in WEIGHTED:
        return WEIGHTED[op.type](op, known)
    if op.type in VIEWS:
        return _reshaped(known, channels_of(op.output))
    if op.type in POOLS:
        low, high = fused_clamp(op)
        return Interval(known.low.clip(low, high), known.high.clip(low, high))
    lookup = lookup_of(family, op)
    return None if lookup is None else _looked_up(table_of(lookup.function(op)), known)


def _reshaped(known: Interval, channels: int) -> Interval | None:
    """In row-major order element i of a longer last dimension is channel i modulo the channels before."""
    times, rest = divmod(channels, known.low.size)
    return None if rest else Interval(np.tile(known.low, times), np.tile(known.high, times))


def _looked_up(table: Array, known: Interval) -> Interval:
    parts = [table[low + 128 : high + 129] for low, high in zip(known.low, known.high, strict=True)]
    return Interval(np.array([p.min() for p in parts], np.int64), np.array([p.max() for p in parts], np.int64))


# ---------------------------------------------------------------------------------------------- weighted sums
def _convolved(op: Operator, known: Interval) -> Interval:
    conv = convolution(op)
    weights = constant_data(op.input(1))
    outputs, height, width, depth = weights.shape
    low, high = (bound.reshape(conv.groups, depth) - op.input().zero_point for bound in (known.low, known.high))
    parts = weights.reshape(conv.groups, -1, depth).astype(np.float64)
    least, greatest = _products(parts, low[:, :, None], high[:, :, None])
    taps = (outputs, height, width)
    factors = convolution_multipliers(op.input(), op.input(1), op.output, outputs)
    window = conv.window
    return _summed(op, least.reshape(taps), greatest.reshape(taps), (window.height, window.width), factors)


def _convolved_by_channel(op: Operator, known: Interval) -> Interval:
    window, times = depthwise_window(op), multiplier_of(op)
    weights = np.moveaxis(constant_data(op.input(1))[0], 2, 0)[..., None, None].astype(np.float64)
    low, high = (
        np.repeat(bound - op.input().zero_point, times)[:, None, None, None, None] for bound in (known.low, known.high)
    )
    least, greatest = _products(weights, low, high)
    factors = convolution_multipliers(op.input(), op.input(1), op.output, window.output_channels)
    taps = weights.shape[:3]
    return _summed(op, least.reshape(taps), greatest.reshape(taps), (window.height, window.width), factors)


def _connected(op: Operator, known: Interval) -> Interval | None:
    sizes = dense_sizes(op)
    spread = _reshaped(known, sizes.depth)
    if spread is None:
        return None
    low, high = (bound - op.input().zero_point for bound in (spread.low, spread.high))
    least, greatest = _products(constant_data(op.input(1)).astype(np.float64), low[:, None], high[:, None])
    taps = (sizes.units, 1, 1)
    return _summed(op, least.reshape(taps), greatest.reshape(taps), None, factors_of_units(op))


WEIGHTED: Mapping[str, Callable[[Operator, Interval], Interval | None]] = {
    "CONV_2D": _convolved,
    "DEPTHWISE_CONV_2D": _convolved_by_channel,
    "FULLY_CONNECTED": _connected,
}


def _products(weights: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """The least and the greatest sum of weights times inputs in [low, high]; exact: sums stay below 2^53."""
    positive, negative = np.maximum(weights, 0), np.minimum(weights, 0)
    low, high = low.astype(np.float64), high.astype(np.float64)
    return positive @ low + negative @ high, positive @ high + negative @ low


def _summed(
    op: Operator,
    least: Array,
    greatest: Array,
    axes: tuple[Axis, Axis] | None,
    factors: Sequence[MultiplierShift],
) -> Interval:
    """The bounds of the output from those of each tap's sum, [output channels, height, width].

    At the borders some taps lie on padding, which adds 0: each pattern of taps inside the image is a case of its own.
    """
    bias = op.optional_input(2)
    start = np.zeros(len(factors)) if bias is None else constant_data(bias).reshape(-1).astype(np.float64)
    patterns = product(*(taps_inside(axis) for axis in axes)) if axes else [((True,), (True,))]
    lows, highs = [], []
    for rows, columns in patterns:
        inside = np.outer(rows, columns)
        lows.append(_requantized(op, start + (least * inside).sum(axis=(1, 2)), factors, 0))
        highs.append(_requantized(op, start + (greatest * inside).sum(axis=(1, 2)), factors, 1))
    return Interval(np.min(lows, axis=0), np.max(highs, axis=0))


def taps_inside(axis: Axis) -> list[tuple[bool, ...]]:
    """Which taps lie inside the image, for every kind of output position.

    >>> from codegen.operators._window import Axis
    >>> taps_inside(Axis(input=4, output=4, kernel=3, stride=1, dilation=1, before=1))
    [(False, True, True), (True, True, True), (True, True, False)]
    """
    found = dict.fromkeys(
        tuple(0 <= o * axis.stride - axis.before + k * axis.dilation < axis.input for k in range(axis.kernel))
        for o in range(axis.output)
    )
    return list(found)


def _requantized(op: Operator, sums: Array, factors: Sequence[MultiplierShift], end: int) -> Array:
    """MultiplyByQuantizedMultiplier (double rounding), zero point and clamp of `sums`: it never falls where a sum
    grows, so bounds go to bounds. Sums that may leave 32 bits give the end of the clamp, 0 low or 1 high."""
    multiplier = np.array([factor.multiplier for factor in factors], np.int64)
    shift = np.array([factor.shift for factor in factors], np.int64)
    clamp = fused_clamp(op)
    is_wide = np.abs(sums) * np.exp2(np.maximum(shift, 0)) > INT32_MAX
    result = requantized_array(np.where(is_wide, 0, sums).astype(np.int64), multiplier, shift)
    return np.where(is_wide, clamp[end], (result + op.output.zero_point).clip(*clamp))
