"""FULLY_CONNECTED by pairs of units, four units and eight products at a time, bytes widened on the way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .._weighted import constant_data, native_kind
from ..access import rowwise
from ..family import Address, Kernel, Scratch, Table, native_call, struct
from .pairs import EVEN_THEN_ODD, QUAD, are_pairable, joined_weights, operator_channels, steps_table, words, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from ...target import Target
    from ..access import Access
    from ..family import Band, Call
    from .pairs import Channels

    FactorsOf = Callable[[Operator], list[MultiplierShift]]

UNITS = 4
TURN = 8
"""Units of a block, and products of one that a turn of the loop adds."""
WIDE_TURN = 2 * TURN
"""Bytes of a turn's values, widened."""
SMALL = 512
"""Bytes of scratch that are spent unless RAM is what the user wants least of."""


def wide_turns(op: Operator, target: Target) -> int:
    """How many of a row's turns are widened once, in scratch. The others are read as they are, for each four units."""
    units, depth = op.input(1).shape
    turns = -(-depth // TURN)
    if depth % QUAD and op.input().size != depth:
        return turns  # rows that are not aligned
    if target.optimize == "speed":
        return turns
    room = SMALL if target.optimize == "size" else max(SMALL, depth, units)
    return max(0 if target.optimize == "ram" else min(turns, room // WIDE_TURN), 1 if depth % TURN else 0)


@lru_cache(maxsize=256)
def _channels(factors_of: FactorsOf, op: Operator) -> Channels | None:
    """None where pairs or the short requantization would not be exact."""
    made = operator_channels(op, constant_data(op.input(1)), factors_of(op))
    return made if made is not None and are_pairable(made.weights) else None


def _stream(channels: Channels) -> Array:
    """Blocks of four units as cg_fully_connected_pairs_s8.h says."""
    units, depth = channels.weights.shape
    blocks, more_units, more_depth = -(-units // UNITS), -units % UNITS, -depth % TURN
    weights = np.pad(channels.weights, ((0, more_units), (0, more_depth)))
    bias = np.pad(channels.bias, (0, more_units)).reshape(-1, 2)
    starts = np.stack([bias[:, 0], bias[:, 0] + 256 * bias[:, 1]], axis=1).reshape(blocks, UNITS)
    quads = joined_weights(weights).reshape(2 * blocks, -1, QUAD)[:, :, EVEN_THEN_ODD]
    by_quad = words(quads).reshape(blocks, 2, -1, 2).transpose(0, 2, 1, 3).reshape(blocks, -1)
    steps = steps_table(channels.requantization, blocks * UNITS).reshape(blocks, -1)
    return np.concatenate([wrapped(starts), by_quad, wrapped(steps)], axis=1).reshape(-1)


class DspFullyConnectedS8(Kernel):
    """cg_fully_connected_pairs_s8: whatever its requantization is proven for."""

    provider = "native"
    name = "cg_fully_connected_pairs_s8"

    def __init__(self, factors_of: FactorsOf) -> None:
        self.factors_of = factors_of

    def takes(self, op: Operator, target: Target) -> bool:
        is_dsp = target.isa.dsp and not target.isa.mve
        return is_dsp and native_kind(op) == "s8" and _channels(self.factors_of, op) is not None

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return WIDE_TURN * wide_turns(op, target)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        units, depth = op.input(1).shape
        rows = op.input().size // depth
        blocks, turns, wide = -(-units // UNITS), -(-depth // TURN), wide_turns(op, target)
        return {
            "calls": 1.0,
            "widened": float(rows * wide),
            "blocks": float(rows * blocks),
            "turns": float(rows * blocks * (turns - wide)),
            "wide_turns": float(rows * blocks * wide),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        counts = 40 * work["blocks"] + 33 * work["turns"] + 28 * work["wide_turns"] + 20 * work["widened"]
        return round(160 + counts)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        depth = op.input(1).shape[1]
        block = UNITS if wide_turns(op, target) < -(-depth // TURN) else 0
        return rowwise(op.output, op.input(), op.input().size // depth, block=block)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        channels, wide = _channels(self.factors_of, op), wide_turns(op, target)
        assert channels is not None, op.name
        units, depth = op.input(1).shape
        clamp = channels.requantization.clamp or (-128, 127)
        return native_call(
            self.name,
            params=struct(
                "cg_fully_connected_pairs_s8_params",
                batches=op.input().size // depth,
                depth=depth,
                units=units,
                turns=-(-depth // TURN),
                wide_turns=wide,
                linear=int(channels.requantization.linear),
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=Address(op.input()),
            stream=Table("stream", _stream(channels)),
            scratch=Scratch() if wide else None,
            output=Address(op.output, writable=True),
        )
