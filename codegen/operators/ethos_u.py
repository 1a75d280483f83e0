"""ethos-u: commands for Arm's Ethos-U NPU, an opaque stream made by Vela. Never compiled; here for the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator


def not_a_command_stream(op: Operator) -> str | None:
    """A model that Vela compiled for an Ethos-U NPU is a command stream for that NPU alone, which cannot be compiled to
    C."""
    return f"{len(op.inputs)} inputs, {len(op.outputs)} outputs behind a command stream"


FAMILY = Family(
    names=("ethos-u",),
    constraints=(not_a_command_stream,),
    kernels=(),
    is_custom=True,
    hint="give the .tflite from before Vela",
)
