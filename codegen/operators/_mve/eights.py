"""DEPTHWISE_CONV_2D of int8 for MVE with any filter, eight channels at a time, on the tables of the plain kernel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .._window import window_of
from ..family import Kernel

if TYPE_CHECKING:
    from ...graph import Operator
    from ...target import Target
    from ..access import Access
    from ..family import Band, Call


class EightsS8(Kernel):
    """cg_depthwise_conv_2d_eights_s8, called as `plain`, the kernel in plain C."""

    provider = "native"
    name = "cg_depthwise_conv_2d_eights_s8"

    def __init__(self, plain: Kernel) -> None:
        self.plain = plain

    def takes(self, op: Operator, target: Target) -> bool:
        is_one_to_one = op.output.shape[3:] == op.input().shape[3:]
        return target.isa.mve and is_one_to_one and self.plain.takes(op, target)

    def takes_bands(self, op: Operator, target: Target) -> bool:
        return self.plain.takes_bands(op, target)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        return self.plain.access(op, target, band)

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        _, height, width, channels = op.input(1).shape
        window = window_of(op, (height, width))
        return window.batches * window.pixels * (30 + -(-channels // 8) * (120 + 20 * height + 14 * window.taps))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        return replace(self.plain.call(op, target, band), function=self.name, header=f"{self.name}.h")
