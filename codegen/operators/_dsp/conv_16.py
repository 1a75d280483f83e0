"""CONV_2D of int16 by pairs of channels: three pixels at a time are gathered in scratch, then multiplied."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ...arithmetic import convolution_multipliers, fused_clamp
from .._weighted import constant_data, native_kind
from .._window import whole_band
from ..access import windowed
from ..family import Address, Kernel, Rows, Scratch, Table, native_call, struct
from .int16 import channels_16, pair_stream_16
from .pairs import QUAD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._convolution import Convolution
    from ..access import Access
    from ..family import Band, Call

TILE = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Packed:
    stream: Array
    quads: int


@lru_cache(maxsize=256)
def _packed(conv_of: Callable[[Operator], Convolution], op: Operator) -> _Packed | None:
    conv = conv_of(op)
    channels = conv.window.output_channels
    if conv.groups != 1 or conv.filter_channels % QUAD:
        return None
    bias = op.optional_input(2)
    made = channels_16(
        conv.filters.reshape(channels, conv.depth),
        None if bias is None else constant_data(bias),
        convolution_multipliers(op.input(), op.input(1), op.output, channels),
    )
    return None if made is None else _Packed(pair_stream_16(made), conv.depth // QUAD)


class DspS16(Kernel):
    """cg_conv_2d_pairs_s16: a multiple of 4 input channels, no groups, sums that fit 32 bits."""

    provider = "native"
    name = "cg_conv_2d_pairs_s16"

    def __init__(self, conv_of: Callable[[Operator], Convolution]) -> None:
        self.conv_of = conv_of

    def takes(self, op: Operator, target: Target) -> bool:
        is_dsp = target.isa.dsp and not target.isa.mve
        return is_dsp and native_kind(op) == "s16_b64" and _packed(self.conv_of, op) is not None

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.conv_of(op).window.batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The values of a tile, and a pixel of zeros."""
        return 2 * TILE * QUAD * self._made(op).quads + 2 * self.conv_of(op).window.input_channels

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """The windows of a tile are gathered before any of its pixels is written."""
        return windowed(op.output, op.input(), self.conv_of(op).window, band, pixels=TILE, block=0)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:  # noqa: ARG002
        window, made = self.conv_of(op).window, self._made(op)
        pixels = window.batches * whole_band(window, band).rows * window.width.output
        tiles, pairs = -(-pixels // TILE), -(-window.output_channels // 2)
        return {
            "calls": 1.0,
            "tiles": float(tiles),
            "windows": float(pixels),
            "runs": float(pixels * window.height.kernel),
            "values": float(pixels * made.quads),
            "pairs": float(tiles * pairs),
            "quads": float(tiles * pairs * made.quads),
        }

    def cost(self, op: Operator, target: Target) -> int:
        work = self.work(op, target, None)
        estimate = {"tiles": 90, "windows": 60, "runs": 40, "values": 3, "pairs": 36, "quads": 20.4}
        return round(sum(weight * work[name] for name, weight in estimate.items()))

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        window, made = self.conv_of(op).window, self._made(op)
        height, width = window.height, window.width
        rows = whole_band(window, band)
        low, high = fused_clamp(op)
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_pairs_s16_params",
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                output_channels=window.output_channels,
                **window.places,
                quads=made.quads,
                positive=int(low == 0),
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            stream=Table("stream", made.stream),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True, row=rows.first),
        )

    def _made(self, op: Operator) -> _Packed:
        made = _packed(self.conv_of, op)
        assert made is not None, op.name
        return made
