"""CONV_2D in little code; FULLY_CONNECTED is one of a pixel a row, some of DEPTHWISE_CONV_2D have the same weights.

Weights are as the model has them, or packed (`packed.py`): every form is a kernel of its own over the same loops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._convolution import Convolution
from .._dsp.pairs import QUAD, channel_factors, convolution_channels
from .._weighted import native_kind
from .._window import Axis, Window, whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .channels import channel_table, is_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from ...target import Target
    from .._dsp.pairs import Channels
    from ..access import Access
    from ..family import Band, Call, Value

    FactorsOf = Callable[[Operator], list[MultiplierShift]]

TILE = 2
"""Pixels whose windows are gathered before they are written, and channels that are computed at a time."""
MOST_DEPTH = 1024
"""Of a fully connected layer, whose input is copied."""


def rows_as_pixels(op: Operator) -> Convolution:
    """A fully connected layer: one image of one row, whose pixels are the rows of the input."""
    units, depth = op.input(1).shape
    pixels = op.input().size // depth
    one, along = Axis(1, 1, 1, 1, 1, 0), Axis(pixels, pixels, 1, 1, 1, 0)
    return Convolution(op, Window(1, one, along, depth, units), depth, Address(op.input(1)))


def filled(channels: Channels) -> Array:
    """Weights as [channels, products], filled up to whole quads with 0."""
    return np.pad(channels.weights, ((0, 0), (0, -channels.weights.shape[1] % QUAD)))


class SmallS8(Kernel):
    """cg_conv_2d_small_s8: any window without groups whose requantization is proven."""

    provider = "native"
    name = "cg_conv_2d_small_s8"

    def __init__(
        self,
        conv_of: Callable[[Operator], Convolution],
        factors_of: FactorsOf = channel_factors,
    ) -> None:
        self.conv_of = conv_of
        self.factors_of = factors_of

    @property
    def _has_rows(self) -> bool:
        return self.conv_of is not rows_as_pixels

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_for(target) or native_kind(op) != "s8":
            return False
        conv = self.conv_of(op)
        is_short = self._has_rows or conv.depth <= MOST_DEPTH
        return is_short and conv.window.fits_int16 and self.channels(op) is not None

    def channels(self, op: Operator) -> Channels | None:
        """Weights, bias and requantization of `op`, where they are proven."""
        return convolution_channels(self.conv_of, self.factors_of, op)

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self._has_rows and self.conv_of(op).window.batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The windows of a tile, with the DSP extension widened too."""
        each = 3 if target.isa.dsp and not target.isa.mve else 1
        return each * TILE * self._filter_bytes(op)

    def _filter_bytes(self, op: Operator) -> int:
        return -(-self.conv_of(op).depth // QUAD) * QUAD

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """The windows of a tile are gathered before any of its pixels is written."""
        return windowed(op.output, op.input(), self.conv_of(op).window, band, pixels=TILE, block=0)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        conv = self.conv_of(op)
        window = conv.window
        rows = window.batches * whole_band(window, band).rows
        pixels = rows * window.width.output
        tiles = -(-pixels // TILE)
        pairs = tiles * -(-window.output_channels // TILE)
        return {
            "calls": 1.0,
            "rows": float(rows),
            "tiles": float(tiles),
            "filter_rows": float(pixels * window.height.kernel),
            "taps": float(pixels * window.taps),
            "values": float(pixels * conv.depth),
            "pairs": float(pairs),
            "quads": float(pairs * (self._filter_bytes(op) // QUAD)),
        }

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        conv = self.conv_of(op)
        window = conv.window
        height, width = window.height, window.width
        rows = whole_band(window, band)
        channels = self.channels(op)
        assert channels is not None, op.name
        clamp = channels.requantization.clamp or (-128, 127)
        pixels: Value = Rows(op.input())
        if not self._has_rows:
            pixels = struct("cg_rows", base=Address(op.input()), pitch=op.input().size, capacity=1, height=1)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_small_params",
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                output_channels=window.output_channels,
                **window.places,
                input_zero_point=op.input().zero_point,
                linear=int(channels.requantization.linear),
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=pixels,
            **self.weights(conv, channels),
            channels=Table("channels", channel_table(channels)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )

    def weights(self, conv: Convolution, channels: Channels) -> dict[str, Value]:
        """The arguments that have the weights: as the model has them, but for filters that are no whole words, and
        channels that became constants."""
        if conv.depth % QUAD == 0 and not channels.requantization.constant.any():
            return {"weights": conv.weights}
        return {"weights": Table("weights", filled(channels).astype(np.int8))}
