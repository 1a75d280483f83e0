"""SignalFilterBankLog: natural logarithms of channels. Arithmetic: FilterbankLog and Log32 of TFLite Micro."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._flexbuffers import integer, integers_in
from ._signal import HINT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, Table, native_call

if TYPE_CHECKING:
    from ..graph import Array, Operator

_types = tensors("uint32 to int16")
_ranks = ranks(_types, (1,), (1,))


def log_table() -> Array:
    """2^16 (log2(1 + x) - x) for x = 0 to 1 in steps of 1 / 128, rounded.

    >>> log_table()[:3].tolist(), int(log_table().max()), int(log_table()[128])
    ([0, 224, 442], 5641, 0)
    """
    steps = [k / 128 for k in range(129)]
    return read_only(np.array([math.floor(65536 * (math.log2(1 + x) - x) + 0.5) for x in steps], np.uint16))


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        count=op.input().size,
        log_table=Table("log_table", log_table()),
        correction_bits=integer(op, "input_correction_bits"),
        scale=integer(op, "output_scale") & 0xFFFFFFFF,
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalFilterBankLog",),
    constraints=(
        _types,
        _ranks,
        integers_in(_types, input_correction_bits=(0, 31), output_scale=(-(1 << 31), (1 << 31) - 1)),
        sizes("Input and output have the same size.", lambda op: op.input().size == op.output.size, _ranks),
    ),
    kernels=(SignalKernel("cg_signal_filter_bank_log", call),),
    is_custom=True,
    hint=HINT,
)
