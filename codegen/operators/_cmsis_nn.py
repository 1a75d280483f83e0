"""The parts of which calls of upstream CMSIS-NN are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import multiplier_tables
from .family import Scratch, Struct, Table, struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..arithmetic import MultiplierShift
    from ..target import Target

RELEASE_6 = 60_000
RELEASE_7 = 70_000
"""`Release.number` from which on something holds."""

UINT16_MAX = 0xFFFF


def context(size: int) -> Struct:
    """cmsis_nn_context of the call's scratch buffer."""
    return struct("cmsis_nn_context", buf=Scratch() if size else None, size=size)


def activation(bounds: tuple[int, int]) -> Struct:
    """cmsis_nn_activation."""
    return struct("cmsis_nn_activation", min=bounds[0], max=bounds[1])


def tile(height: int, width: int) -> Struct:
    """cmsis_nn_tile."""
    return struct("cmsis_nn_tile", w=width, h=height)


def per_channel(factors: Sequence[MultiplierShift]) -> Struct:
    """cmsis_nn_per_channel_quant_params."""
    multiplier, shift = factor_tables(factors, mutable_api=True)
    return struct("cmsis_nn_per_channel_quant_params", multiplier=multiplier, shift=shift)


def factor_tables(factors: Sequence[MultiplierShift], *, mutable_api: bool = False) -> tuple[Table, Table]:
    """The multipliers and shifts of all channels."""
    multipliers, shifts = multiplier_tables(factors)
    return Table("multiplier", multipliers, mutable_api), Table("shift", shifts, mutable_api)


def per_product(target: Target, *, mve: float, dsp: float, plain: float) -> float:
    """Instructions per product of a kernel, whichever of its versions the target's instruction set selects."""
    return mve if target.isa.mve else dsp if target.isa.dsp else plain
