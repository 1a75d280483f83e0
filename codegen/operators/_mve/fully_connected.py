"""FULLY_CONNECTED of int8 for MVE: cg_matmul_x16_s8, whose pixels are the rows of the input."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .._weighted import constant_data
from ..access import UNKNOWN, Access, rowwise
from ..family import Address, Kernel, Scratch, native_call
from .products import (
    Products,
    care,
    factors_table,
    grows,
    matmul_cost,
    matmul_params,
    matmul_scratch,
    products,
    weights_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ...arithmetic import MultiplierShift
    from ...graph import Operator
    from ...target import Target
    from ..family import Band, Call


class FullyConnectedS8(Kernel):
    """cg_matmul_x16_s8. `factors_of` gives one factor for each unit."""

    provider = "native"
    name = "cg_matmul_x16_s8"

    def __init__(self, factors_of: Callable[[Operator], Sequence[MultiplierShift]]) -> None:
        self._products = lru_cache(maxsize=64)(lambda op: _products(op, factors_of(op)))

    def takes(self, op: Operator, target: Target) -> bool:
        are_int8 = op.output.dtype == op.input().dtype == op.input(1).dtype == "int8"
        return target.isa.mve and are_int8 and care(self._products(op)) is not None

    def grows(self, op: Operator) -> bool:
        return grows(self._products(op))

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return matmul_scratch(op.output.shape[-1])

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """A single row is read again for every few outputs."""
        return rowwise(op.output, op.input(), 1) if op.output.size == op.output.shape[-1] else UNKNOWN

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        made = self._products(op)
        return matmul_cost(made, op.output.size // made.outputs)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        return {"calls": 1.0, "counted": float(self.cost(op, target))}

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        made = self._products(op)
        return native_call(
            self.name,
            params=matmul_params(made),
            input=Address(op.input()),
            step=made.depth,
            count=op.output.size // made.outputs,
            weights=weights_table(made),
            factors=factors_table(made),
            scratch=Scratch() if self.scratch_bytes(op, target, band) else None,
            output=Address(op.output, writable=True),
        )


def _products(op: Operator, factors: Sequence[MultiplierShift]) -> Products:
    weights = constant_data(op.input(1))
    return products(op, weights, factors)
