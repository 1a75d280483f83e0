"""SignalPCAN: automatic gain control by the noise estimate. Arithmetic: ApplyPcanAutoGainControlFixed of TFLite
Micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._signal import HINT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("uint32/uint32/int16 to uint32")
_ranks = ranks(_types, (1, 1, 1), (1,))

GAINS = 125
"""Entries of the gain table that a 32-bit estimate may ask for."""


def fits(op: Operator) -> bool:
    count = op.input().size
    return op.output.size == count and op.input(1).size >= count and op.input(2).size >= GAINS


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        noise=Address(op.input(1)),
        gain=Address(op.input(2)),
        count=op.input().size,
        snr_shift=integer(op, "snr_shift"),
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalPCAN",),
    constraints=(
        _types,
        _ranks,
        integers_in(_types, snr_shift=(0, 63)),
        sizes(f"Input, estimate and output have one size, and there are {GAINS} gains or more.", fits, _ranks),
    ),
    kernels=(SignalKernel("cg_signal_pcan", call),),
    is_custom=True,
    hint=HINT,
)
