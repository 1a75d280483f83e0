"""ADD where one input is only shifted: a table for the other one, and the short requantization."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import MultiplierShift
from .._broadcast import is_elementwise
from .._fixed_point import requantized_array
from .._whole import element_rows, part_of_rows
from ..access import elementwise
from ..family import Address, Kernel, Table, native_call, struct
from .pairs import wrapped
from .requantize import reference, same_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from ..access import Access
    from ..family import Band, Call

PRESCALE = 2
"""Sums are 4 times the reference's before SMMLA; see `requantize` for the proof, with 2 in place of 8."""
PLAIN_SHIFT = 19
"""What the input with the larger scale is multiplied by: (x << 20) * 2^30 / 2^31, which is exact."""
ONE_HALF = MultiplierShift(1 << 30, 0)
_INT32 = 1 << 31


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """How the sum of an ADD is made and brought back: `plain` is the input (0 or 1) that is only shifted."""

    plain: int
    table: Array
    multiplier: int
    offset: int
    shift: int
    linear: bool


def sum_of(fields: Mapping[str, int]) -> Sum | None:
    """The sum by the fields of cg_sum_params; None where no input is only shifted or something would not fit."""
    factors = [MultiplierShift(fields[f"input{n}_multiplier"], fields[f"input{n}_shift"]) for n in (1, 2)]
    if ONE_HALF not in factors or any(factor.shift > 0 for factor in factors):
        return None
    plain = factors.index(ONE_HALF)
    offsets = fields["input1_offset"], fields["input2_offset"]
    byte = np.arange(256, dtype=np.int64)
    others = requantized_array((np.where(byte < 128, byte, byte - 256) + offsets[1 - plain]) << 20, *factors[1 - plain])
    table = (others + (offsets[plain] << PLAIN_SHIFT)) << PRESCALE
    low, high = int(table.min()) - (128 << 21), int(table.max()) + (127 << 21)
    e, zero_point = -fields["output_shift"], fields["output_offset"]
    shift = e + PRESCALE - 1
    if e < 1 or shift > 23 or low < -_INT32 or high >= _INT32:
        return None
    made = Sum(
        plain,
        wrapped(table),
        fields["output_multiplier"],
        1 + (1 << (shift - 1)) + (zero_point << shift),
        shift,
        fields["activation_min"] < zero_point,
    )
    return made if _is_exact(made, fields, low >> PRESCALE, high >> PRESCALE) else None


def _is_exact(made: Sum, fields: Mapping[str, int], low: int, high: int) -> bool:
    """The proof of `requantize` holds for every prescale of 2 or more; it is cheap to look at each step again."""
    clamp = fields["activation_min"], fields["activation_max"]

    def wanted(x: int) -> int:
        return reference(x, MultiplierShift(made.multiplier, fields["output_shift"]), fields["output_offset"], clamp)

    def computed(x: int) -> int:
        h = ((x << PRESCALE) * made.multiplier >> 32) + made.offset - (2 if made.linear and x < 0 else 0)
        return min(max(h >> made.shift, -128, clamp[0]), 127, clamp[1])

    ends = [((x << PRESCALE) * made.multiplier >> 32) + made.offset for x in (low, high)]
    return min(ends) - 2 >= -_INT32 and max(ends) < _INT32 and same_steps(wanted, computed, low, high)


@lru_cache(maxsize=1024)
def _made(fields_of: Callable[[Operator], Mapping[str, int]], op: Operator) -> Sum | None:
    """`sum_of` the fields of `op`, made once."""
    return sum_of(fields_of(op))


class DspAddS8(Kernel):
    """cg_add_table_s8: without broadcasting, where one factor is one half; not where flash is the objective."""

    provider = "native"
    name = "cg_add_table_s8"

    def __init__(self, fields_of: Callable[[Operator], Mapping[str, int]]) -> None:
        self.fields_of = fields_of

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or target.optimize == "size":
            return False
        # The table is a kilobyte: it is for tensors that are larger.
        is_worth_it = op.output.dtype == "int8" and is_elementwise(op) and op.output.size >= 512
        return is_worth_it and _made(self.fields_of, op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return element_rows(op) is not None

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        return 60 + 12 * op.output.size

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input(0), op.input(1))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        fields = self.fields_of(op)
        made = _made(self.fields_of, op)
        assert made is not None, op.name
        whole = native_call(
            self.name,
            params=struct(
                "cg_add_table_s8_params",
                multiplier=made.multiplier,
                offset=made.offset,
                shift=made.shift,
                linear=int(made.linear),
                activation_min=fields["activation_min"],
                activation_max=fields["activation_max"],
            ),
            table=Table("table", made.table),
            plain=Address(op.input(made.plain)),
            other=Address(op.input(1 - made.plain)),
            count=op.output.size,
            output=Address(op.output, writable=True),
        )
        return part_of_rows(whole, op, band, "count")
