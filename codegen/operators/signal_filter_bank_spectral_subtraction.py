"""SignalFilterBankSpectralSubtraction: channels less an estimate of their noise, which is kept.

Arithmetic: FilterbankSpectralSubtraction of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._signal import HINT, LIMIT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, StateSpec, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

WORD = (-(1 << 31), (1 << 31) - 1)

_types = tensors("uint32 to uint32/uint32")
_ranks = ranks(_types, (1,), (1, 1))
_options = integers_in(
    _types,
    num_channels=(1, LIMIT),
    smoothing=WORD,
    one_minus_smoothing=WORD,
    alternate_smoothing=WORD,
    alternate_one_minus_smoothing=WORD,
    min_signal_remaining=WORD,
    clamping=(0, 1),
    smoothing_bits=(0, 31),
    spectral_subtraction_bits=(0, 63),
)


def fits(op: Operator) -> bool:
    return all(tensor.size == integer(op, "num_channels") for tensor in (op.input(), *op.outputs))


def state(op: Operator) -> tuple[StateSpec, ...]:
    """The estimate."""
    return (StateSpec(f"spectral_subtraction_{op.index}_estimate", "uint32", op.input().shape),)


def call(op: Operator, name: str) -> Call:
    def word(key: str) -> int:
        return integer(op, key) & 0xFFFFFFFF

    params = struct(
        "cg_signal_spectral_subtraction_params",
        channels=integer(op, "num_channels"),
        smoothing=(word("smoothing"), word("alternate_smoothing")),
        one_minus_smoothing=(word("one_minus_smoothing"), word("alternate_one_minus_smoothing")),
        min_remaining=word("min_signal_remaining"),
        smoothing_bits=integer(op, "smoothing_bits"),
        subtraction_bits=integer(op, "spectral_subtraction_bits"),
        clamping=integer(op, "clamping"),
    )
    return native_call(
        name,
        params=params,
        input=Address(op.input()),
        estimate=Address(op.state[0], writable=True),
        output=Address(op.output, writable=True),
        noise=Address(op.outputs[1], writable=True),
    )


FAMILY = Family(
    names=("SignalFilterBankSpectralSubtraction",),
    constraints=(
        _types,
        _ranks,
        _options,
        sizes("Input, output and noise estimate have num_channels elements.", fits, _ranks, _options),
    ),
    kernels=(SignalKernel("cg_signal_spectral_subtraction", call),),
    state=state,
    is_custom=True,
    hint=HINT,
)
