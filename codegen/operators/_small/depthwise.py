"""DEPTHWISE_CONV_2D with a multiplier of 1 in little code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._dsp.pairs import QUAD, depthwise_channels
from .._weighted import native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .channels import channel_table, is_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Operator
    from ...target import Target
    from .._window import Window
    from ..access import Access
    from ..family import Band, Call, Value


class SmallDepthwiseS8(Kernel):
    """cg_depthwise_conv_2d_small_s8: with the DSP extension or MVE for channels in fours."""

    provider = "native"
    name = "cg_depthwise_conv_2d_small_s8"

    def __init__(self, window_of: Callable[[Operator], Window]) -> None:
        self.window_of = window_of

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_for(target) or native_kind(op) != "s8" or op.output.shape[3] != op.input().shape[3]:
            return False
        in_fours = op.output.shape[3] % QUAD == 0 or not (target.isa.dsp or target.isa.mve)
        return in_fours and self.window_of(op).fits_int16 and depthwise_channels(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.window_of(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Where each pixel of a window is."""
        return 4 * self.window_of(op).taps

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        window = self.window_of(op)
        return windowed(op.output, op.input(), window, band, groups=window.input_channels)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:
        window = self.window_of(op)
        rows = window.batches * whole_band(window, band).rows
        pixels = rows * window.width.output
        lanes = QUAD if target.isa.dsp or target.isa.mve else 1
        blocks = pixels * (window.output_channels // lanes)
        return {
            "calls": 1.0,
            "rows": float(rows),
            "pixels": float(pixels),
            "filter_rows": float(pixels * window.height.kernel),
            "taps": float(pixels * window.taps),
            "blocks": float(blocks),
            "block_taps": float(blocks * window.taps),
        }

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window = self.window_of(op)
        height, width = window.height, window.width
        rows = whole_band(window, band)
        channels = depthwise_channels(op)
        assert channels is not None, op.name
        clamp = channels.requantization.clamp or (-128, 127)
        weights: Value = Address(op.input(1))
        if channels.requantization.constant.any():
            weights = Table("weights", np.ascontiguousarray(channels.weights.T.astype(np.int8)))
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_small_params",
                batches=window.batches,
                channels=window.input_channels,
                input_width=width.input,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                **window.places,
                input_zero_point=op.input().zero_point,
                linear=int(channels.requantization.linear),
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=Rows(op.input()),
            weights=weights,
            requantize=Table("channels", channel_table(channels)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
