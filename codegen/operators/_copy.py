"""Copies of whole tensors: what control flow, variables and views that cannot share memory need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._whole import WholeKernel
from .family import Address, Call, native_call

if TYPE_CHECKING:
    from ..graph import Operator, Tensor


def copy_call(source: Tensor, destination: Tensor) -> Call:
    """All bytes of `source` to `destination`, which is as large and does not overlap it."""
    count = destination.bytes
    return native_call(
        "cg_copy_strided",
        input=Address(source),
        input_pitch=count,
        rows=1,
        row_bytes=count,
        output=Address(destination, writable=True),
        output_pitch=count,
    )


class NativeCopy(WholeKernel):
    """cg_copy_strided from the operator's first input to its first output."""

    provider = "native"
    name = "cg_copy_strided"

    def whole(self, op: Operator) -> Call:
        return copy_call(op.input(), op.output)
