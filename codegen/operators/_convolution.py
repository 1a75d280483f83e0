"""The calls of upstream's convolutions, which CONV_2D makes and, with other weights, DEPTHWISE_CONV_2D."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import convolution_multipliers, fused_clamp
from ._cmsis_nn import RELEASE_6, RELEASE_7, UINT16_MAX, activation, context, per_channel, tile
from ._weighted import bias_address, constant_data
from .family import Address, Table, cmsis_nn_call, dims, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator
    from ..target import Target
    from ._window import Window
    from .family import Band, Call, Struct, Value


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution of `op`: `weights` are [output channels, height, width, filter_channels]."""

    op: Operator
    window: Window
    filter_channels: int
    weights: Address | Table

    @property
    def groups(self) -> int:
        return self.window.input_channels // self.filter_channels

    @property
    def filters(self) -> Array:
        """The weights as [output channels, height, width, filter_channels]."""
        return constant_data(self.op.input(1)) if isinstance(self.weights, Address) else self.weights.data

    @property
    def depth(self) -> int:
        """Products of one output."""
        return self.window.taps * self.filter_channels


def multipliers(op: Operator, channels: int) -> Struct:
    """The factor of each output channel."""
    return per_channel(convolution_multipliers(op.input(), op.input(1), op.output, channels))


def bias_or_zeros(op: Operator, channels: int, *, zeros: bool) -> Value:
    """The bias. `zeros`: in place of an absent one, for kernels that add an offset to NULL and then read there."""
    bias = bias_address(op)
    return Table("no_bias", np.zeros(channels, np.int32)) if bias is None and zeros else bias


def fits_uint16(window: Window, *others: int) -> bool:
    """Whether every size fits the 16 bits in which upstream keeps it."""
    height, width = window.height, window.width
    sizes = [*others, window.input_channels, window.output_channels]
    for axis in (height, width):
        sizes += [axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, axis.before]
    return max(sizes) <= UINT16_MAX


def convolution_params(op: Operator, window: Window, top: int) -> Struct:
    """cmsis_nn_conv_params with `top` rows of padding."""
    return struct(
        "cmsis_nn_conv_params",
        input_offset=-op.input().zero_point,
        output_offset=op.output.zero_point,
        stride=tile(window.height.stride, window.width.stride),
        padding=tile(top, window.width.before),
        dilation=tile(window.height.dilation, window.width.dilation),
        activation=activation(fused_clamp(op)),
    )


@dataclass(frozen=True, slots=True)
class UpstreamBand:
    """A band as upstream takes it: the first stored row, the stored rows and the padding above them."""

    row: int
    input_rows: int
    top: int
    output_row: int
    output_rows: int


def upstream_band(window: Window, band: Band | None) -> UpstreamBand:
    """`band` with contiguous rows and never negative padding. Upstream clips what lies below the stored rows."""
    spatial = window.spatial
    if band is None or band == spatial.whole:
        return UpstreamBand(0, spatial.input_rows, spatial.pad_top, 0, spatial.output_rows)
    rows = spatial.input_band(band)
    return UpstreamBand(rows.first, rows.rows, spatial.padding_top(band), band.first, band.rows)


def scratch_bytes(conv: Convolution, target: Target) -> int:
    """What arm_convolve_s8 writes: columns of int8 on MVE (four at a time), else of int16 (two).

    Upstream's size functions ask for the channels of all groups, and for whole vectors.
    """
    depth, pixels = conv.depth, conv.window.pixels
    aligned = (depth + 3) // 4 * 4
    if target.isa.mve:
        pitch = aligned if target.cmsis_nn.number >= RELEASE_6 else depth
        return (min(pixels, 4) - 1) * pitch + depth
    return 2 * aligned + min(pixels, 2) * depth


def takes(conv: Convolution, target: Target) -> bool:
    """Whether arm_convolve_s8 computes `conv`. Groups came with 6.0.0."""
    products = UINT16_MAX if not target.isa.dsp else 4 * UINT16_MAX
    return (
        (conv.groups == 1 or target.cmsis_nn.number >= RELEASE_6)
        and fits_uint16(conv.window)
        and (target.isa.mve or conv.depth <= products)
    )


def convolve_s8(
    conv: Convolution, target: Target, band: Band | None, function: str, *, size: int, upscale_dims: Value = None
) -> Call:
    """The call of arm_convolve_s8, or of a function that lacks only upscale_dims, with `size` bytes of scratch."""
    window, op = conv.window, conv.op
    part = upstream_band(window, band)
    channels = window.output_channels
    upscale: dict[str, Value] = (
        {"upscale_dims": upscale_dims} if function == "arm_convolve_s8" and target.cmsis_nn.number >= RELEASE_7 else {}
    )
    return cmsis_nn_call(
        function,
        returns_status=True,
        ctx=context(size),
        conv_params=convolution_params(op, window, part.top),
        quant_params=multipliers(op, channels),
        input_dims=dims(window.batches, part.input_rows, window.width.input, window.input_channels),
        input_data=Address(op.input(), row=part.row),
        filter_dims=dims(channels, window.height.kernel, window.width.kernel, conv.filter_channels),
        filter_data=conv.weights,
        bias_dims=dims(c=channels),
        bias_data=bias_or_zeros(op, channels, zeros=conv.groups > 1),
        **upscale,
        output_dims=dims(window.batches, part.output_rows, window.width.output, channels),
        output_data=Address(op.output, writable=True, row=part.output_row),
    )
