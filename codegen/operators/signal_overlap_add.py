"""SignalOverlapAdd: overlapping frames, added up. Arithmetic: tflm_signal::OverlapAdd of TFLite Micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._rules import after
from ._signal import HINT, LIMIT, SignalKernel, last, sizes, tensors
from .family import Address, Call, Family, StateSpec, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("int16 to int16", "float32 to float32")
_options = integers_in(_types, frame_step=(1, LIMIT), T=(0, 255))


@after(_options)
def option_type(op: Operator) -> str | None:
    """The option T is the schema's number of the tensors' type."""
    found = integer(op, "T")
    return None if found == {"int16": 7, "float32": 0}[op.input().dtype] else f"{found} for {op.input().dtype}"


def fits(op: Operator) -> bool:
    x, y, step = op.input(), op.output, integer(op, "frame_step")
    well = len(x.shape) >= 2 and len(y.shape) == len(x.shape) - 1
    return well and step <= last(x) and y.size == x.size // last(x) * step


def streams(op: Operator) -> int:
    return op.input().size // (op.input().shape[-1] * op.input().shape[-2])


def state(op: Operator) -> tuple[StateSpec, ...]:
    """What the frames so far add to those to come."""
    left = last(op.input()) - integer(op, "frame_step")
    return (StateSpec(f"overlap_add_{op.index}_sums", op.input().dtype, (streams(op), left)),) if left else ()


def call(op: Operator, name: str) -> Call:
    params = struct(
        f"{name}_params",
        streams=streams(op),
        frames=op.input().shape[-2],
        size=last(op.input()),
        step=integer(op, "frame_step"),
    )
    return native_call(
        name,
        params=params,
        input=Address(op.input()),
        sums=Address(op.state[0], writable=True) if op.state else None,
        output=Address(op.output, writable=True),
    )


FAMILY = Family(
    names=("SignalOverlapAdd",),
    constraints=(
        _types,
        _options,
        option_type,
        sizes("Each frame of the input, as long as frame_step or longer, becomes frame_step samples.", fits, _options),
    ),
    kernels=(
        SignalKernel("cg_signal_overlap_add_s16", call, "int16"),
        SignalKernel("cg_signal_overlap_add_f32", call, "float32"),
    ),
    state=state,
    is_custom=True,
    hint=HINT,
)
