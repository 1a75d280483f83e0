"""From a sum to an int8 in one multiply-accumulate, one shift and one saturation, where that is proven exact.

The reference (`cg_requantize.h`) rounds twice: y = SRDHM(x, m), then RDBPOT(y, e), then adds the zero point z; here
m is in [2^30, 2^31) and e = -shift. Its kernels compute instead, with ^ for powers and // rounding down,

    h = (x * 2^8 * m) // 2^32 + c        (SMMLA)
    h -= 2^7 where x < 0                 (only in the linear form)
    output = saturate(h // 2^s)          (ASR, SSAT)        with s = e + 7, c = 2^6 + 2^(s - 1) + z * 2^s

Proof. SRDHM(x, m) = (x * m + 2^30) // 2^31 for either sign. RDBPOT(y, e) = (y + 2^(e-1) - [y < 0]) // 2^e for e >= 1:
halves go away from zero. [y < 0] may be written [x < 0]: they differ only where y = 0, and (2^(e-1) - 1) // 2^e is 0
like 2^(e-1) // 2^e. For integers, (a // n + k) // p = (a + k * n) // (n * p). So the result is one division,

    z + (x * m + 2^30 + 2^(30+e) - [x < 0] * 2^31) // 2^(31+e),

and with numerator and denominator times 2^8 / 2^32 = 2^-24 this is the form above: 2^30 becomes 2^6, 2^(30+e)
becomes 2^(e+6) = 2^(s-1), 2^31 becomes 2^7, and the denominator 2^(e+7) = 2^s; all are integers, so dropping the
fraction of x * 2^8 * m / 2^32 first changes nothing. The correction by [x < 0] can only lower a result that is z or
less, so it is left out where the clamp's lower bound is z or more (`relu`). For e <= 0 there is one rounding:
s = e + 7 and c = 2^(s - 1) + z * 2^s, without correction.

Conditions, each checked here for every channel from bounds of x: |x| < 2^23, so that x * 2^8 fits 32 bits; h fits
32 bits; 1 <= s <= 23. A smaller factor (e > 16) gets a shorter multiplier. That is not covered by the proof, so its
steps are compared: both functions grow with x, hence they are equal on an interval where they begin equal and every
step is at the same x (`same_steps`).

A channel that gives one value for every x in its bounds becomes that constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...arithmetic import MultiplierShift
from ...graph import Array

PRESCALE = 8
"""Most kernels multiply sums by 2^PRESCALE before SMMLA. The proof holds for every prescale of 2 or more, with it in
place of 8: functions here take another one."""
LARGEST_SHIFT = 23
"""Of h: a zero point times 2^23 leaves room in 32 bits."""
_INT32 = 1 << 31


class Step(NamedTuple):
    """One channel's `multiplier`, `offset` (c) and `shift` (s). `constant`: the sum is to be 0."""

    multiplier: int
    offset: int
    shift: int
    constant: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Requantization:
    """The steps of all channels. `linear`: with the correction. `clamp`: bounds that saturation does not give."""

    steps: tuple[Step, ...]
    linear: bool
    clamp: tuple[int, int] | None

    @property
    def constant(self) -> Array:
        """Which channels are constant."""
        return np.array([step.constant for step in self.steps], np.bool_)


def reference(x: int, factor: MultiplierShift, zero_point: int, clamp: tuple[int, int]) -> int:
    """What the reference makes of a sum that its left shift does not wrap.

    >>> reference(100, MultiplierShift(1 << 30, -2), 3, (-128, 127)), reference(-4, MultiplierShift(1 << 30, -2), 0,
    ... (-128, 127))
    (16, -1)
    """
    shifted = x << max(factor.shift, 0)
    y = (shifted * factor.multiplier + (1 << 30)) >> 31
    e = max(-factor.shift, 0)
    if e > 0:
        y = (y + (1 << (e - 1)) - (y < 0)) >> e
    return min(max(y + zero_point, clamp[0]), clamp[1])


def computed(x: int, step: Step, *, linear: bool, clamp: tuple[int, int], prescale: int = PRESCALE) -> int:
    """What the kernels make of a sum."""
    x = 0 if step.constant else x
    h = ((x << prescale) * step.multiplier >> 32) + step.offset - ((1 << (prescale - 1)) if linear and x < 0 else 0)
    return min(max(h >> step.shift, -128, clamp[0]), 127, clamp[1])


