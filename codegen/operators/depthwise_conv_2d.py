"""DEPTHWISE_CONV_2D: each input channel makes `depth_multiplier` output channels by windows of its own.

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_integer_ops::DepthwiseConvPerChannel of
TFLite Micro. Differs from TFLite: nowhere known.
Of float32 with int8 weights: `_hybrid`.

An int32 bias of int16, which the converter writes when asked for biases of 32 bits, is taken for the int64 of the same
numbers. TFLite Micro reads such a bias as int64, beyond its end; LiteRT refuses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import convolution_multipliers, float_clamp, fused_clamp
from ._cmsis_nn import UINT16_MAX, activation, context, factor_tables, tile
from ._convolution import Convolution, bias_or_zeros, convolve_s8, fits_uint16, multipliers, upstream_band
from ._convolution import scratch_bytes as columns_bytes
from ._convolution import takes as convolve_s8_takes
from ._dsp.columns import DspDepthwiseColumnsS8
from ._dsp.conv import DspS8, DspWideS8
from ._dsp.depthwise import DspDepthwiseS8
from ._dsp.depthwise_16 import DspDepthwiseS16
from ._dsp.direct import DspDirectS8
from ._dsp.taps import DspDepthwiseTapsS8
from ._hybrid import HybridKernel, hybrid_window, image_bytes
from ._mve.depthwise import DepthwiseS8 as MveDepthwiseS8
from ._mve.eights import EightsS8 as MveEightsS8
from ._mve.strips import window_kernels
from ._rules import after
from ._s16 import DepthwiseS16
from ._small.conv import SmallS8
from ._small.depthwise import SmallDepthwiseS8
from ._sums import WindowSumsS8
from ._tile.conv import TileS8 as TileConvolutionS8
from ._tile.depthwise import TileS8
from ._weighted import (
    bias_address,
    bias_rule,
    clamping_activation,
    constant_data,
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
from .family import Address, Family, Kernel, Rows, Spatial, Table, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from ..target import Target
    from ._window import Window
    from .access import Access
    from .family import Band, Call, Value

OUTPUTS_AXIS = 3
BLOCK = 124
"""Channels that the MVE kernel gathers at a time (CH_IN_BLOCK_MVE)."""
INT16_MAX = 0x7FFF


def _bias(op: Operator) -> Value:
    """The bias as the kernel reads it: int16 has one of 64 bits."""
    bias = op.optional_input(2)
    if op.output.dtype == "int16" and bias and bias.dtype == "int32":
        return Table("bias", constant_data(bias).astype(np.int64))
    return bias_address(op)


@after(with_weights, images)
def weights_shape(op: Operator) -> str | None:
    """Weights have the shape [1, height, width, output channels]."""
    weights, channels = op.input(1).shape, op.output.shape[3]
    agree = len(weights) == 4 and min(weights) > 0 and weights[0] == 1 and weights[3] == channels
    return None if agree else f"{list(weights)}, {channels} output channels"


@after(images)
def whole_multiplier(op: Operator) -> str | None:
    """The output channels are the input channels times the depth multiplier."""
    inputs, outputs, multiplier = op.input().shape[3], op.output.shape[3], op.option("depth_multiplier")
    agree = multiplier is not None and inputs * multiplier == outputs
    return None if agree else f"{inputs} input channels, multiplier {multiplier}, {outputs} output channels"


@after(weights_shape)
def summable(op: Operator) -> str | None:
    """A window has at most 65793 elements of int8 and less than 2^23 of int16, so that sums of products fit."""
    height, width = _kernel_size(op)
    return None if height * width <= most_products(op) else str(height * width)


def _kernel_size(op: Operator) -> tuple[int, int]:
    _, height, width, _ = op.input(1).shape
    return height, width


def window(op: Operator) -> Window:
    return window_of(op, _kernel_size(op))


def multiplier_of(op: Operator) -> int:
    """Output channels of each input channel."""
    return op.output.shape[3] // op.input().shape[3]


def _is_plain(op: Operator) -> bool:
    """What upstream's faster kernels are for: one output channel per input channel, one image, no dilation."""
    return multiplier_of(op) == 1 and window(op).batches == 1 and not window(op).is_dilated


def _starts_fit_int16(shape: Window) -> bool:
    """Whether the first row and column of every window fit the 16 bits in which upstream keeps them."""
    return all((axis.output - 1) * axis.stride <= INT16_MAX for axis in (shape.height, shape.width))


