"""TRANSPOSE_CONV: every input pixel adds its products with the filter to the window of output pixels around it.

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_integer_ops::TransposeConv of TFLite Micro.
Padding follows from the shape of the output (TransposeConvPrepare); the input that says this shape again is not read.
Differs from TFLite: nowhere known.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import convolution_multipliers, float_clamp, fused_clamp, same_or_valid
from ._cmsis_nn import RELEASE_7, activation, context, factor_tables, tile
from ._convolution import Convolution, convolve_s8, multipliers
from ._convolution import scratch_bytes as columns_bytes
from ._convolution import takes as convolve_s8_takes
from ._rules import after, quantization_fault, types_of
from ._weighted import (
    LARGEST_SHIFT,
    LARGEST_SHIFT_64,
    MOST_PRODUCTS,
    MOST_PRODUCTS_64,
    clamping_activation,
    constant_data,
    weights_fault,
)
from ._window import Axis, Window
from .family import Address, Family, Kernel, Rows, Spatial, Table, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Band, Call, Value

OUTPUTS_AXIS = 0
TYPES = {
    "int8": ("int8/int8", ("int32",)),
    "int16": ("int8/int16", ("int16", "int64")),
    "float32": ("float32/float32", ("float32",)),
}
"""Types of weights and image, and those of the bias, by the type of the output."""


def source(op: Operator) -> Tensor:
    """The image that is convolved."""
    return op.input(2)


def bias_of(op: Operator) -> Tensor | None:
    """The bias, None where there is none."""
    return op.optional_input(3)


# ------------------------------------------------------------------------------------------------ constraints
def given(op: Operator) -> str | None:
    """The inputs are the output's shape, weights, image and perhaps a bias; there is 1 output."""
    present = 3 <= len(op.inputs) <= 4 and None not in op.inputs[:3] and len(op.outputs) == 1
    return None if present else f"{len(op.inputs)} inputs, {len(op.outputs)} outputs"


@after(given)
def known_types(op: Operator) -> str | None:
    """The output's shape is int32; weights, image, bias (where there is one) and output are int8/int8/int32/int8,
    int8/int16/int16/int16, int8/int16/int64/int16 or all float32."""
    inputs, biases = TYPES.get(op.output.dtype, ("", ()))
    kinds = {f"int32/{inputs}/{op.output.dtype}", *(f"int32/{inputs}/{bias}/{op.output.dtype}" for bias in biases)}
    return None if types_of(op) in kinds else types_of(op)


@after(given)
def constant_weights(op: Operator) -> str | None:
    """Weights and bias are constant."""
    computed = [repr(tensor.name) for tensor in (op.input(1), bias_of(op)) if tensor and not tensor.is_constant]
    return f"{' and '.join(computed)} computed by the model" if computed else None


@after(given)
def shapes(op: Operator) -> str | None:
    """Image and output are [batches, height, width, channels], as many batches; weights [output channels, height,
    width, input channels]; the bias has a value for each output channel."""
    tensors = (source(op), op.input(1), op.output)
    image, weights, output = (tensor.shape for tensor in tensors)
    bias = bias_of(op)
    agree = all(len(shape) == 4 and min(shape) > 0 for shape in (image, weights, output)) and (
        (image[0], image[3], output[3]) == (output[0], weights[3], weights[0])
    )
    agree = agree and (bias is None or bias.size == output[3])
    found = f"{list(image)}, weights {list(weights)}, output {list(output)}"
    return None if agree else f"{found}, bias {bias.size}" if bias else found


def window_options(op: Operator) -> str | None:
    """Padding is SAME or VALID; strides are at least 1."""
    strides = op.option("stride_h"), op.option("stride_w")
    if op.option("padding") not in ("SAME", "VALID"):
        return f"padding {op.option('padding')}"
    known = all(isinstance(stride, int) and stride > 0 for stride in strides)
    return None if known else f"strides {strides[0]}, {strides[1]}"


@after(known_types)
def quantized_data(op: Operator) -> str | None:
    """Image and output that are not float32 have one positive scale, and a zero point in their range."""
    if op.output.dtype == "float32":
        return None
    faults = [fault for tensor in (source(op), op.output) if (fault := quantization_fault(tensor))]
    return "; ".join(dict.fromkeys(faults)) or None


@after(known_types)
def quantized_weights(op: Operator) -> str | None:
    """Weights that are not float32 have one positive scale, or one per output channel, and zero points of 0."""
    return None if op.output.dtype == "float32" else weights_fault(op.input(1), OUTPUTS_AXIS)


@after(quantized_data, quantized_weights)
def representable_factors(op: Operator) -> str | None:
    """Input scale * weight scale / output scale is less than 2^30 (2^7 for int16)."""
    if op.output.dtype == "float32":
        return None
    weights = op.input(1).quantization
    assert weights is not None
    largest = source(op).scale * max(weights.scales) / op.output.scale
    return (
        None if largest < 2.0 ** (LARGEST_SHIFT_64 if op.output.dtype == "int16" else LARGEST_SHIFT) else f"{largest:g}"
    )


