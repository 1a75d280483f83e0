"""SignalFilterBankSquareRoot: rounded square roots, scaled back. Arithmetic: FilterbankSqrt of TFLite Micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._signal import HINT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("uint64/int32 to uint32")
_ranks = ranks(_types, (1, 0), (1,))


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        scale_bits=Address(op.input(1)),
        count=op.input().size,
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalFilterBankSquareRoot",),
    constraints=(
        _types,
        _ranks,
        sizes("Input and output have the same size.", lambda op: op.input().size == op.output.size, _ranks),
    ),
    kernels=(SignalKernel("cg_signal_filter_bank_square_root", call),),
    is_custom=True,
    hint=HINT,
)
