"""CIRCULAR_BUFFER: the newest frames of a streaming model, the model going on at every cycles_max-th of them only.

Source: circular_buffer.cc of TFLite Micro, where the invocation ends early with kTfLiteAbort; here with _WAITING.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._flexbuffers import number
from ._rules import after, operands, shapes_text
from ._whole import WholeKernel
from .family import Address, Call, Family, StateSpec, native_call

if TYPE_CHECKING:
    from ..graph import Operator, Tensor

_operands = operands(1)
ONE_CYCLE_SLOTS = (5, 13, 25)
"""Slots for which TFLite Micro assumes 1 cycle where the file does not say it, else 2."""


@after(_operands)
def types(op: Operator) -> str | None:
    """The input is int8, the output an int8 variable."""
    x, y = op.input(), op.output
    well = x.dtype == y.dtype == "int8" and y.is_variable
    return None if well else f"{x.dtype} to {y.dtype}{' variable' if y.is_variable else ''}"


@after(_operands)
def shapes(op: Operator) -> str | None:
    """A frame [1, 1, w, c] goes into slots [1, n, w, c]."""
    x, y = op.input().shape, op.output.shape
    well = len(x) == len(y) == 4 and x[:2] == (1, 1) and y == (1, y[1], *x[2:])
    return None if well else shapes_text(x, y)


@after(_operands, shapes)
def known_cycles(op: Operator) -> str | None:
    """The option cycles_max is a number, or nothing and the slots are not [1, n, 2, 96], for which TFLite Micro guesses
    by the number of models prepared before."""
    found = number(op, "cycles_max")
    if found is None and not op.option("custom_options"):
        found = 0
    if type(found) is not int or found >= 1 << 31:
        return "another option" if found is None else str(found)
    slots, *frame = op.output.shape[1:]
    guessed = found <= 0 and slots not in ONE_CYCLE_SLOTS and frame == [2, 96]
    return f"cycles_max {found} with {shapes_text(op.output.shape)}" if guessed else None


def cycles(op: Operator) -> int:
    found = int(number(op, "cycles_max") or 0)
    if found > 0:
        return found
    return 1 if op.output.shape[1] in ONE_CYCLE_SLOTS else 2


def state(op: Operator) -> tuple[StateSpec, ...]:
    """The frames since the model last went on, and whether it goes on."""
    if cycles(op) == 1:
        return ()
    name = f"circular_buffer_{op.index}"
    return StateSpec(f"{name}_count", "int32", (1,)), StateSpec(f"{name}_due", "bool", (1,))


def due(op: Operator) -> Tensor | None:
    return op.state[1] if op.state else None


class NativeCircularBuffer(WholeKernel):
    """cg_circular_buffer."""

    provider = "native"
    name = "cg_circular_buffer"

    def whole(self, op: Operator) -> Call:
        slots = op.output.shape[1]
        return native_call(
            self.name,
            input=Address(op.input()),
            slots=slots,
            frame=op.output.size // slots,
            cycles=cycles(op),
            output=Address(op.output, writable=True),
            count=Address(op.state[0], writable=True) if op.state else None,
            is_due=Address(op.state[1], writable=True) if op.state else None,
        )


FAMILY = Family(
    names=("CIRCULAR_BUFFER",),
    constraints=(_operands, types, shapes, known_cycles),
    kernels=(NativeCircularBuffer(),),
    state=state,
    due=due,
    is_custom=True,
    hint="export the model again with cycles_max and a variable as output",
)
