"""SignalEnergy: the squared magnitudes of some complex numbers. Arithmetic: SpectrumToEnergy of TFLite Micro.

Energies outside of start_index to end_index are 0, where TFLite Micro leaves what lay there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._signal import HINT, LIMIT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("int16 to uint32")
_ranks = ranks(_types, (1,), (1,))
_options = integers_in(_types, start_index=(0, LIMIT), end_index=(0, LIMIT))


def fits(op: Operator) -> bool:
    return integer(op, "end_index") <= op.output.size and op.input().size >= 2 * op.output.size


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        first=integer(op, "start_index"),
        end=integer(op, "end_index"),
        count=op.output.size,
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalEnergy",),
    constraints=(
        _types,
        _ranks,
        _options,
        sizes("The output holds end_index energies, the input a complex number for each.", fits, _ranks, _options),
    ),
    kernels=(SignalKernel("cg_signal_energy", call),),
    is_custom=True,
    hint=HINT,
)
