"""FULLY_CONNECTED by tiles of five units."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import fused_clamp
from .._weighted import constant_data, native_kind
from ..access import UNKNOWN, at_once
from ..family import Address, Kernel, Scratch, Table, native_call, struct
from .channels import TILE, WEIGHT_OFFSET, Channels, operator_channels
from .conv import is_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from ...target import Target
    from ..access import Access
    from ..family import Band, Call

STEP = 8
"""Values of a turn of the kernel's loop."""


@lru_cache(maxsize=256)
def _channels(factors_of: Callable[[Operator], Sequence[MultiplierShift]], op: Operator) -> Channels | None:
    channels = operator_channels(op, constant_data(op.input(1)), factors_of(op))
    if channels is None:
        return None
    # The kernel's values have 128 too much as well.
    steps = channels.steps.astype(np.int64)
    steps[:, 0] -= WEIGHT_OFFSET * channels.weights.sum(1)
    return None if (np.abs(steps) >= 1 << 31).any() else replace(channels, steps=steps.astype(np.int32))


def _blocks(weights: Array) -> Array:
    """[blocks][depth rounded up to STEP][TILE], unsigned."""
    units, depth = weights.shape
    filled = np.pad(weights, ((0, -units % TILE), (0, -depth % STEP)))
    return np.asarray((filled.reshape(-1, TILE, filled.shape[1]).swapaxes(1, 2) + WEIGHT_OFFSET).astype(np.uint8))


class TileS8(Kernel):
    """cg_fully_connected_tile_s8, where its requantization is proven."""

    provider = "native"
    name = "cg_fully_connected_tile_s8"

    def __init__(self, factors_of: Callable[[Operator], Sequence[MultiplierShift]]) -> None:
        self.factors_of = factors_of

    def takes(self, op: Operator, target: Target) -> bool:
        return is_for(target) and native_kind(op) == "s8" and _channels(self.factors_of, op) is not None

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return -(-op.input(1).shape[1] // STEP) * STEP

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        batches = op.output.size // op.input(1).shape[0]
        return at_once((op.input(),), op.output) if batches == 1 else UNKNOWN

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        """Values, and blocks of units with their products."""
        units, depth = op.input(1).shape
        batches = op.input().size // depth
        blocks = batches * -(-units // TILE)
        return {
            "calls": 1.0,
            "inputs": float(batches * depth),
            "blocks": float(blocks),
            "block_macs": float(blocks * TILE * (-(-depth // STEP) * STEP)),
        }

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        channels = _channels(self.factors_of, op)
        assert channels is not None, op.name
        units, depth = op.input(1).shape
        low, high = fused_clamp(op)
        return native_call(
            self.name,
            params=struct(
                "cg_fully_connected_tile_s8_params",
                batches=op.input().size // depth,
                depth=depth,
                units=units,
                activation_min=low,
                activation_max=high,
            ),
            input=Address(op.input()),
            weights=Table("weights", _blocks(channels.weights)),
            steps=Table("steps", np.pad(channels.steps, ((0, -units % TILE), (0, 0)))),
            scratch=Scratch(),
            output=Address(op.output, writable=True),
        )
