"""CONV_2D: output = activation(sum over a window of input * weights + bias), in groups of channels.

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_integer_ops::ConvPerChannel of TFLite Micro.
Differs from TFLite: nowhere known.
Of float32 with int8 weights: `_hybrid`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..arithmetic import convolution_multipliers, float_clamp, fused_clamp
from ._cmsis_nn import RELEASE_6, activation, context, factor_tables, tile
from ._convolution import Convolution, convolution_params, convolve_s8, fits_uint16, multipliers, upstream_band
from ._convolution import scratch_bytes as columns_bytes
from ._convolution import takes as convolve_s8_takes
from ._dsp.convolutions import dsp_convolutions
from ._hybrid import HybridKernel, hybrid_window, image_bytes, is_per_channel
from ._mve.conv import PixelsS8 as MvePixelsS8
from ._mve.strips import window_kernels
from ._rules import after
from ._s16 import ConvolveS16
from ._small.packed import small_kernels
from ._sums import WindowSumsS8
from ._tile.conv import TileS8
from ._weighted import (
    NATIVE_KINDS,
    bias_address,
    bias_rule,
    clamping_activation,
    constant_weights,
    is_int8,
    most_products,
    native_kind,
    quantized_data,
    weight_rules,
    weighted_types,
    with_weights,
)
from ._window import images, output_size_rule, whole_band, window_of, window_options
from .access import UNKNOWN, windowed
from .family import Address, Family, Kernel, Rows, Spatial, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from ..target import Target
    from ._window import Axis, Window
    from .access import Access
    from .family import Band, Call, Value

OUTPUTS_AXIS = 0


@after(with_weights, images)
def weights_shape(op: Operator) -> str | None:
    """Weights have the shape [output channels, height, width, input channels of a group]."""
    weights, channels = op.input(1).shape, op.output.shape[3]
    agree = len(weights) == 4 and min(weights) > 0 and weights[0] == channels
    return None if agree else f"{list(weights)}, {channels} output channels"


@after(weights_shape)
def whole_groups(op: Operator) -> str | None:
    """The channels of a group divide the input channels, and the groups the output channels."""
    inputs, outputs, group = op.input().shape[3], op.output.shape[3], op.input(1).shape[3]
    agree = inputs % group == 0 and outputs % (inputs // group) == 0
    return None if agree else f"{group} of {inputs} input channels, {outputs} output channels"


@after(weights_shape)
def summable(op: Operator) -> str | None:
    """A filter has at most 65793 weights of int8 and less than 2^23 for int16, so that sums of products fit."""
    _, height, width, channels = op.input(1).shape
    products = height * width * channels
    return None if products <= most_products(op) else str(products)


def _kernel_size(op: Operator) -> tuple[int, int]:
    _, height, width, _ = op.input(1).shape
    return height, width


@lru_cache(maxsize=1024)
def convolution(op: Operator) -> Convolution:
    """What all kernels compute."""
    return Convolution(op, window_of(op, _kernel_size(op)), op.input(1).shape[3], Address(op.input(1)))


class _CmsisNn(Kernel):
    provider = "cmsis-nn"

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return convolution(op).window.batches == 1


class CmsisNnPixelsS8(_CmsisNn):
    """arm_convolve_1x1_s8_fast, for windows that follow each other in memory: one pixel, or tiles of whole rows."""

    name = "arm_convolve_1x1_s8_fast"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        if not is_int8(op):
            return False
        conv = convolution(op)
        height, width = conv.window.height, conv.window.width
        in_runs = height.kernel == 1 or width.output == 1
        return conv.groups == 1 and height.is_tiled and width.is_tiled and in_runs

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        if not target.isa.mve:
            # For two outputs after the other it goes through all pixels of the call.
            return windowed(op.output, op.input(), convolution(op).window, band, pixels=0, writes_first=True)
        # For each output it goes through four pixels.
        return windowed(op.output, op.input(), convolution(op).window, band, pixels=4, writes_first=True)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        conv = convolution(op)
        window, channels = conv.window, conv.window.output_channels
        rows = whole_band(window, band)
        return cmsis_nn_call(
            self.name,
            ctx=context(0),
            conv_params=struct(
                "cmsis_nn_conv_params",
                input_offset=-op.input().zero_point,
                output_offset=op.output.zero_point,
                stride=tile(1, 1),
                padding=tile(0, 0),
                dilation=tile(1, 1),
                activation=activation(fused_clamp(op)),
            ),
            quant_params=multipliers(op, channels),
            input_dims=dims(window.batches, rows.rows, window.width.output, conv.depth),
            input_data=Address(op.input(), row=rows.first * window.height.kernel),
            filter_dims=dims(n=channels, c=conv.depth),
            filter_data=conv.weights,
            bias_dims=dims(c=channels),
            bias_data=bias_address(op),
            output_dims=dims(window.batches, rows.rows, window.width.output, channels),
            output_data=Address(op.output, writable=True, row=rows.first),
        )


class CmsisNnStridedPixelsS8(_CmsisNn):
    """arm_convolve_1x1_s8: filters of one pixel with strides, an output row at a time."""

    name = "arm_convolve_1x1_s8"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        if not is_int8(op):
            return False
        conv = convolution(op)
        # Strides leave out pixels: there is no padding, whatever the option.
        return conv.groups == 1 and conv.window.taps == 1

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        window = convolution(op).window
        if not target.isa.mve:
            # For two outputs after the other it goes through the pixels of a row.
            return windowed(op.output, op.input(), window, band, pixels=window.width.output, writes_first=True)
        return windowed(op.output, op.input(), window, band, pixels=4, writes_first=True)  # for each output, four

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        conv = convolution(op)
        window, channels = conv.window, conv.window.output_channels
        part = upstream_band(window, band)
        return cmsis_nn_call(
            self.name,
            ctx=context(0),
            conv_params=convolution_params(op, window, part.top),
            quant_params=multipliers(op, channels),
            input_dims=dims(window.batches, part.input_rows, window.width.input, window.input_channels),
            input_data=Address(op.input(), row=part.row),
            filter_dims=dims(n=channels, c=window.input_channels),
            filter_data=conv.weights,
            bias_dims=dims(c=channels),
            bias_data=bias_address(op),
            output_dims=dims(window.batches, part.output_rows, window.width.output, channels),
            output_data=Address(op.output, writable=True, row=part.output_row),
        )


class CmsisNnOneRowS8(_CmsisNn):
    """arm_convolve_1_x_n_s8 on MVE: one input row, windows read in place but for those over the padding."""

    name = "arm_convolve_1_x_n_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_int8(op):
            return False
        conv = convolution(op)
        height, width = conv.window.height, conv.window.width
        return (
            target.isa.mve  # elsewhere it only calls arm_convolve_s8
            and conv.groups == 1
            and op.option("padding") != "EXPLICIT"
            and height.input == height.kernel == 1
            and width.dilation == 1
            and width.stride * conv.window.input_channels % 4 == 0
            and fits_uint16(conv.window)
            and _one_row_is_exact(conv.window, target)
        )

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return False

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The windows over the left padding, and after them those over the right one. None before 6.0.0."""
        if target.cmsis_nn.number < RELEASE_6:
            return 0
        width, channels = convolution(op).window.width, convolution(op).window.input_channels
        right = _right_windows(width) if (width.before + width.after) % 2 else width.before
        return max(width.kernel + width.before, width.kernel - 1 + right) * channels

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        conv = convolution(op)
        size = self.scratch_bytes(op, target, band)
        return convolve_s8(conv, target, None, self.name, size=size)


