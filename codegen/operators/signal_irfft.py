"""SignalIrfft: real samples from their FFT, to the last bit that of KISS FFT v130, which TFLite Micro calls."""

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
    return well and last(x) == length + 2 and last(y) == length


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        plan=fft_plan(op, inverse=True),
        input=Address(op.input()),
        rows=op.output.size // last(op.output),
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalIrfft",),
    constraints=(
        fft_types,
        fft_options,
        fft_type,
        fft_length,
        sizes("fft_length / 2 + 1 complex numbers become fft_length samples.", fits, fft_options),
    ),
    kernels=tuple(SignalKernel(f"cg_signal_irfft_{suffix}", call, dtype) for dtype, suffix in SUFFIXES.items()),
    macs=lambda op: macs(op) * (op.output.size // last(op.output)),
    is_custom=True,
    hint=HINT,
)
