"""CONV_2D and FULLY_CONNECTED with weights of 4 bits that stay packed, where flash is what the user wants least of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._small.conv import rows_as_pixels
from .._weighted import native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .pairs import channel_factors, convolution_channels, steps_table, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...arithmetic import MultiplierShift
    from ...graph import Array, Operator
    from ...target import Target
    from .._convolution import Convolution
    from ..access import Access
    from ..family import Band, Call, Value
    from .pairs import Channels

UNITS, EIGHT = 4, 8
PRESCALE = 4
"""Weights are taken 16 times as large."""


def _stream(channels: Channels) -> Array:
    """As cg_units_s4.h says."""
    count, depth = channels.weights.shape
    more = -count % UNITS
    eights = np.pad(channels.weights, ((0, more), (0, -depth % EIGHT))).reshape(count + more, -1, 2, 4) & 15
    packed = (eights[:, :, 0] | eights[:, :, 1] << 4).astype(np.uint8).view("<u4")[..., 0].astype(np.int64)
    blocks = (count + more) // UNITS
    by_block = packed.reshape(blocks, UNITS, -1).transpose(0, 2, 1).reshape(blocks, -1)
    biases = np.pad(channels.bias << PRESCALE, (0, more)).reshape(blocks, UNITS)
    steps = steps_table(channels.requantization, count + more).reshape(blocks, -1)
    return wrapped(np.concatenate([biases, by_block, steps], axis=1).reshape(-1))


class DspNibblesS4(Kernel):
    """cg_conv_2d_units_s4: any window without groups whose requantization is proven."""

    provider = "native"
    name = "cg_conv_2d_units_s4"

    def __init__(
        self,
        conv_of: Callable[[Operator], Convolution],
        factors_of: Callable[[Operator], list[MultiplierShift]] = channel_factors,
    ) -> None:
        self.conv_of = conv_of
        self.factors_of = factors_of

    @property
    def _is_dense(self) -> bool:
        return self.conv_of is rows_as_pixels

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or native_kind(op) != "s4":
            return False
        return convolution_channels(self.conv_of, self.factors_of, op, PRESCALE) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return not self._is_dense and self.conv_of(op).window.batches == 1

    def _eights(self, op: Operator) -> int:
        return -(-self.conv_of(op).depth // EIGHT)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The values of a pixel, and its window."""
        return 3 * EIGHT * self._eights(op)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """The window of a pixel is gathered before the pixel is written."""
        return windowed(op.output, op.input(), self.conv_of(op).window, band, pixels=1, block=0)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window = self.conv_of(op).window
        pixels = window.batches * whole_band(window, band).rows * window.width.output
        blocks = pixels * -(-window.output_channels // UNITS)
        return {
            "calls": 1.0,
            "windows": float(pixels),
            "runs": float(pixels * window.height.kernel),
            "values": float(pixels * self._eights(op)),
            "blocks": float(blocks),
            "eights": float(blocks * self._eights(op)),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate = {"windows": 90, "runs": 60, "values": 18, "blocks": 40, "eights": 48}
        return round(60 + sum(weight * work[name] for name, weight in estimate.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window = self.conv_of(op).window
        height, width = window.height, window.width
        rows = whole_band(window, band)
        channels = convolution_channels(self.conv_of, self.factors_of, op, PRESCALE)
        assert channels is not None, op.name
        clamp = channels.requantization.clamp or (-128, 127)
        pixels: Value = Rows(op.input())
        if self._is_dense:
            pixels = struct("cg_rows", base=Address(op.input()), pitch=op.input().size, capacity=1, height=1)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_units_s4_params",
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                output_channels=window.output_channels,
                **window.places,
                input_zero_point=op.input().zero_point,
                eights=self._eights(op),
                correction=(1 << (PRESCALE - 1)) if channels.requantization.linear else 0,
                activation_min=clamp[0],
                activation_max=clamp[1],
            ),
            input=pixels,
            stream=Table("stream", _stream(channels)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
