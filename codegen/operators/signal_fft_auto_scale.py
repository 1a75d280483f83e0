"""SignalFftAutoScale: a signal made as loud as fits, before an FFT of 16 bits. Arithmetic: FftAutoScale of TFLite
Micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._signal import HINT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("int16 to int16/int32")
_ranks = ranks(_types, (1,), (1, 0))


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        count=op.output.size,
        output=Address(op.output, writable=True),
        scale_bits=Address(op.outputs[1], writable=True),
    )


FAMILY = Family(
    names=("SignalFftAutoScale",),
    constraints=(
        _types,
        _ranks,
        sizes("Input and output have the same size.", lambda op: op.input().size == op.output.size, _ranks),
    ),
    kernels=(SignalKernel("cg_signal_fft_auto_scale", call),),
    is_custom=True,
    hint=HINT,
)
