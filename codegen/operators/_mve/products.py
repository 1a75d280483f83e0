"""Sums of products of int8 for MVE: weights packed for cg_matmul_x16_s8, and what must be proven of the numbers.

Arithmetic: VQRDMULH is floor(x * m / 2^31 + 1/2), which is SaturatingRoundingDoublingHighMul for every multiplier
m >= 0. VRSHL by -e is floor(y / 2^e + 1/2): halves go upwards, where RoundingDivideByPOT takes them away from zero. The
two differ only at halves below zero, and so not where the clamp's low end is the output zero point or above: what is
below zero ends there. Elsewhere one is taken from y < 0 before the shift. For e >= 1 that moves those halves and
nothing else: y - 1 + 2^(e-1) is a multiple of 2^e less one only where y is such a half.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...arithmetic import fused_clamp
from ..family import Table, struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from ..family import Struct

VECTOR = 16
"""Products of one instruction."""
GROUP = 4
"""Outputs that are requantized together."""
INT16_MAX, INT32_MAX, INT32_MIN = (1 << 15) - 1, (1 << 31) - 1, -(1 << 31)


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """`weights` [outputs, depth]; `bias` [outputs] in int64 with the input's zero point folded in: input bytes are
    multiplied as they are. `factors`, one an output. `bounds` are the clamp."""

    weights: Array
    bias: Array
    factors: tuple[MultiplierShift, ...]
    zero_point: int
    bounds: tuple[int, int]

    @property
    def outputs(self) -> int:
        return int(self.weights.shape[0])

    @property
    def depth(self) -> int:
        return int(self.weights.shape[1])


def products(op: Operator, weights: Array, factors: Sequence[MultiplierShift]) -> Products:
    """What `op` computes with `weights` [outputs, depth] of its input, its bias and its fused activation."""
    wide = weights.astype(np.int64)
    bias = op.optional_input(2)
    given = (
        np.zeros(len(wide), np.int64) if bias is None or bias.data is None else bias.data.astype(np.int64).reshape(-1)
    )
    return Products(
        weights,
        given - op.input().zero_point * wide.sum(axis=1),
        tuple(factors),
        op.output.zero_point,
        fused_clamp(op),
    )


def accumulators(made: Products) -> tuple[Array, Array]:
    """Least and greatest accumulator of each output, over every input."""
    wide = made.weights.astype(np.int64)
    up, down = np.maximum(wide, 0).sum(axis=1), np.minimum(wide, 0).sum(axis=1)
    return made.bias - 128 * up + 127 * down, made.bias + 127 * up - 128 * down


def _scaled(x: Array, made: Products) -> Array:
    """Before zero point and clamp, to within one."""
    multipliers = np.array([f.multiplier for f in made.factors], np.int64)
    shifts = np.array([31 - f.shift for f in made.factors], np.int64)
    return ((x >> 31) * multipliers >> np.maximum(shifts - 31, 0)) + ((x & INT32_MAX) * multipliers >> shifts)


Care = Literal[0, 1]


def care(made: Products) -> Care | None:
    """How vectors requantize: 0 plainly, 1 with care for halves below zero and sums beyond 16 bits, None not at all.

    Proven for every input, for each output: accumulators stay in 32 bits, shifts go right.
    """
    low, high = accumulators(made)
    if low.min() < INT32_MIN or high.max() > INT32_MAX:
        return None
    if not all(-31 <= factor.shift <= 0 for factor in made.factors):
        return None
    is_rectified = made.bounds[0] >= made.zero_point or bool((low >= 0).all())
    most = INT16_MAX - 130  # a zero point, and two that roundings may add
    is_short = bool((np.abs(_scaled(low, made)) <= most).all() and (np.abs(_scaled(high, made)) <= most).all())
    if is_rectified and is_short:
        return 0
    return 1 if all(factor.shift < 0 or factor.multiplier == 0 for factor in made.factors) else None


def chunks(depth: int) -> int:
    return -(-depth // VECTOR)


def padded_outputs(outputs: int) -> int:
    return -(-outputs // GROUP) * GROUP


def packed_bytes(made: Products) -> int:
    """Bytes of `weights_table`."""
    return padded_outputs(made.outputs) * chunks(made.depth) * VECTOR


def weights_table(made: Products) -> Table:
    """Chunks of 16 weights, those of two outputs in turn; the first of an output begins with zeros.

    >>> from ...arithmetic import MultiplierShift
    >>> made = Products(np.ones((1, 17), np.int8), np.zeros(1), (MultiplierShift(1 << 30, 0),), 0, (-128, 127))
    >>> weights_table(made).data.sum(axis=1)
    array([ 1,  0, 16,  0,  0,  0,  0,  0])
    """
    vectors = chunks(made.depth)
    padded = np.zeros((padded_outputs(made.outputs), vectors * VECTOR), np.int8)
    padded[: made.outputs, vectors * VECTOR - made.depth :] = made.weights
    pairs = padded.reshape(-1, 2, vectors, VECTOR).transpose(0, 2, 1, 3)
    return Table("weights", np.ascontiguousarray(pairs.reshape(-1, VECTOR)))


def factors_table(made: Products) -> Table:
    """Bias, multiplier and shift of each output."""
    rows = np.zeros((padded_outputs(made.outputs), 3), np.int32)
    rows[: made.outputs, 0] = made.bias.astype(np.int32)  # wraps as the kernel's sum does
    rows[: made.outputs, 1:] = [tuple(factor) for factor in made.factors]
    return Table("factors", rows)


GROWTH, SMALL = 1.15, 1024
"""Packed weights may be this much larger than the given ones, and by this many bytes in any case."""


def grows(made: Products) -> bool:
    """Whether the packed weights are notably larger."""
    given, packed = made.weights.size, packed_bytes(made)
    return packed > GROWTH * given and packed > given + SMALL


def matmul_params(made: Products, pixels: int = 1) -> Struct:
    """cg_matmul_x16_s8_params; of the output, so many pixels further is the next one."""
    careful = care(made)
    assert careful is not None
    return struct(
        "cg_matmul_x16_s8_params",
        depth=made.depth,
        outputs=made.outputs,
        pitch=pixels * made.outputs,
        output_offset=made.zero_point,
        activation_min=made.bounds[0],
        activation_max=made.bounds[1],
        careful=careful,
    )


def matmul_scratch(outputs: int) -> int:
    """CG_MATMUL_X16_S8_SCRATCH."""
    return 4 * padded_outputs(outputs) if outputs % GROUP else 0


def matmul_cost(made: Products, pixels: int) -> int:
    """Instructions for `pixels` pixels, counted in the assembly: in fours, one or two left over by themselves."""
    vectors, groups = chunks(made.depth), padded_outputs(made.outputs) // GROUP
    turns = (vectors - 4) // 2 if vectors > 5 else 0
    group = 2 * (14 * vectors + 3) + (2 * (5 + 2 * turns) - 2 if turns else 0) + 32 + (13 if care(made) else 0)
    single = (groups + 1) // 2 * (17 * vectors + 16 + vectors) + 16 * groups + 90
    fours, rest = divmod(pixels, 4)
    copies = 4 * (made.outputs // 16 * 9 + 12) + 50 if made.outputs % GROUP else 0
    return (fours + (rest == 3)) * (groups * group + 12 + copies) + 110 + (rest % 3) * single
