"""SignalWindow: a window laid over each frame. Arithmetic: tflm_signal::ApplyWindow of TFLite Micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._signal import HINT, SignalKernel, sizes, tensors
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("int16/int16 to int16")


def fits(op: Operator) -> bool:
    x, window = op.input(), op.input(1)
    well = len(window.shape) == 1 and len(x.shape) >= 1 and len(op.output.shape) == len(x.shape)
    return well and x.size == op.output.size and x.size % window.size == 0


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        window=Address(op.input(1)),
        count=op.input().size,
        size=op.input(1).size,
        shift=integer(op, "shift"),
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalWindow",),
    constraints=(
        _types,
        integers_in(_types, shift=(0, 31)),
        sizes("Input and output have the same size, a multiple of that of the flat window.", fits, _types),
    ),
    kernels=(SignalKernel("cg_signal_window", call),),
    is_custom=True,
    hint=HINT,
)
