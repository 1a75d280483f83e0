"""TRANSPOSE_CONV: every input pixel adds its products with the filter to the window of output pixels around it.

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_integer_ops::TransposeConv of TFLite Micro.
Padding follows from the shape of the output (TransposeConvPrepare); the input that says this shape again is not read.
Differs from TFLite: nowhere known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import convolution_multipliers, fused_clamp, same_or_valid
from ._cmsis_nn import factor_tables
from ._rules import after, quantization_fault, types_of
from ._weighted import LARGEST_SHIFT, MOST_PRODUCTS, clamping_activation, weights_fault
from .family import Address, Band, Family, Kernel, Rows, Spatial, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Call

OUTPUTS_AXIS = 0


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
    """The output's shape is int32; weights, image, bias (where there is one) and output are all int8 with a bias of
    int32."""
    bias = bias_of(op)
    found = types_of(op)
    wanted = {"int8": "int8/int8/int32/int8"}.get(op.output.dtype, "")
    if bias is None:
        wanted = "/".join(wanted.split("/")[:2] + wanted.split("/")[3:])
    return None if found == f"int32/{wanted}" else found


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
    """Image and output have one positive scale, and a zero point in their range."""
    faults = [fault for tensor in (source(op), op.output) if (fault := quantization_fault(tensor))]
    return "; ".join(dict.fromkeys(faults)) or None


@after(known_types)
def quantized_weights(op: Operator) -> str | None:
    """Weights have one positive scale, or one per output channel, and zero points of 0."""
    return weights_fault(op.input(1), OUTPUTS_AXIS)


@after(quantized_data, quantized_weights)
def representable_factors(op: Operator) -> str | None:
    """Input scale * weight scale / output scale is less than 2^30."""
    weights = op.input(1).quantization
    assert weights is not None
    largest = source(op).scale * max(weights.scales) / op.output.scale
    return None if largest < 2.0**LARGEST_SHIFT else f"{largest:g}"


@after(shapes, window_options)
def summable(op: Operator) -> str | None:
    """An output is the sum of at most 65793 products, so that it fits 32 bits."""
    _, height, width, channels = op.input(1).shape
    products = -(-height // op.option("stride_h")) * -(-width // op.option("stride_w")) * channels
    return None if products <= MOST_PRODUCTS else str(products)


# --------------------------------------------------------------------------------------------------- geometry
def padding_before(op: Operator, dimension: int) -> int:
    """Rows (dimension 1) or columns (2) that the windows of the first input pixel lie above or left of the output.

    ComputePaddingHeightWidth, as if the output were the input of a convolution.
    """
    stride: int = op.option("stride_h" if dimension == 1 else "stride_w")
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
class Native(Kernel):
    """cg_transpose_conv_s8."""

    provider = "native"
    name = "cg_transpose_conv_s8"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.dtype == "int8"

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.shape[0] == 1

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        x, weights, y, bias = source(op), op.input(1), op.output, bias_of(op)
        rows = band or spatial(op).whole
        low, high = fused_clamp(op)
        multiplier, shift = factor_tables(convolution_multipliers(x, weights, y, y.shape[3]))
        return native_call(
            self.name,
            params=struct(
                "cg_transpose_conv_s8_params",
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
                input_offset=-x.zero_point,
                output_offset=y.zero_point,
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(x),
            weights=Address(weights),
            bias=Address(bias) if bias else None,
            multiplier=multiplier,
            shift=shift,
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
    kernels=(Native(),),
    macs=macs,
    spatial=spatial,
    hint="quantize to int8",
)
