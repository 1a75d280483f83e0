"""CONV_2D by pairs of channels: three pixels at a time are gathered and widened in scratch, then multiplied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .._weighted import native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .pairs import QUAD, are_pairable, channel_factors, convolution_channels, pair_stream, wide_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._convolution import Convolution
    from .._window import Window
    from ..access import Access
    from ..family import Band, Call, Struct, Value
    from .pairs import Channels

TILE = 3
"""Pixels of a tile: kernels read the windows of so many output pixels before they write these."""
MOST_FILTER_ROWS = 64
FEW_ROWS = 3
MOST_CHANNELS_TO_COPY = 4
"""Input rows of few channels are copied with their padding: windows over it are many, and their pieces short."""


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """The stream of a convolution: its runs of neighbouring bytes in the input, and quads of values in all."""

    stream: Array
    runs: int
    run_bytes: int
    quads: int
    linear: bool
    clamp: tuple[int, int]


def _runs(window: Window, depth: int) -> tuple[int, int]:
    """(runs, bytes of one): rows of the window, pixels where a dilation lies between them."""
    height, width = window.height.kernel, window.width.kernel
    return (height, width * depth) if window.width.dilation == 1 else (height * width, depth)


def _padded_row(window: Window, target: Target) -> int:
    """Bytes of an input row with all its padding, where there is some and channels are few; else 0. Where memory is
    what the user wants least of, only for windows of so many rows that gathering them without would take long."""
    width = window.width
    is_padded = width.is_padded or window.height.is_padded
    is_dear = target.optimize == "ram" and window.height.kernel <= FEW_ROWS
    if not is_padded or is_dear or width.dilation > 1 or window.input_channels > MOST_CHANNELS_TO_COPY:
        return 0
    return window.input_channels * (width.before + max(width.input, width.input + width.after))


@lru_cache(maxsize=256)
def packed(
    conv_of: Callable[[Operator], Convolution], op: Operator, stream_of: Callable[[Channels, int], Array] = pair_stream
) -> Packed | None:
    """`stream_of` the channels of `op` and their runs; None where it cannot be made or would not be exact."""
    conv = conv_of(op)
    window = conv.window
    if conv.groups != 1 or window.height.kernel > MOST_FILTER_ROWS or not window.fits_int16:
        return None
    made = convolution_channels(conv_of, channel_factors, op)
    if made is None or not (stream_of is wide_stream or are_pairable(made.weights)):
        return None
    runs, length = _runs(window, conv.filter_channels)
    quads = runs * (length // QUAD) + -(-runs * (length % QUAD) // QUAD)
    clamp = made.requantization.clamp or (-128, 127)
    return Packed(stream_of(made, runs), runs, length, quads, made.requantization.linear, clamp)


def shape_of(window: Window, op: Operator, made: Packed, **mode: int) -> dict[str, Value]:
    """The members of the kernels' structs of parameters; `mode` stands in the middle."""
    height, width = window.height, window.width
    return {
        "batches": window.batches,
        "input_width": width.input,
        "input_channels": window.input_channels,
        "filter_height": height.kernel,
        "filter_width": width.kernel,
        "output_width": width.output,
        "output_channels": window.output_channels,
        **window.places,
        "input_zero_point": op.input().zero_point,
        "quads": made.quads,
        **mode,
        "linear": int(made.linear),
        "activation_min": made.clamp[0],
        "activation_max": made.clamp[1],
    }