def _right_windows(width: Axis) -> int:
    """The windows over the right padding, as upstream counts them."""
    return -(-width.after // width.stride)


def _one_row_is_exact(window: Window, target: Target) -> bool:
    """Where arm_convolve_1_x_n_s8 is right and reads nothing outside of the row.

    It takes the padding for symmetric but for one column, and windows for no wider than the row. From 6.0.0 on it
    copies one pixel less than a window for the right padding, however many the first such window has, and as many
    pixels of padding as there are such windows: both hold only for some strides.
    """
    width = window.width
    left, right = -(-width.before // width.stride), _right_windows(width)
    fits = width.kernel <= width.input and width.after >= 0 and left + right <= width.output
    if target.cmsis_nn.number < RELEASE_6 or not fits:
        return fits
    if width.after == 0:
        return width.stride == 1  # else it reads (and does not use) pixels behind the row
    return (right - 1) * width.stride + 1 == width.after and width.after in (width.before, right)


class CmsisNnS8(_CmsisNn):
    """arm_convolve_s8: any window; gathers columns of input in scratch. With groups from 6.0.0 on."""

    name = "arm_convolve_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_int8(op):
            return False
        return convolve_s8_takes(convolution(op), target)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return columns_bytes(convolution(op), target)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        conv = convolution(op)
        # With groups it computes one after the other, and its portable twin the pixels.
        return windowed(op.output, op.input(), conv.window, band) if conv.groups == 1 else UNKNOWN

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        conv = convolution(op)
        return convolve_s8(conv, target, band, self.name, size=columns_bytes(conv, target))


class Native(Kernel):
    """cg_conv_2d_`kind`: s8, s8 with packed weights of 4 bits, s16 with sums of 32 or 64 bits, f32."""

    provider = "native"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = f"cg_conv_2d_{kind}"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return native_kind(op) == self.kind

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return convolution(op).window.batches == 1

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        return 9 * macs(op)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        conv = convolution(op)
        return windowed(op.output, op.input(), conv.window, band, groups=conv.groups)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        conv = convolution(op)
        window = conv.window
        height, width = window.height, window.width
        rows = whole_band(window, band)
        quantized: dict[str, Value] = {}
        tables: dict[str, Value] = {}
        if self.kind == "f32":
            low, high = float_clamp(op)
        else:
            low, high = fused_clamp(op)
            # The reference takes int16 for symmetric: it leaves the zero points out.
            offsets = (-op.input().zero_point, op.output.zero_point) if op.output.dtype == "int8" else (0, 0)
            quantized = dict(zip(("input_offset", "output_offset"), offsets, strict=True))
            factors = convolution_multipliers(op.input(), op.input(1), op.output, window.output_channels)
            tables = dict(zip(("multiplier", "shift"), factor_tables(factors), strict=True))
        return native_call(
            self.name,
            params=struct(
                "cg_conv_2d_f32_params" if self.kind == "f32" else "cg_conv_2d_s8_params",
                batches=window.batches,
                input_width=width.input,
                input_channels=window.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                filter_channels=conv.filter_channels,
                output_width=width.output,
                output_channels=window.output_channels,
                **window.places,
                **quantized,
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            weights=conv.weights,
            bias=bias_address(op),
            **tables,
            y0=rows.first,
            y1=rows.last,
            output=Address(op.output, writable=True, row=rows.first),
        )


class NativeHybrid(HybridKernel):
    """cg_conv_2d_f32_s8."""

    name = "cg_conv_2d_f32_s8"

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return image_bytes(convolution(op).window)

    def params(self, op: Operator) -> Mapping[str, Value]:
        conv = convolution(op)
        return hybrid_window(conv.window) | {
            "filter_channels": conv.filter_channels,
            "output_channels": conv.window.output_channels,
            "asymmetric": int(is_per_channel(op)),
        }


def macs(op: Operator) -> int:
    """One for each weight and output pixel."""
    window = convolution(op).window
    return op.input(1).size * window.pixels * window.batches


def spatial(op: Operator) -> Spatial:
    return convolution(op).window.spatial


FAMILY = Family(
    names=("CONV_2D",),
    constraints=(
        with_weights,
        weighted_types,
        constant_weights,
        images,
        window_options,
        weights_shape,
        whole_groups,
        output_size_rule(_kernel_size, weights_shape),
        bias_rule(OUTPUTS_AXIS),
        quantized_data,
        *weight_rules(OUTPUTS_AXIS),
        summable,
        clamping_activation,
    ),
    kernels=(
        CmsisNnPixelsS8(),
        CmsisNnStridedPixelsS8(),
        CmsisNnOneRowS8(),
        CmsisNnS8(),
        ConvolveS16(convolution),
        *dsp_convolutions(convolution),
        MvePixelsS8(convolution),
        *window_kernels(convolution),
        *(Native(kind) for kind in NATIVE_KINDS),
        NativeHybrid(),
        TileS8(convolution),
        *small_kernels(convolution),
    ),
    accumulators=(WindowSumsS8(Native("s8"), lambda op: convolution(op).window, 6),),
    macs=macs,
    spatial=spatial,
    hint="use float32, or int8 or int16 with weights of 8 or 4 bits",
)
