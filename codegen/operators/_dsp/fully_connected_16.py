"""FULLY_CONNECTED of int16: four units at a time, weights of int8 widened on the way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import fused_clamp
from .._weighted import constant_data, native_kind
from ..access import rowwise
from ..family import Address, Kernel, Scratch, Table, native_call, struct
from .int16 import channels_16, weight_words
from .pairs import QUAD, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from ...target import Target
    from ..access import Access
    from ..family import Band, Call

UNITS = 4


@lru_cache(maxsize=256)
def _stream(factors_of: Callable[[Operator], Sequence[MultiplierShift]], op: Operator) -> Array | None:
    """As cg_fully_connected_units_s16.h says; None where the sums or the short requantization are not exact."""
    units, depth = op.input(1).shape
    bias = op.optional_input(2)
    made = channels_16(
        constant_data(op.input(1)).reshape(units, depth),
        None if bias is None else constant_data(bias),
        factors_of(op),
    )
    if made is None:
        return None
    more = -units % UNITS
    weights = weight_words(np.pad(made.weights, ((0, more), (0, -depth % QUAD))))
    packed = weights.reshape(-1, UNITS, weights.shape[1]).transpose(0, 2, 1).reshape(-1, UNITS * weights.shape[1])
    biases = np.pad(made.bias, (0, more)).reshape(-1, UNITS)
    steps = np.concatenate([made.steps, np.array([[0, 0, 1]] * more, np.int64).reshape(-1, 3)]).reshape(-1, 3 * UNITS)
    return wrapped(np.concatenate([biases, packed, steps], axis=1).reshape(-1))


class DspFullyConnectedS16(Kernel):
    """cg_fully_connected_pairs_s16: without zero points, sums that fit 32 bits."""

    provider = "native"
    name = "cg_fully_connected_pairs_s16"

    def __init__(self, factors_of: Callable[[Operator], Sequence[MultiplierShift]]) -> None:
        self.factors_of = factors_of

    def takes(self, op: Operator, target: Target) -> bool:
        is_dsp = target.isa.dsp and not target.isa.mve
        is_symmetric = op.input().zero_point == op.output.zero_point == 0
        return is_dsp and is_symmetric and native_kind(op) == "s16_b64" and _stream(self.factors_of, op) is not None

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """A row filled up to quads."""
        depth = op.input(1).shape[1]
        return 0 if depth % QUAD == 0 else 2 * QUAD * -(-depth // QUAD)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        depth = op.input(1).shape[1]
        return rowwise(op.output, op.input(), op.input().size // depth, block=0 if depth % QUAD else UNITS)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        units, depth = op.input(1).shape
        rows, blocks = op.input().size // depth, -(-units // UNITS)
        return {
            "calls": 1.0,
            "rows": float(rows),
            "blocks": float(rows * blocks),
            "quads": float(rows * blocks * -(-depth // QUAD)),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        return round(60 + 60 * work["rows"] + 34 * work["blocks"] + 18.5 * work["quads"])

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        units, depth = op.input(1).shape
        stream = _stream(self.factors_of, op)
        assert stream is not None, op.name
        low, high = fused_clamp(op)
        return native_call(
            self.name,
            params=struct(
                "cg_fully_connected_pairs_s16_params",
                batches=op.input().size // depth,
                depth=depth,
                units=units,
                quads=-(-depth // QUAD),
                positive=int(low == 0),
                activation_min=low,
                activation_max=high,
            ),
            input=Address(op.input()),
            stream=Table("stream", stream),
            scratch=Scratch() if depth % QUAD else None,
            output=Address(op.output, writable=True),
        )