def same_steps(one: Callable[[int], int], other: Callable[[int], int], low: int, high: int) -> bool:
    """Whether two functions that never fall are equal on [low, high]."""
    if one(low) != other(low) or one(high) != other(high):
        return False
    x, value = low, one(low)
    while value < one(high):
        below, x = x, high  # the least x of the next value
        while x - below > 1:
            middle = (x + below) // 2
            below, x = (below, middle) if one(middle) > value else (middle, x)
        if other(x - 1) != value or other(x) != one(x):
            return False
        value = one(x)
    return True


@dataclass(frozen=True, slots=True)
class _Form:
    """What all channels share."""

    zero_point: int
    clamp: tuple[int, int]
    prescale: int

    @property
    def linear(self) -> bool:
        return self.clamp[0] < self.zero_point

    @property
    def correction(self) -> int:
        return 1 << (self.prescale - 1)

    def wanted(self, x: int, factor: MultiplierShift) -> int:
        return reference(x, factor, self.zero_point, self.clamp)

    def computed(self, x: int, step: Step) -> int:
        return computed(x, step, linear=self.linear, clamp=self.clamp, prescale=self.prescale)

    def in_range(self, low: int, high: int, step: Step) -> Step | None:
        ends = [((x << self.prescale) * step.multiplier >> 32) + step.offset for x in (low, high)]
        return step if min(ends) - self.correction >= -_INT32 and max(ends) < _INT32 else None


def requantization(
    bounds: tuple[Array, Array],
    factors: Sequence[MultiplierShift],
    zero_point: int,
    clamp: tuple[int, int],
    prescale: int = PRESCALE,
) -> Requantization | None:
    """The steps for channels whose sums lie in `bounds` (least and greatest), None where they would not be exact."""
    form = _Form(zero_point, clamp, prescale)
    lows, highs = (array.tolist() for array in bounds)
    steps = []
    for low, high, factor in zip(lows, highs, factors, strict=True):
        step = _step(low, high, factor, form)
        if step is None:
            return None
        steps.append(step)
    return Requantization(tuple(steps), form.linear, None if clamp == (-128, 127) else clamp)


def _step(low: int, high: int, factor: MultiplierShift, form: _Form) -> Step | None:
    left = max(factor.shift, 0)
    if low << left < -_INT32 or high << left >= _INT32:
        return None  # the reference wraps
    first = form.wanted(low, factor)
    if first == form.wanted(high, factor):
        return Step(0, first << 7, 7, constant=True)
    if max(-low, high) >= 1 << (31 - form.prescale):
        return None
    e, z = -factor.shift, form.zero_point
    s = e + form.prescale - 1
    if e < 1:
        if form.linear or s < 1:
            return None
        return form.in_range(low, high, Step(factor.multiplier, (1 << (s - 1)) + (z << s), s))
    if s <= LARGEST_SHIFT:
        fine = 1 << (form.prescale - 2)
        return form.in_range(low, high, Step(factor.multiplier, fine + (1 << (s - 1)) + (z << s), s))
    return _shorter(low, high, factor, form)


def _shorter(low: int, high: int, factor: MultiplierShift, form: _Form) -> Step | None:
    """A step with the largest shift and a multiplier of fewer bits, where its steps are the reference's."""
    excess = -factor.shift + form.prescale - 1 - LARGEST_SHIFT
    nearest = factor.multiplier >> excess
    offset = (1 << (LARGEST_SHIFT - 1)) + (form.zero_point << LARGEST_SHIFT)
    for multiplier in (nearest, nearest + 1):
        for fine in (0, 1, form.correction // 2, form.correction):
            step = Step(multiplier, offset + fine, LARGEST_SHIFT)
            if form.in_range(low, high, step) and same_steps(
                lambda x: form.wanted(x, factor),
                lambda x, step=step: form.computed(x, step),  # type: ignore[misc]
                low,
                high,
            ):
                return step
    return None


def sum_bounds(weights: Array, bias: Array, zero_point: int) -> tuple[Array, Array]:
    """Least and greatest sum of each channel for any int8 input; `weights` are [channels, products].

    Padding counts as the zero point, which adds nothing.
    """
    wide = weights.astype(np.int64)
    positive, negative = np.maximum(wide, 0).sum(1), np.minimum(wide, 0).sum(1)
    low, high = -128 - zero_point, 127 - zero_point
    return bias + positive * low + negative * high, bias + positive * high + negative * low
