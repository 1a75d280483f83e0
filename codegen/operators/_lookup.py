"""Elementwise int8 operators as tables of 256 results, made at compile time by the reference's own arithmetic.

An operator file gives `Lookup` the function that an operator is: from the operator to a function of one int8.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._rules import operands, quantized, types, types_of
from ._whole import WholeKernel
from .access import elementwise
from .family import Address, Call, Table, native_call

if TYPE_CHECKING:
    from ..graph import Array, Operator
    from ..target import Target
    from .access import Access
    from .family import Band

Function = Callable[["Operator"], Callable[[int], int]]

one_operand = operands(1)
int8_types = types("Input and output are int8.", frozenset({"int8/int8"}), one_operand)
int8_quantized = quantized(int8_types)
"""The rules that a family's own rules come `after`: `@after(int8_types, int8_quantized)`."""


def table_of(function: Callable[[int], int]) -> Array:
    """The results of -128 to 127; a result that is no int8 is a bug of the function."""
    results = [function(q) for q in range(-128, 128)]
    assert all(-128 <= result <= 127 for result in results), results
    return read_only(np.array(results, np.int8))


class Lookup(WholeKernel):
    """cg_lookup_s8 with the table of an operator's function."""

    provider = "native"
    name = "cg_lookup_s8"
    counts = "count"

    def __init__(self, function: Function) -> None:
        self.function = function

    def fits(self, op: Operator) -> bool:
        return types_of(op) == "int8/int8"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            table=Table("table", table_of(self.function(op))),
            input=Address(op.input()),
            count=op.output.size,
            output=Address(op.output, writable=True),
        )
