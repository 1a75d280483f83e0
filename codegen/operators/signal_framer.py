"""SignalFramer: overlapping frames of streams. Source: framer.cc of TFLite Micro's signal library.

Frames before there are enough samples are zeros, where TFLite Micro leaves what lay there; output_valid tells of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._flexbuffers import integer, integers_in
from ._rules import after
from ._signal import HINT, LIMIT, SignalKernel, last, sizes, tensors
from .family import Address, Call, Family, StateSpec, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_types = tensors("int16 to int16/bool")
_options = integers_in(_types, frame_size=(1, LIMIT), frame_step=(1, LIMIT), prefill=(0, 1))


class Frames(NamedTuple):
    """Samples: of a frame, from one to the next, kept between calls; steps before the first whole frame."""

    size: int
    step: int
    held: int
    warm_up: int


def frames(op: Operator) -> Frames:
    """Without prefill the samples come in whole steps: a frame begins as many as fit before its end."""
    size, step = integer(op, "frame_size"), integer(op, "frame_step")
    if integer(op, "prefill"):
        return Frames(size, step, size - step, 0)
    whole = -(-size // step)
    return Frames(size, step, (whole - 1) * step, whole - 1)


@after(_options)
def prefill(op: Operator) -> str | None:
    """With prefill, frame_step is at most frame_size."""
    size, step = integer(op, "frame_size"), integer(op, "frame_step")
    return None if not integer(op, "prefill") or step <= size else f"frames of {size}, steps of {step}"


def fits(op: Operator) -> bool:
    x, y, step = op.input(), op.output, integer(op, "frame_step")
    well = len(x.shape) >= 1 and len(y.shape) == len(x.shape) + 1 and not op.outputs[1].shape
    return well and last(x) % step == 0 and y.size == x.size // step * integer(op, "frame_size")


def state(op: Operator) -> tuple[StateSpec, ...]:
    """The samples held, and how many steps there were."""
    streams, found = op.input().size // last(op.input()), frames(op)
    history = StateSpec(f"framer_{op.index}_history", "int16", (streams, found.held))
    seen = StateSpec(f"framer_{op.index}_seen", "int32", (1,))
    return (*([history] if found.held else []), *([seen] if found.warm_up else []))


def call(op: Operator, name: str) -> Call:
    x, found = op.input(), frames(op)
    params = struct(
        "cg_signal_framer_params",
        streams=x.size // last(x),
        steps=last(x) // found.step,
        step=found.step,
        size=found.size,
        held=found.held,
        warm_up=found.warm_up,
    )
    return native_call(
        name,
        params=params,
        input=Address(x),
        history=Address(op.state[0], writable=True) if found.held else None,
        seen=Address(op.state[-1], writable=True) if found.warm_up else None,
        output=Address(op.output, writable=True),
        is_valid=Address(op.outputs[1], writable=True),
    )


FAMILY = Family(
    names=("SignalFramer",),
    constraints=(
        _types,
        _options,
        prefill,
        sizes("Each frame_step of the innermost dimension becomes a frame; output_valid is a scalar.", fits, _options),
    ),
    kernels=(SignalKernel("cg_signal_framer", call),),
    state=state,
    is_custom=True,
    hint=HINT,
)
