"""Sums and differences of quantized tensors: the fields of cg_sum_params (runtime_c/include/cg_sum.h)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import quantize_multiplier
from ._rules import after
from .family import struct

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Constraint, Struct

LEFT_SHIFTS = {"int8": 20, "int16": 15}
"""Bits that both inputs gain before they are added."""


FIELDS = (
    "input1_offset", "input1_multiplier", "input1_shift", "input2_offset", "input2_multiplier", "input2_shift",
    "left_shift", "output_offset", "output_multiplier", "output_shift", "activation_min", "activation_max",
)  # fmt: skip
"""The fields of cg_sum_params."""


class Factors(NamedTuple):
    """What the inputs are brought to a common scale by, and the output's factor from there."""

    input1: float
    input2: float
    output: float


def sum_factors(op: Operator) -> Factors:
    """CalculateOpDataAdd and CalculateOpDataSub of TFLite Micro, in double (until 2026, SUB's were in float32)."""
    twice = 2.0 * max(op.input(0).scale, op.input(1).scale)
    shifted = (1 << LEFT_SHIFTS[op.output.dtype]) * op.output.scale
    return Factors(op.input(0).scale / twice, op.input(1).scale / twice, twice / shifted)


def sum_fields(op: Operator, left_shift: int, factors: Factors, bounds: tuple[int, int]) -> dict[str, int]:
    """The fields of cg_sum_params; `bounds` are those of the output."""
    fields = {}
    for number, factor in enumerate((factors.input1, factors.input2), 1):
        multiplier, shift = quantize_multiplier(factor)
        fields[f"input{number}_offset"] = -op.input(number - 1).zero_point
        fields[f"input{number}_multiplier"] = multiplier
        fields[f"input{number}_shift"] = shift
    fields["left_shift"] = left_shift
    fields["output_offset"] = op.output.zero_point
    fields["output_multiplier"], fields["output_shift"] = quantize_multiplier(factors.output)
    fields["activation_min"], fields["activation_max"] = bounds
    return fields


def sum_struct(op: Operator, left_shift: int, factors: Factors, bounds: tuple[int, int]) -> Struct:
    """cg_sum_params."""
    return struct("cg_sum_params", **sum_fields(op, left_shift, factors, bounds))


def scales_text(op: Operator) -> str:
    return f"{op.input(0).scale:g}, {op.input(1).scale:g} and {op.output.scale:g}"


def output_scale(*earlier: Constraint) -> Constraint:
    """The rule of ADD and SUB that the output's factor is below 1, as TFLite Micro checks."""

    @after(*earlier)
    def rule(op: Operator) -> str | None:
        """The output scale is more than 2^-19 times the larger input scale (int16: 2^-14)."""
        if op.output.dtype not in LEFT_SHIFTS:
            return None
        real = sum_factors(op).output
        return None if 0.0 < real < 1.0 and quantize_multiplier(real).shift <= 0 else scales_text(op)

    return rule


def accumulated_factor(op: Operator) -> float:
    """The output's factor of ADD_N and CUMSUM of int8, whose inputs have one scale."""
    return 2.0 * op.input().scale / ((1 << LEFT_SHIFTS["int8"]) * op.output.scale)


def accumulated_scale(*earlier: Constraint) -> Constraint:
    """`output_scale` of ADD_N and CUMSUM."""

    @after(*earlier)
    def rule(op: Operator) -> str | None:
        """The output scale is more than 2^-19 times the input scale."""
        if op.output.dtype != "int8":
            return None
        factor = accumulated_factor(op)
        well = 0.0 < factor < 1.0 and quantize_multiplier(factor).shift <= 0
        return None if well else f"{op.input().scale:g} and {op.output.scale:g}"

    return rule
