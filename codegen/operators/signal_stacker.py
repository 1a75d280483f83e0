"""SignalStacker: neighbouring frames as one. Source: stacker.cc of TFLite Micro's signal library.

An output that is not valid is zeros, where TFLite Micro leaves what lay there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in
from ._rules import after
from ._signal import HINT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, StateSpec, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

LIMIT = 1 << 12
"""Frames and channels, so that their product is a 32-bit number."""

_types = tensors("int16 to int16/bool")
_ranks = ranks(_types, (1,), (1, 0))
_options = integers_in(
    _types,
    num_channels=(1, LIMIT),
    stacker_left_context=(0, LIMIT),
    stacker_right_context=(0, LIMIT),
    stacker_step=(1, 2 * LIMIT),
)


def frames(op: Operator) -> int:
    return integer(op, "stacker_left_context") + integer(op, "stacker_right_context") + 1


@after(_options)
def step(op: Operator) -> str | None:
    """stacker_step is at most the frames of an output."""
    found = integer(op, "stacker_step")
    return None if found <= frames(op) else f"{found} of {frames(op)}"


def fits(op: Operator) -> bool:
    channels = integer(op, "num_channels")
    return op.input().size == channels and op.output.size == channels * frames(op)


def state(op: Operator) -> tuple[StateSpec, ...]:
    """The frames held, and how many."""
    held = max(frames(op) - 1, 1), integer(op, "num_channels")
    return StateSpec(f"stacker_{op.index}_frames", "int16", held), StateSpec(f"stacker_{op.index}_count", "int32", (1,))


def call(op: Operator, name: str) -> Call:
    params = struct(
        "cg_signal_stacker_params",
        channels=integer(op, "num_channels"),
        frames=frames(op),
        left=integer(op, "stacker_left_context"),
        step=integer(op, "stacker_step"),
    )
    return native_call(
        name,
        params=params,
        input=Address(op.input()),
        held=Address(op.state[0], writable=True),
        count=Address(op.state[1], writable=True),
        output=Address(op.output, writable=True),
        is_valid=Address(op.outputs[1], writable=True),
    )


FAMILY = Family(
    names=("SignalStacker",),
    constraints=(
        _types,
        _ranks,
        _options,
        step,
        sizes("The input is num_channels, the output as many for each of its frames.", fits, _ranks, _options),
    ),
    kernels=(SignalKernel("cg_signal_stacker", call),),
    state=state,
    is_custom=True,
    hint=HINT,
)
