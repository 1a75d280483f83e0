"""FULLY_CONNECTED by pairs of units, four units and eight products at a time, bytes widened on the way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import fused_clamp
from .._weighted import constant_data, native_kind
from ..access import rowwise
from ..family import Address, Kernel, Scratch, Table, native_call, struct
from .pairs import EVEN_THEN_ODD, QUAD, are_pairable, channels_of, joined_weights, steps_table, words, wrapped

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


@lru_cache(maxsize=256)
def _channels(factors_of: FactorsOf, op: Operator) -> Channels | None:
    """None where pairs or the short requantization would not be exact."""
    bias = op.optional_input(2)
    made = channels_of(
        constant_data(op.input(1)),
        None if bias is None else constant_data(bias),
        factors_of(op),
        (op.input().zero_point, op.output.zero_point),
        fused_clamp(op),
    )
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
        """A row filled up to whole turns."""
        depth = op.input(1).shape[1]
        return 0 if depth % TURN == 0 else -(-depth // TURN) * TURN

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        units, depth = op.input(1).shape
        rows = op.input().size // depth
        blocks, turns = -(-units // UNITS), -(-depth // TURN)
        return {
            "calls": 1.0,
            "rows": float(rows),
            "blocks": float(rows * blocks),
            "turns": float(rows * blocks * turns),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        return round(60 * work["rows"] + 40 * work["blocks"] + 32 * work["turns"])

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        depth = op.input(1).shape[1]
        block = UNITS if depth % TURN == 0 else 0
        return rowwise(op.output, op.input(), op.input().size // depth, block=block)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        channels = _channels(self.factors_of, op)
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
                linear=int(channels.requantization.linear),
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=Address(op.input()),
            stream=Table("stream", _stream(channels)),
            scratch=Scratch() if depth % TURN else None,
            output=Address(op.output, writable=True),
        )
