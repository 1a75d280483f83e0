"""CONV_2D pixel by pixel, four output channels at a time: slower than tiles of pixels, with little scratch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._window import whole_band
from ..access import windowed
from ..family import struct
from .conv import DspS8, shape_of
from .pairs import BLOCK, QUAD, block_stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...graph import Operator
    from ...target import Target
    from ..access import Access
    from ..family import Band, Struct

WIDENED_QUADS = 40
"""The window of a pixel is widened in scratch where it has no more, or where a pixel of the input is no whole quads."""


class DspDirectS8(DspS8):
    """cg_conv_2d_direct_s8: any window without groups whose requantization is proven, where memory is what the user
    wants least of: elsewhere its scratch is not worth another kernel's code."""

    name = "cg_conv_2d_direct_s8"
    stream_of = staticmethod(block_stream)

    def takes(self, op: Operator, target: Target) -> bool:
        return (target.optimize == "ram" or self.name in target.prefer) and super().takes(op, target)

    def widens(self, op: Operator) -> bool:
        return self.packed(op).quads <= WIDENED_QUADS or self.conv_of(op).window.input_channels % QUAD != 0

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Offsets of a window's rows; its values and what is left of its runs, or where its runs are; padding."""
        window, made = self.conv_of(op).window, self.packed(op)
        channels = window.input_channels
        if not self.widens(op):
            return 4 * window.height.kernel + 4 * window.taps + channels
        rest = made.quads * QUAD - made.runs * (made.run_bytes // QUAD) * QUAD
        return 4 * window.height.kernel + 2 * QUAD * made.quads + rest + window.width.kernel * channels

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """A widened window is read before its pixel is written, another one for every four channels."""
        block = 0 if self.widens(op) else BLOCK
        return windowed(op.output, op.input(), self.conv_of(op).window, band, block=block)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window, made = self.conv_of(op).window, self.packed(op)
        rows = whole_band(window, band).rows
        pixels = window.batches * rows * window.width.output
        blocks = pixels * -(-window.output_channels // BLOCK)
        is_wide, is_whole = self.widens(op), made.run_bytes % QUAD == 0 and window.width.dilation == 1
        return {
            "calls": 1.0,
            "rows": float(rows),
            "pixels": float(pixels),
            "runs": float(pixels * made.runs * (is_wide and not is_whole)),
            "whole_runs": float(pixels * made.runs * (is_wide and is_whole)),
            "values": float(pixels * made.quads * (is_wide and not is_whole)),
            "whole_values": float(pixels * made.quads * (is_wide and is_whole)),
            "taps": float(pixels * window.taps * (not is_wide)),
            "blocks": float(blocks),
            "linear_blocks": float(blocks * made.linear),
            "places": float(blocks * window.height.kernel * (not is_wide)),
            "wide_quads": float(blocks * made.quads * is_wide),
            "quads": float(blocks * made.quads * (not is_wide)),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate: dict[str, float] = {
            "rows": 60,
            "pixels": 80,
            "runs": 20,
            "whole_runs": 12,
            "values": 8,
            "taps": 8,
            "blocks": 45,
        }
        estimate |= {"whole_values": 5, "places": 12, "wide_quads": 14.5, "quads": 16.5}
        return round(sum(weight * work[name] for name, weight in estimate.items()))

    def params(self, op: Operator, target: Target) -> Struct:  # noqa: ARG002
        window, made = self.conv_of(op).window, self.packed(op)
        shape = shape_of(window, op, made, widened=int(self.widens(op)))
        return struct("cg_conv_2d_direct_s8_params", **shape)
