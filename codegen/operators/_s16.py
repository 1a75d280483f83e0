"""CMSIS-NN's kernels of int16 with int8 weights, where their sums of 32 bits and their rounding are the reference's.

They add products in 32 bits, and round a sum of 64 bits from one that is twice as large, cut to 32 bits: both are
exact where the weights, which are constant here, keep every possible sum small enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import fused_clamp, single_multiplier
from ._cmsis_nn import RELEASE_6, activation, context, tile
from ._convolution import convolution_params, multipliers, upstream_band
from ._weighted import bias_address, constant_data, sums_of_64_bits
from .family import Address, Kernel, cmsis_nn_call, dims, struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator
    from ..target import Target
    from ._convolution import Convolution
    from ._window import Window
    from .family import Band, Call

LARGEST_INPUT = 1 << 15
MOST_TAPS = 511
"""Window positions of arm_depthwise_conv_fast_s16."""
INT16_MAX = 0x7FFF


def sums_fit(op: Operator, outputs_axis: int) -> bool:
    """Whether no input makes a sum that upstream cuts. `outputs_axis`: the dimension of the weights that is outputs."""
    weights = op.input(1)
    if weights.quantization is None or weights.dtype != "int8" or op.output.dtype != "int16":
        return False
    by_output = np.moveaxis(np.abs(constant_data(weights).astype(np.int64)), outputs_axis, 0)
    products = LARGEST_INPUT * by_output.reshape(by_output.shape[0], -1).sum(axis=1)
    bias = op.optional_input(2)
    most = products + (0 if bias is None else np.abs(constant_data(bias).reshape(-1).astype(np.float64)))
    if not sums_of_64_bits(op):
        return bool(most.max() < 1 << 31)
    factors = op.input().scale * np.array(weights.quantization.scales) / op.output.scale
    return bool(products.max() < 1 << 31 and (most * factors).max() < 1 << 29)


class ConvolveS16(Kernel):
    """arm_convolve_s16 from 6.0.0 on, which takes biases of 32 and of 64 bits. It gathers two columns (MVE: four)."""

    provider = "cmsis-nn"
    name = "arm_convolve_s16"

    def __init__(self, convolution: Callable[[Operator], Convolution]) -> None:
        self.convolution = convolution

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != "int16" or target.cmsis_nn.number < RELEASE_6 or not sums_fit(op, 0):
            return False
        conv = self.convolution(op)
        return conv.groups == 1 and conv.depth <= 0xFFFF

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.convolution(op).window.batches == 1

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        conv = self.convolution(op)
        return 2 * conv.depth * min(conv.window.pixels, 4 if target.isa.mve else 2)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        conv = self.convolution(op)
        window, channels = conv.window, conv.window.output_channels
        part = upstream_band(window, band)
        return cmsis_nn_call(
            self.name,
            ctx=context(self.scratch_bytes(op, target, band)),
            conv_params=convolution_params(op, window, part.top),
            quant_params=multipliers(op, channels),
            input_dims=dims(window.batches, part.input_rows, window.width.input, window.input_channels),
            input_data=Address(op.input(), row=part.row),
            filter_dims=dims(channels, window.height.kernel, window.width.kernel, conv.filter_channels),
            filter_data=conv.weights,
            bias_dims=dims(c=channels),
            bias_data=struct("cmsis_nn_bias_data", data=bias_address(op), is_int32_bias=int(not sums_of_64_bits(op))),
            output_dims=dims(window.batches, part.output_rows, window.width.output, channels),
            output_data=Address(op.output, writable=True, row=part.output_row),
        )


class DepthwiseS16(Kernel):
    """arm_depthwise_conv_fast_s16, with DSP or MVE: one output channel per input channel, no dilation.

    On MVE it reads factors and biases in fours.
    """

    provider = "cmsis-nn"
    name = "arm_depthwise_conv_fast_s16"

    def __init__(self, window: Callable[[Operator], Window]) -> None:
        self.window = window

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != "int16" or not target.isa.dsp or not (sums_of_64_bits(op) and sums_fit(op, 3)):
            return False
        shape = self.window(op)
        is_plain = shape.input_channels == shape.output_channels and not shape.is_dilated and shape.taps <= MOST_TAPS
        starts_fit = all((axis.output - 1) * axis.stride <= INT16_MAX for axis in (shape.height, shape.width))
        return is_plain and starts_fit and shape.batches == 1 and (not target.isa.mve or shape.input_channels % 4 == 0)

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The window as int16; on MVE four of them, and what is read behind them."""
        shape = self.window(op)
        window = 2 * shape.taps * shape.input_channels
        return 4 * window + 8 if target.isa.mve else window

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        shape = self.window(op)
        height, width, channels = shape.height, shape.width, shape.output_channels
        part = upstream_band(shape, band)
        return cmsis_nn_call(
            self.name,
            ctx=context(self.scratch_bytes(op, target, band)),
            dw_conv_params=struct(
                "cmsis_nn_dw_conv_params",
                input_offset=0,
                output_offset=0,
                ch_mult=1,
                stride=tile(height.stride, width.stride),
                padding=tile(part.top, width.before),
                dilation=tile(1, 1),
                activation=activation(fused_clamp(op)),
            ),
            quant_params=multipliers(op, channels),
            input_dims=dims(shape.batches, part.input_rows, width.input, channels),
            input=Address(op.input(), row=part.row),
            filter_dims=dims(1, height.kernel, width.kernel, channels),
            kernel=Address(op.input(1)),
            bias_dims=dims(c=channels),
            bias=bias_address(op),
            output_dims=dims(shape.batches, part.output_rows, width.output, channels),
            output=Address(op.output, writable=True, row=part.output_row),
        )


class FullyConnectedS16(Kernel):
    """arm_fully_connected_s16: one factor for all units, a bias of 64 bits or none, and no zero points, which the
    reference heeds here."""

    provider = "cmsis-nn"
    name = "arm_fully_connected_s16"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        if op.output.dtype != "int16" or not sums_of_64_bits(op) or not sums_fit(op, 0):
            return False
        quantization = op.input(1).quantization
        is_plain = quantization is not None and not quantization.is_per_channel
        return is_plain and op.input().zero_point == op.output.zero_point == 0

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        units, depth = op.input(1).shape
        batches = op.input().size // depth
        factor = single_multiplier(op.input(), op.input(1), op.output)
        return cmsis_nn_call(
            self.name,
            ctx=context(0),
            fc_params=struct(
                "cmsis_nn_fc_params",
                input_offset=0,
                filter_offset=0,
                output_offset=0,
                activation=activation(fused_clamp(op)),
            ),
            quant_params=struct("cmsis_nn_per_tensor_quant_params", multiplier=factor.multiplier, shift=factor.shift),
            input_dims=dims(n=batches, c=depth),
            input=Address(op.input()),
            filter_dims=dims(n=depth, c=units),
            kernel=Address(op.input(1)),
            bias_dims=dims(c=units),
            bias=bias_address(op),
            output_dims=dims(n=batches, c=units),
            output=Address(op.output, writable=True),
        )
