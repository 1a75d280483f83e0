"""SignalDelay: each innermost row of samples a stream, delayed. Source: delay.cc of TFLite Micro's signal library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._signal import HINT, LIMIT, SignalKernel, last, sizes, tensors
from .family import Address, Call, Family, StateSpec, native_call

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("int16 to int16")


def streams(op: Operator) -> int:
    return op.input().size // last(op.input())


def history(op: Operator) -> tuple[StateSpec, ...]:
    """The newest samples of each stream."""
    delay = integer(op, "delay_length")
    return (StateSpec(f"delay_{op.index}_history", "int16", (streams(op), delay)),) if delay else ()


def call(op: Operator, name: str) -> Call:
    return native_call(
        name,
        input=Address(op.input()),
        streams=streams(op),
        size=last(op.input()),
        delay=integer(op, "delay_length"),
        history=Address(op.state[0], writable=True) if op.state else None,
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalDelay",),
    constraints=(
        _types,
        integers_in(_types, delay_length=(0, LIMIT)),
        sizes(
            "Input and output have one shape, of 1 dimension or more.",
            lambda op: op.input().shape == op.output.shape != (),
            _types,
        ),
    ),
    kernels=(SignalKernel("cg_signal_delay", call),),
    state=history,
    is_custom=True,
    hint=HINT,
)
