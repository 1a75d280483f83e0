"""DEPTHWISE_CONV_2D of int16 with a multiplier of 1: two taps of two channels at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ...arithmetic import convolution_multipliers, fused_clamp
from .._weighted import constant_data, native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .int16 import channels_16
from .pairs import words, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._window import Window
    from ..access import Access
    from ..family import Band, Call

POINTER = 8
"""Bytes of a pointer on the largest core: on this machine the same call is made."""


SPARE_BITS = 8
"""Its weights are int16."""


@lru_cache(maxsize=256)
def _stream(op: Operator) -> Array | None:
    """As cg_depthwise_taps_s16.h says; None where the sums or the short requantization are not exact."""
    channels = op.output.shape[3]
    bias = op.optional_input(2)
    made = channels_16(
        constant_data(op.input(1)).reshape(-1, channels).T,
        None if bias is None else constant_data(bias),
        convolution_multipliers(op.input(), op.input(1), op.output, channels),
        SPARE_BITS,
    )
    if made is None:
        return None
    taps = words(np.pad(made.weights, ((0, 0), (0, made.weights.shape[1] % 2))))
    by_pair = taps.reshape(channels // 2, 2, -1).transpose(0, 2, 1).reshape(channels // 2, -1)
    parts = [made.bias.reshape(-1, 2), by_pair, made.steps.reshape(-1, 6)]
    return wrapped(np.concatenate(parts, axis=1).reshape(-1))


class DspDepthwiseS16(Kernel):
    """cg_depthwise_conv_2d_pairs_s16: an even number of channels, sums that fit 32 bits."""

    provider = "native"
    name = "cg_depthwise_conv_2d_pairs_s16"

    def __init__(self, window_of: Callable[[Operator], Window]) -> None:
        self.window_of = window_of

    def takes(self, op: Operator, target: Target) -> bool:
        if not target.isa.dsp or target.isa.mve or native_kind(op) != "s16_b64":
            return False
        window = self.window_of(op)
        is_plain = window.input_channels == window.output_channels and window.input_channels % 2 == 0
        return is_plain and _stream(op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.window_of(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Pointers to the taps, and a pixel of zeros."""
        window = self.window_of(op)
        return POINTER * (window.taps + 1) + 2 * window.input_channels

    def scratch_alignment(self, target: Target) -> int:  # noqa: ARG002
        return POINTER

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        window = self.window_of(op)
        return windowed(op.output, op.input(), window, band, groups=window.input_channels)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window = self.window_of(op)
        rows, width = window.batches * whole_band(window, band).rows, window.width
        starts = np.arange(width.output) * width.stride - width.before
        inside = int(((starts >= 0) & (starts + width.span <= width.input)).sum())
        moved = rows * max(0, inside - 1)
        pixels = rows * width.output
        pairs = pixels * window.input_channels / 2
        return {
            "calls": 1.0,
            "windows": float(pixels),
            "moved_taps": float(moved * window.taps),
            "found_taps": float((pixels - moved) * window.taps),
            "pairs": pairs,
            "tap_pairs": pairs * -(-window.taps // 2),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate = {"windows": 70, "moved_taps": 6, "found_taps": 15, "pairs": 20, "tap_pairs": 8}
        return round(60 + sum(weight * work[name] for name, weight in estimate.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, stream = self.window_of(op), _stream(op)
        assert stream is not None, op.name
        height, width = window.height, window.width
        rows = whole_band(window, band)
        low, high = fused_clamp(op)
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_pairs_s16_params",
                batches=window.batches,
                input_width=width.input,
                channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                **window.places,
                positive=int(low == 0),
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            stream=Table("stream", stream),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )
