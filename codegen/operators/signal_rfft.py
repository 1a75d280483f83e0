"""SignalRfft: the FFT of real samples, to the last bit that of KISS FFT v130, which TFLite Micro calls.

Lengths with other factors than 2, 3 and 5 crash TFLite Micro; odd ones and 2 too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._fft import SUFFIXES, fft_length, fft_options, fft_plan, fft_type, fft_types, macs
from ._flexbuffers import integer
from ._signal import HINT, SignalKernel, last, sizes
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator


def fits(op: Operator) -> bool:
    x, y, length = op.input(), op.output, integer(op, "fft_length")
    well = x.shape[:-1] == y.shape[:-1] and len(x.shape) == len(y.shape) >= 1
    return well and last(x) <= length and last(y) == length + 2


def call(op: Operator, name: str) -> Call:
    x = op.input()
    return native_call(
        name,
        plan=fft_plan(op, inverse=False),
        input=Address(x),
        rows=x.size // last(x),
        length=last(x),
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalRfft",),
    constraints=(
        fft_types,
        fft_options,
        fft_type,
        fft_length,
        sizes("At most fft_length samples become fft_length / 2 + 1 complex numbers.", fits, fft_options),
    ),
    kernels=tuple(SignalKernel(f"cg_signal_rfft_{suffix}", call, dtype) for dtype, suffix in SUFFIXES.items()),
    macs=lambda op: macs(op) * (op.input().size // last(op.input())),
    is_custom=True,
    hint=HINT,
)