@after(shapes, window_options)
def summable(op: Operator) -> str | None:
    """An output is the sum of at most 65793 products of int8, less than 2^23 of int16, so that it fits."""
    _, height, width, channels = op.input(1).shape
    products = -(-height // op.option("stride_h")) * -(-width // op.option("stride_w")) * channels
    most = {"int8": MOST_PRODUCTS, "int16": MOST_PRODUCTS_64 - 1}.get(op.output.dtype, math.inf)
    return None if products <= most else str(products)


# --------------------------------------------------------------------------------------------------- geometry
def stride_of(op: Operator, dimension: int) -> int:
    """The stride along dimension 1 (height) or 2 (width)."""
    stride: int = op.option("stride_h" if dimension == 1 else "stride_w")
    return stride


def padding_before(op: Operator, dimension: int) -> int:
    """Rows (dimension 1) or columns (2) that the windows of the first input pixel lie above or left of the output.

    ComputePaddingHeightWidth, as if the output were the input of a convolution.
    """
    stride = stride_of(op, dimension)
    size, kernel = op.output.shape[dimension], op.input(1).shape[dimension]
    if op.option("padding") == "SAME":
        return same_or_valid("SAME", size, kernel, stride, 1)[0]
    windows = int((size + stride - kernel) / stride)  # towards zero, as C divides
    return max(0, (windows - 1) * stride + kernel - size) // 2


def spatial(op: Operator) -> Spatial:
    """Seen from the output: a filter turned round that slides by one over the image with gaps between its rows."""
    kernel, before = op.input(1).shape[1], padding_before(op, 1)
    return Spatial(
        source(op).shape[1], op.output.shape[1], kernel, pad_top=kernel - 1 - before, upscale=op.option("stride_h")
    )


def macs(op: Operator) -> int:
    """One for each weight and input pixel."""
    batches, height, width, _ = source(op).shape
    return batches * height * width * op.input(1).size


# ---------------------------------------------------------------------------------------------------- kernels
MOST_UPSCALED = 2
"""The strides that arm_convolve_s8 can read an image with."""
REVERSED_FROM = 17
"""Input channels from which upstream convolves with a reversed filter rather than adding up windows."""


def as_convolution(op: Operator) -> Convolution:
    """The same sums as a convolution without strides over the upscaled image; the filter is turned round."""
    x, weights, y = source(op), op.input(1), op.output

    def axis(dimension: int) -> Axis:
        size, kernel = x.shape[dimension] * stride_of(op, dimension), weights.shape[dimension]
        return Axis(size, y.shape[dimension], kernel, 1, 1, kernel - 1 - padding_before(op, dimension))

    window = Window(y.shape[0], axis(1), axis(2), x.shape[3], y.shape[3])
    turned = np.ascontiguousarray(constant_data(weights)[:, ::-1, ::-1, :])
    seen = replace(op, inputs=(x, weights, bias_of(op)))
    return Convolution(seen, window, x.shape[3], Table("filter_data", turned))


def _is_upscalable(op: Operator) -> bool:
    return max(stride_of(op, 1), stride_of(op, 2)) <= MOST_UPSCALED


def _is_better_reversed(op: Operator) -> bool:
    return _is_upscalable(op) and source(op).shape[3] >= REVERSED_FROM


def _ring_width(op: Operator) -> int:
    """Pixels of a row to which arm_transpose_conv_s8 adds the windows of an input row."""
    stride = stride_of(op, 2)
    return (source(op).shape[2] - 1) * stride + max(op.input(1).shape[2], stride)


def _ring_height(op: Operator) -> int:
    return max(op.input(1).shape[1], stride_of(op, 1))


def _ring_is_exact(op: Operator, target: Target) -> bool:
    """Where arm_transpose_conv_s8 writes just the output and reads just its ring of rows.

    It takes an input row for `stride` output rows without asking how many there are, and rows below the last window
    for nobody's. v7.0.0 shifts all rows where the stride does not divide the padding (upstream's issue 230).
    """
    stride, kernel, before = stride_of(op, 1), op.input(1).shape[1], padding_before(op, 1)
    made, wanted = source(op).shape[1] * stride, before + op.output.shape[1]
    return (
        before <= made <= wanted <= made + max(0, kernel - stride)
        and padding_before(op, 2) + op.output.shape[2] <= _ring_width(op)
        and (before % stride == 0 or target.cmsis_nn.number > RELEASE_7)
    )


class CmsisNnRingS8(Kernel):
    """arm_transpose_conv_s8 from 7.0.0 on: adds the window of each input pixel to a ring of rows of int32.

    Before, it keeps the products of all windows and the whole output as int32: our kernel needs none of that.
    """

    provider = "cmsis-nn"
    name = "arm_transpose_conv_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != "int8" or target.cmsis_nn.number < RELEASE_7:
            return False
        return _ring_is_exact(op, target) and not _is_better_reversed(op)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """The ring. Upstream's size function takes the vertical stride for the horizontal one."""
        return 4 * _ring_height(op) * _ring_width(op) * op.output.shape[3]

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        x, weights, y = source(op), op.input(1), op.output
        seen = as_convolution(op).op
        return cmsis_nn_call(
            self.name,
            ctx=context(self.scratch_bytes(op, target, band)),
            output_ctx=context(0),
            transpose_conv_params=struct(
                "cmsis_nn_transpose_conv_params",
                input_offset=-x.zero_point,
                output_offset=y.zero_point,
                stride=tile(stride_of(op, 1), stride_of(op, 2)),
                padding=tile(padding_before(op, 1), padding_before(op, 2)),
                padding_offsets=tile(0, 0),
                dilation=tile(1, 1),
                activation=activation(fused_clamp(op)),
            ),
            quant_params=multipliers(seen, y.shape[3]),
            input_dims=dims(*x.shape),
            input_data=Address(x),
            filter_dims=dims(*weights.shape),
            filter_data=Address(weights),
            bias_dims=dims(c=y.shape[3]),
            bias_data=bias_value(op),
            output_dims=dims(*y.shape),
            output_data=Address(y, writable=True),
        )


class CmsisNnReversedS8(Kernel):
    """arm_convolve_s8 from 7.0.0 on, with the filter turned round and the image read as if it were upscaled.

    Upstream's wrapper does the same and turns the filter round at run time.
    """

    provider = "cmsis-nn"
    name = "arm_convolve_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != "int8" or target.cmsis_nn.number < RELEASE_7 or not _is_upscalable(op):
            return False
        if _ring_is_exact(op, target) and not _is_better_reversed(op):
            return False  # whatever the costs, which are those of convolutions
        conv = as_convolution(op)
        fits = min(conv.window.height.before, conv.window.width.before) >= 0
        return fits and convolve_s8_takes(conv, target)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return columns_bytes(as_convolution(op), target)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        size = self.scratch_bytes(op, target, band)
        upscale = dims(0, stride_of(op, 1), stride_of(op, 2), 0)
        return convolve_s8(as_convolution(op), target, None, self.name, size=size, upscale_dims=upscale)


def bias_value(op: Operator) -> Value:
    """The bias: of int16 as int64, whatever the file has."""
    bias = bias_of(op)
    if bias is None:
        return None
    return Table("bias", constant_data(bias).astype(np.int64)) if bias.dtype == "int16" else Address(bias)


class Native(Kernel):
    """cg_transpose_conv_`kind`: s8, s16 with sums of 64 bits, f32."""

    provider = "native"

    def __init__(self, kind: str, dtype: str) -> None:
        self.kind = kind
        self.dtype = dtype
        self.name = f"cg_transpose_conv_{kind}"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.dtype == self.dtype

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.shape[0] == 1

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        x, weights, y = source(op), op.input(1), op.output
        rows = band or spatial(op).whole
        quantized: dict[str, Value] = {}
        tables: dict[str, Value] = {}
        if self.kind == "f32":
            low, high = float_clamp(op)
        else:
            low, high = fused_clamp(op)
            # The reference takes int16 for symmetric: it leaves the zero points out.
            offsets = (-x.zero_point, y.zero_point) if self.kind == "s8" else (0, 0)
            quantized = dict(zip(("input_offset", "output_offset"), offsets, strict=True))
            factors = factor_tables(convolution_multipliers(x, weights, y, y.shape[3]))
            tables = dict(zip(("multiplier", "shift"), factors, strict=True))
        return native_call(
            self.name,
            params=struct(
                "cg_transpose_conv_f32_params" if self.kind == "f32" else "cg_transpose_conv_s8_params",
                batches=y.shape[0],
                input_width=x.shape[2],
                input_channels=x.shape[3],
                filter_height=weights.shape[1],
                filter_width=weights.shape[2],
                output_width=y.shape[2],
                output_channels=y.shape[3],
                stride_height=op.option("stride_h"),
                stride_width=op.option("stride_w"),
                pad_top=padding_before(op, 1),
                pad_left=padding_before(op, 2),
                **quantized,
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(x),
            weights=Address(weights),
            bias=bias_value(op),
            **tables,
            y0=rows.first,
            y1=rows.last,
            output=Address(y, writable=True, row=rows.first),
        )


FAMILY = Family(
    names=("TRANSPOSE_CONV",),
    constraints=(
        given,
        known_types,
        constant_weights,
        shapes,
        window_options,
        quantized_data,
        quantized_weights,
        representable_factors,
        summable,
        clamping_activation,
    ),
    kernels=(
        CmsisNnRingS8(),
        CmsisNnReversedS8(),
        Native("s8", "int8"),
        Native("s16", "int16"),
        Native("f32", "float32"),
    ),
    macs=macs,
    spatial=spatial,
    hint="use float32, int8, or int16 with int8 weights and a bias of int64",
)
