"""FULLY_CONNECTED: output = activation(input * transposed weights + bias).

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_integer_ops::FullyConnected and
FullyConnectedPerChannel of TFLite Micro. Differs from TFLite: nowhere known.
Of float32 with int8 weights: `_hybrid`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arithmetic import convolution_multipliers, float_clamp, fused_clamp, single_multiplier, weight_sums
from ._cmsis_nn import RELEASE_7, activation, context, factor_tables, per_channel, per_product, tile
from ._dsp.fully_connected import DspFullyConnectedS8
from ._dsp.fully_connected_16 import DspFullyConnectedS16
from ._dsp.nibbles import DspNibblesS4
from ._hybrid import HybridKernel
from ._mve.fully_connected import FullyConnectedS8 as MveS8
from ._rules import after, shapes_text
from ._s16 import FullyConnectedS16
from ._small.conv import rows_as_pixels
from ._small.packed import small_kernels
from ._tile.dense import TileS8
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
from ._whole import WholeKernel
from .access import rowwise
from .family import Address, Band, Family, Kernel, Rows, Scratch, Table, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..arithmetic import MultiplierShift
    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Call, Struct, Value

UNITS_AXIS = 0


@after(with_weights)
def weights_matrix(op: Operator) -> str | None:
    """Weights have the shape [units, depth]."""
    shape = op.input(1).shape
    return None if len(shape) == 2 and min(shape) > 0 else str(list(shape))


@after(weights_matrix)
def agreeing_shapes(op: Operator) -> str | None:
    """The input is a number of rows of depth elements, the output as many rows of units elements."""
    units, depth = op.input(1).shape
    x, y = op.input(), op.output
    rows = x.size // depth
    agree = rows > 0 and x.size == rows * depth and y.size == rows * units and y.shape[-1:] == (units,)
    return None if agree else f"input and output {shapes_text(x.shape, y.shape)}, weights {list(op.input(1).shape)}"


@after(weights_matrix, weighted_types)
def summable(op: Operator) -> str | None:
    """The depth is at most 65793 of int8 and less than 2^23 of int16, so that sums of products fit."""
    depth = op.input(1).shape[1]
    return None if depth <= most_products(op) else str(depth)


def plain_layout(op: Operator) -> str | None:
    """Weights are in the default format, not shuffled."""
    layout = op.option("weights_format", "DEFAULT")
    return None if layout == "DEFAULT" else str(layout)


class Sizes(NamedTuple):
    """Rows of `depth` elements times a matrix with `units` rows."""

    batches: int
    depth: int
    units: int


def sizes(op: Operator) -> Sizes:
    units, depth = op.input(1).shape
    return Sizes(op.input().size // depth, depth, units)


def _is_per_channel(op: Operator) -> bool:
    quantization = op.input(1).quantization
    return quantization is not None and quantization.is_per_channel


def factors(op: Operator) -> list[MultiplierShift]:
    """One factor, or one per unit."""
    if _is_per_channel(op):
        return convolution_multipliers(op.input(), op.input(1), op.output, sizes(op).units)
    return [single_multiplier(op.input(), op.input(1), op.output)]


def factors_of_units(op: Operator) -> list[MultiplierShift]:
    """One factor per unit, whatever the weights have."""
    return factors(op) * (1 if _is_per_channel(op) else sizes(op).units)


def weight_sums_table(op: Operator, target: Target) -> Table | None:
    """What the MVE kernel reads in place of sums made at run time.

    Before 7.0.0 the plain sums of the weights; from then on the bias plus the sums times the input offset.
    """
    if not target.isa.mve:
        return None
    sums = weight_sums(constant_data(op.input(1)))
    if target.cmsis_nn.number >= RELEASE_7:
        bias = op.optional_input(2)
        offset = -op.input().zero_point
        total = sums.astype(np.int64) * offset + (0 if bias is None else constant_data(bias).reshape(-1))
        sums = total.astype(np.int32)  # wraps as the kernel's own sum does
    return Table("sums", sums, mutable_api=True)


class _InRows(Kernel):
    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return rowwise(op.output, op.input(), sizes(op).batches)


class CmsisNnS8(_InRows):
    """arm_fully_connected_s8: one factor for all units. On MVE it reads sums over the weights, made here."""

    provider = "cmsis-nn"
    name = "arm_fully_connected_s8"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return is_int8(op) and not _is_per_channel(op)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        batches, depth, units = sizes(op)
        sums = weight_sums_table(op, target)
        return cmsis_nn_call(
            self.name,
            ctx=struct("cmsis_nn_context", buf=sums, size=4 * units if sums else 0),
            fc_params=struct(
                "cmsis_nn_fc_params",
                input_offset=-op.input().zero_point,
                filter_offset=0,
                output_offset=op.output.zero_point,
                activation=activation(fused_clamp(op)),
            ),
            quant_params=self.quantization(op),
            input_dims=dims(n=batches, c=depth),
            input_data=Address(op.input()),
            filter_dims=dims(n=depth, c=units),
            filter_data=Address(op.input(1)),
            bias_dims=dims(c=units),
            bias_data=bias_address(op),
            output_dims=dims(n=batches, c=units),
            output_data=Address(op.output, writable=True),
        )

    def quantization(self, op: Operator) -> Struct:
        (factor,) = factors(op)
        return struct("cmsis_nn_per_tensor_quant_params", multiplier=factor.multiplier, shift=factor.shift)


class CmsisNnPerChannelS8(CmsisNnS8):
    """arm_fully_connected_per_channel_s8: a factor per unit, from 7.0.0 on."""

    name = "arm_fully_connected_per_channel_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        return is_int8(op) and _is_per_channel(op) and target.cmsis_nn.number >= RELEASE_7

    def quantization(self, op: Operator) -> Struct:
        return per_channel(factors(op))


class CmsisNnPixelsS8(Kernel):
    """arm_convolve_1x1_s8_fast, whose pixels are the rows: two at a time (MVE: four), in every release."""

    provider = "cmsis-nn"
    name = "arm_convolve_1x1_s8_fast"

    def takes(self, op: Operator, target: Target) -> bool:
        if not is_int8(op):
            return False
        return sizes(op).batches > 1 or (_is_per_channel(op) and target.cmsis_nn.number < RELEASE_7)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        batches, depth, units = sizes(op)
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
            quant_params=per_channel(factors_of_units(op)),
            input_dims=dims(n=batches, c=depth),
            input_data=Address(op.input()),
            filter_dims=dims(n=units, c=depth),
            filter_data=Address(op.input(1)),
            bias_dims=dims(c=units),
            bias_data=bias_address(op),
            output_dims=dims(n=batches, c=units),
            output_data=Address(op.output, writable=True),
        )


class NativeQuantized(_InRows):
    """cg_fully_connected_s8, the same for packed weights of 4 bits, and for int16 with sums of 32 and of 64 bits."""

    provider = "native"

    def __init__(self, kind: str = "s8") -> None:
        self.kind = kind
        self.name = f"cg_fully_connected_{kind}"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return native_kind(op) == self.kind

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        return 6 * macs(op)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        batches, depth, units = sizes(op)
        low, high = fused_clamp(op)
        multiplier, shift = factor_tables(factors(op))
        return native_call(
            self.name,
            params=struct(
                "cg_fully_connected_s8_params",
                batches=batches,
                depth=depth,
                units=units,
                input_offset=-op.input().zero_point,
                filter_offset=0,
                output_offset=op.output.zero_point,
                activation_min=low,
                activation_max=high,
                quant_step=int(_is_per_channel(op)),
            ),
            input=Address(op.input()),
            weights=Address(op.input(1)),
            bias=bias_address(op),
            multiplier=multiplier,
            shift=shift,
            output=Address(op.output, writable=True),
        )


class SumsS8(Kernel):
    """cg_fully_connected_sums_s8: one image, from its rows as they come."""

    provider = "native"
    name = "cg_fully_connected_sums_s8"
    accumulates = True

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        shape = op.input().shape
        is_image = len(shape) == 4 and shape[0] == 1 < shape[1]
        return is_image and sizes(op).batches == 1 and native_kind(op) == "s8"

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return 4 * sizes(op).units

    def cost(self, op: Operator, target: Target) -> int:
        _, height, _, _ = op.input().shape
        _, _, units = sizes(op)
        # On the scale of the whole kernels' estimates: in QEMU it takes no longer than these.
        return int(macs(op) * per_product(target, mve=5, dsp=1, plain=5)) + units * (10 * height + 40)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        _, depth, units = sizes(op)
        _, height, _, _ = op.input().shape
        low, high = fused_clamp(op)
        multiplier, shift = factor_tables(factors(op))
        bias = op.optional_input(2)
        start = weight_sums(constant_data(op.input(1))).astype(np.int64) * -op.input().zero_point
        start = start + (0 if bias is None else constant_data(bias).reshape(-1))
        rows = band or Band(0, height)
        return native_call(
            self.name,
            params=struct(
                "cg_fully_connected_sums_s8_params",
                row_depth=depth // height,
                units=units,
                output_offset=op.output.zero_point,
                activation_min=low,
                activation_max=high,
                quant_step=int(_is_per_channel(op)),
            ),
            input=Rows(op.input()),
            weights=Address(op.input(1)),
            bias=Table("sums_bias", start.astype(np.int32)),  # wraps as the kernel's sums do
            multiplier=multiplier,
            shift=shift,
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True),
        )


class NativeF32(_InRows, WholeKernel):
    """cg_fully_connected_f32."""

    provider = "native"
    name = "cg_fully_connected_f32"

    def fits(self, op: Operator) -> bool:
        return native_kind(op) == "f32"

    def whole(self, op: Operator) -> Call:
        batches, depth, units = sizes(op)
        low, high = float_clamp(op)
        return native_call(
            self.name,
            params=struct(
                "cg_fully_connected_f32_params",
                batches=batches,
                depth=depth,
                units=units,
                activation_min=low,
                activation_max=high,
            ),
            input=Address(op.input()),
            weights=Address(op.input(1)),
            bias=bias_address(op),
            output=Address(op.output, writable=True),
        )


class NativeHybrid(HybridKernel):
    """cg_fully_connected_f32_s8."""

    name = "cg_fully_connected_f32_s8"

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return sizes(op).depth

    def params(self, op: Operator) -> Mapping[str, Value]:
        batches, depth, units = sizes(op)
        asymmetric = int(bool(op.option("asymmetric_quantize_inputs", default=False)))
        return {"batches": batches, "depth": depth, "units": units, "asymmetric": asymmetric}


def macs(op: Operator) -> int:
    """One for each weight and row."""
    return op.input(1).size * sizes(op).batches


FAMILY = Family(
    names=("FULLY_CONNECTED",),
    constraints=(
        with_weights,
        weighted_types,
        constant_weights,
        weights_matrix,
        plain_layout,
        agreeing_shapes,
        bias_rule(UNITS_AXIS),
        quantized_data,
        *weight_rules(UNITS_AXIS),
        summable,
        clamping_activation,
    ),
    kernels=(
        *(kernel() for kernel in (CmsisNnS8, CmsisNnPerChannelS8, CmsisNnPixelsS8, FullyConnectedS16)),
        MveS8(factors_of_units),
        DspFullyConnectedS8(factors_of_units),
        DspFullyConnectedS16(factors_of_units),
        DspNibblesS4(rows_as_pixels, factors_of_units),
        *(NativeQuantized(kind) for kind in ("s8", "s4", "s16_b32", "s16_b64")),
        NativeF32(),
        NativeHybrid(),
        TileS8(factors_of_units),
        *small_kernels(rows_as_pixels, factors_of_units),
    ),
    accumulators=(SumsS8(),),
    macs=macs,
    hint="use float32, or int8 or int16 with weights of 8 or 4 bits",
)