class _CmsisNn(Kernel):
    """The upstream functions, which differ in what they take; all have the same arguments."""

    provider = "cmsis-nn"

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return window(op).batches == 1

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return windowed(op.output, op.input(), window(op), band, groups=window(op).input_channels)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        shape, multiplier = window(op), multiplier_of(op)
        height, width, channels = shape.height, shape.width, shape.output_channels
        part = upstream_band(shape, band)
        return cmsis_nn_call(
            self.name,
            ctx=context(self.scratch_bytes(op, target, band)),
            dw_conv_params=struct(
                "cmsis_nn_dw_conv_params",
                input_offset=-op.input().zero_point,
                output_offset=op.output.zero_point,
                ch_mult=multiplier,
                stride=tile(height.stride, width.stride),
                padding=tile(part.top, width.before),
                dilation=tile(height.dilation, width.dilation),
                activation=activation(fused_clamp(op)),
            ),
            quant_params=multipliers(op, channels),
            input_dims=dims(shape.batches, part.input_rows, width.input, shape.input_channels),
            input_data=Address(op.input(), row=part.row),
            filter_dims=dims(1, height.kernel, width.kernel, channels),
            filter_data=Address(op.input(1)),
            bias_dims=dims(c=channels),
            bias_data=bias_or_zeros(op, channels, zeros=self.steps_over_bias(op, target)),
            output_dims=dims(shape.batches, part.output_rows, width.output, channels),
            output_data=Address(op.output, writable=True, row=part.output_row),
        )

    def steps_over_bias(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        """Whether the kernel steps on in the bias without asking whether there is one."""
        return False


def as_convolution(op: Operator) -> Convolution:
    """In groups of one input channel: with one input channel it is a convolution with these weights, transposed."""
    transposed = np.ascontiguousarray(constant_data(op.input(1)).transpose(3, 1, 2, 0))
    return Convolution(op, window(op), 1, Table("filter_data", transposed))


class CmsisNnConvolutionS8(Kernel):
    """arm_convolve_s8 on MVE with one input channel: its weights are these ones, transposed.

    Upstream's wrapper does the same from 7.0.0 on, and transposes at run time.
    """

    provider = "cmsis-nn"
    name = "arm_convolve_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_int8(op):
            return False
        # From two output channels on: upstream's threshold for compilers other than armclang.
        is_worth_it = target.isa.mve and op.input().shape[3] == 1 and op.output.shape[3] > 1
        return is_worth_it and convolve_s8_takes(as_convolution(op), target)

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return window(op).batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return columns_bytes(as_convolution(op), target)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return windowed(op.output, op.input(), window(op), band)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        conv = as_convolution(op)
        return convolve_s8(conv, target, band, self.name, size=columns_bytes(conv, target))


class CmsisNn3x3S8(_CmsisNn):
    """arm_depthwise_conv_3x3_s8: four channels at a time without scratch. MVE has something better.

    It reads the middle column of every window, so no padding may be wider than a column.
    """

    name = "arm_depthwise_conv_3x3_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_int8(op):
            return False
        shape = window(op)
        height, width = shape.height, shape.width
        is_3x3 = height.kernel == width.kernel == 3 and max(height.before, width.before, width.after) <= 1
        return not target.isa.mve and is_3x3 and _is_plain(op)


class CmsisNnOptS8(_CmsisNn):
    """arm_depthwise_conv_s8_opt: gathers windows in scratch, on MVE or DSP; elsewhere it is arm_depthwise_conv_s8."""

    name = "arm_depthwise_conv_s8_opt"

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_int8(op):
            return False
        shape = window(op)
        if not _is_plain(op):
            return False
        fits = shape.input_channels <= UINT16_MAX and shape.taps <= UINT16_MAX and _starts_fit_int16(shape)
        return target.isa.mve or (target.isa.dsp and fits)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """DSP: the window as int16. MVE: four windows of up to 124 channels, each pixel in 124 bytes."""
        shape = window(op)
        if not target.isa.mve:
            return 2 * shape.taps * shape.input_channels
        last = min((shape.input_channels + 3) // 4 * 4, BLOCK)  # read in fours
        return (min(shape.pixels, 4) * shape.taps - 1) * BLOCK + last

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        if target.isa.mve and window(op).input_channels > BLOCK:
            return UNKNOWN  # blocks of channels one after the other, where the portable twin goes through the pixels
        return super().access(op, target, band)

    def steps_over_bias(self, op: Operator, target: Target) -> bool:
        return target.isa.mve and window(op).input_channels > BLOCK


class CmsisNnS8(_CmsisNn):
    """arm_depthwise_conv_s8: any multiplier, dilation and batches; plain C on every core."""

    name = "arm_depthwise_conv_s8"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        if not is_int8(op):
            return False
        shape = window(op)
        return fits_uint16(shape, shape.batches, multiplier_of(op)) and _starts_fit_int16(shape)


class Native(Kernel):
    """cg_depthwise_conv_2d_`kind`: s8, s8 with packed weights of 4 bits, s16 with sums of 64 bits, f32."""

    provider = "native"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = f"cg_depthwise_conv_2d_{kind}"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return native_kind(op) == self.kind

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return window(op).batches == 1

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return windowed(op.output, op.input(), window(op), band, groups=window(op).input_channels)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        shape = window(op)
        height, width = shape.height, shape.width
        rows = whole_band(shape, band)
        quantized: dict[str, Value] = {}
        tables: dict[str, Value] = {}
        if self.kind == "f32":
            low, high = float_clamp(op)
        else:
            low, high = fused_clamp(op)
            # The reference takes int16 for symmetric: it leaves the zero points out.
            offsets = (-op.input().zero_point, op.output.zero_point) if op.output.dtype == "int8" else (0, 0)
            quantized = dict(zip(("input_offset", "output_offset"), offsets, strict=True))
            factors = convolution_multipliers(op.input(), op.input(1), op.output, shape.output_channels)
            tables = dict(zip(("multiplier", "shift"), factor_tables(factors), strict=True))
        return native_call(
            self.name,
            params=struct(
                "cg_depthwise_conv_2d_f32_params" if self.kind == "f32" else "cg_depthwise_conv_2d_s8_params",
                batches=shape.batches,
                input_width=width.input,
                input_channels=shape.input_channels,
                depth_multiplier=multiplier_of(op),
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                **shape.places,
                **quantized,
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            weights=Address(op.input(1)),
            bias=_bias(op),
            **tables,
            y0=rows.first,
            y1=rows.last,
            output=Address(op.output, writable=True, row=rows.first),
        )


class NativeHybrid(HybridKernel):
    """cg_depthwise_conv_2d_f32_s8."""

    name = "cg_depthwise_conv_2d_f32_s8"

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return image_bytes(window(op))

    def params(self, op: Operator) -> Mapping[str, Value]:
        return hybrid_window(window(op)) | {"depth_multiplier": multiplier_of(op)}


def macs(op: Operator) -> int:
    """One for each tap and output."""
    return window(op).taps * op.output.size


def spatial(op: Operator) -> Spatial:
    return window(op).spatial


FAMILY = Family(
    names=("DEPTHWISE_CONV_2D",),
    constraints=(
        with_weights,
        weighted_types,
        constant_weights,
        images,
        window_options,
        weights_shape,
        whole_multiplier,
        output_size_rule(_kernel_size, weights_shape),
        bias_rule(OUTPUTS_AXIS),
        quantized_data,
        *weight_rules(OUTPUTS_AXIS),
        summable,
        clamping_activation,
    ),
    kernels=(
        CmsisNnConvolutionS8(),
        CmsisNn3x3S8(),
        CmsisNnOptS8(),
        CmsisNnS8(),
        DepthwiseS16(window),
        DspDepthwiseS8(),
        DspDepthwiseTapsS8(),
        DspDepthwiseS16(window),
        DspDepthwiseColumnsS8(),
        DspWideS8(as_convolution),
        DspS8(as_convolution),
        DspDirectS8(as_convolution),
        MveDepthwiseS8(),
        MveEightsS8(Native("s8")),
        *window_kernels(as_convolution),
        *(Native(kind) for kind in ("s8", "s4", "s16_b64", "f32")),
        NativeHybrid(),
        TileS8(window),
        TileConvolutionS8(as_convolution),
        SmallDepthwiseS8(window),
        SmallS8(as_convolution),
    ),
    accumulators=(WindowSumsS8(Native("s8"), window, 9, 4),),
    macs=macs,
    spatial=spatial,
    hint="use float32, or int8 or int16 with weights of 8 or 4 bits",
)