class DspS8(Kernel):
    """cg_conv_2d_pairs_s8: any window without groups whose requantization is proven."""

    provider = "native"
    name = "cg_conv_2d_pairs_s8"
    stream_of: Callable[[Channels, int], Array] = staticmethod(pair_stream)
    has_single = True
    """Whether a tile of one pixel takes less than one of three."""

    def __init__(self, conv_of: Callable[[Operator], Convolution]) -> None:
        self.conv_of = conv_of

    def takes(self, op: Operator, target: Target) -> bool:
        is_dsp = target.isa.dsp and not target.isa.mve
        return is_dsp and native_kind(op) == "s8" and packed(self.conv_of, op, self.stream_of) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.conv_of(op).window.batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The widened tile, offsets of a window's rows, bytes that are no quads, and what stands for padding."""
        window, made = self.conv_of(op).window, self.packed(op)
        rest = made.quads * QUAD - made.runs * (made.run_bytes // QUAD) * QUAD
        over_padding = window.width.kernel * window.input_channels
        padded = window.height.kernel * _padded_row(window, target) or over_padding
        taps = window.taps if window.input_channels % QUAD == 0 and not _padded_row(window, target) else 0
        offsets = 4 * (window.height.kernel + taps)
        return TILE * 2 * QUAD * made.quads + offsets + rest + -(-padded // 4) * 4

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """The windows of a tile are gathered before any of its pixels is written."""
        return windowed(op.output, op.input(), self.conv_of(op).window, band, pixels=TILE, block=0)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:
        window, made = self.conv_of(op).window, self.packed(op)
        rows = whole_band(window, band).rows
        pixels = window.batches * rows * window.width.output
        single, double = (int(self.has_single and pixels % TILE == count) for count in (1, 2))
        tiles = -(-pixels // TILE) - single - double
        pairs = -(-window.output_channels // 2)
        gathered = pixels if window.taps > 1 else 0
        is_nine = (window.height.kernel, made.run_bytes, bool(_padded_row(window, target))) == (3, 9, True)
        height = window.height
        copied = (rows - 1) * min(height.stride, height.kernel) + height.kernel
        copied = rows * height.kernel if height.dilation > 1 else copied
        return {
            "calls": 1.0,
            "rows": float(rows),
            "copied": float(copied * bool(_padded_row(window, target))),
            "tiles": float(tiles),
            "nines": float(gathered * is_nine),
            "windows": float(gathered * (not is_nine)),
            "runs": float(gathered * made.runs * (not is_nine)),
            "values": float(pixels * made.quads * (not is_nine)),
            "pairs": float(tiles * pairs),
            "linear_pairs": float(tiles * pairs * made.linear),
            "quads": float(tiles * pairs * made.quads),
            "singles": float(single * pairs),
            "single_quads": float(single * pairs * made.quads),
            "doubles": float(double * pairs),
            "double_quads": float(double * pairs * made.quads),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate = {"rows": 60, "tiles": 60, "windows": 40, "runs": 12, "values": 4, "pairs": 45, "quads": 18}
        estimate |= {"singles": 28, "single_quads": 10, "doubles": 35, "double_quads": 15}
        return round(sum(weight * work[name] for name, weight in estimate.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        rows = whole_band(self.conv_of(op).window, band)
        return native_call(
            self.name,
            params=self.params(op, target),
            input=Rows(op.input()),
            stream=Table("stream", np.asarray(self.packed(op).stream)),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )

    def params(self, op: Operator, target: Target) -> Struct:
        window = self.conv_of(op).window
        padded = _padded_row(window, target)
        return struct("cg_conv_2d_tiles_params", **shape_of(window, op, self.packed(op), padded_row=padded))

    def packed(self, op: Operator) -> Packed:
        made = packed(self.conv_of, op, self.stream_of)
        assert made is not None, op.name
        return made


class DspWideS8(DspS8):
    """cg_conv_2d_wide_s8: the same with weights of int16, twice the bytes."""

    name = "cg_conv_2d_wide_s8"
    stream_of = staticmethod(wide_stream)
    has_single = False

    def grows(self, op: Operator) -> bool:  # noqa: ARG002
        return True

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate = {"rows": 60, "tiles": 100, "windows": 40, "runs": 12, "values": 4, "pairs": 36, "quads": 16.4}
        return round(sum(weight * work[name] for name, weight in estimate.items()))
