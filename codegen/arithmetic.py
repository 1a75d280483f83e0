"""Integer parameters from real ones, as TensorFlow Lite Micro computes them, bit for bit.

Sources: TFLite 8-bit quantization specification; tensorflow/lite/kernels/internal/quantization_util.cc,
tensorflow/lite/kernels/kernel_util.cc and padding.h (the functions named in each docstring).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .graph import Array, Operator, Tensor

INTEGER_RANGE = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767)}
"""Least and greatest value of the quantized types."""


class MultiplierShift(NamedTuple):
    """A real factor as multiplier * 2^(shift - 31): Q31 significand and power of two (positive: left)."""

    multiplier: int
    shift: int


def round_half_away(x: float) -> int:
    """TfLiteRound, C's round(): halves away from zero.

    >>> round_half_away(2.5), round_half_away(-2.5), round_half_away(0.49999999999999994)
    (3, -3, 0)
    """
    whole = math.floor(abs(x))
    return int(math.copysign(whole + (abs(x) - whole >= 0.5), x))


def quantize_multiplier(real: float) -> MultiplierShift:
    """QuantizeMultiplier: the Q31 significand in [2^30, 2^31) and its shift; factors under 2^-32 become 0.

    >>> quantize_multiplier(0.5)
    MultiplierShift(multiplier=1073741824, shift=0)
    >>> quantize_multiplier(0.0117)
    MultiplierShift(multiplier=1608035756, shift=-6)
    """
    if real == 0.0:
        return MultiplierShift(0, 0)
    fraction, shift = math.frexp(real)
    significand = round_half_away(fraction * (1 << 31))
    if significand == 1 << 31:
        significand //= 2
        shift += 1
    return MultiplierShift(0, 0) if shift < -31 else MultiplierShift(significand, shift)


def convolution_multipliers(input_: Tensor, weights: Tensor, output: Tensor, channels: int) -> list[MultiplierShift]:
    """PopulateConvolutionQuantizationParams: one per output channel; a per-tensor scale is repeated.

    The product of the scales is formed in double.
    """
    assert weights.quantization is not None
    scales = weights.quantization.scales
    if len(scales) == 1:
        scales = scales * channels
    return [quantize_multiplier(input_.scale * scale / output.scale) for scale in scales]


def single_multiplier(input_: Tensor, weights: Tensor, output: Tensor) -> MultiplierShift:
    """GetQuantizedConvolutionMultipler, the per-tensor form. The product of the scales is formed in double, as the
    interpreter of the package 0.dev20261023 shows where results are halves; sources of August 2026 round it to float32.
    """
    return quantize_multiplier(input_.scale * weights.scale / output.scale)


def multiplier_tables(factors: Sequence[MultiplierShift]) -> tuple[Array, Array]:
    """(multipliers, shifts) as int32 arrays."""
    return (
        np.array([f.multiplier for f in factors], np.int32),
        np.array([f.shift for f in factors], np.int32),
    )


def quantized(real: float, tensor: Tensor) -> int:
    """`real` in the numbers of `tensor`: round half away of the float32 quotient, plus zero point; not clamped."""
    return round_half_away(float(np.float32(real) / np.float32(tensor.scale))) + tensor.zero_point


ACTIVATIONS: dict[str, tuple[float | None, float | None]] = {
    "NONE": (None, None),
    "RELU": (0.0, None),
    "RELU_N1_TO_1": (-1.0, 1.0),
    "RELU6": (0.0, 6.0),
}
"""The fused activations that clamp, with their real bounds."""


def activation_clamp(activation: str, output: Tensor) -> tuple[int, int]:
    """CalculateActivationRangeQuantized: least and greatest value of `output` after the fused activation."""
    low, high = INTEGER_RANGE[output.dtype]
    real_low, real_high = ACTIVATIONS[activation]
    return (
        low if real_low is None else max(low, quantized(real_low, output)),
        high if real_high is None else min(high, quantized(real_high, output)),
    )


def fused_clamp(op: Operator) -> tuple[int, int]:
    """`activation_clamp` of an operator's option `fused_activation_function`."""
    return activation_clamp(op.option("fused_activation_function", "NONE"), op.output)


FLOAT_MAX = float(np.finfo(np.float32).max)


def float_clamp(op: Operator) -> tuple[float, float]:
    """CalculateActivationRange for float: least and greatest output, the ends of float32 where there is no bound."""
    low, high = ACTIVATIONS[op.option("fused_activation_function", "NONE")]
    return -FLOAT_MAX if low is None else low, FLOAT_MAX if high is None else high


def int32_clamp(op: Operator) -> tuple[int, int]:
    """CalculateActivationRange for int32 without quantization."""
    low, high = ACTIVATIONS[op.option("fused_activation_function", "NONE")]
    return -(1 << 31) if low is None else int(low), (1 << 31) - 1 if high is None else int(high)


def same_or_valid(padding: str, size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """ComputeOutSize and ComputePadding: (padding before, output size) of one axis.

    >>> same_or_valid("SAME", 49, 10, 2, 1), same_or_valid("VALID", 5, 3, 2, 1)
    ((4, 25), (0, 2))
    """
    span = (kernel - 1) * dilation + 1
    out = -(-size // stride) if padding == "SAME" else (size + stride - span) // stride
    return max(0, (out - 1) * stride + span - size) // 2, out


def weight_sums(weights: Array) -> Array:
    """Sum over the last axis of [units, depth] weights, int32: what an input offset is multiplied by."""
    rows = weights.astype(np.int32).reshape(weights.shape[0], -1)
    return np.asarray(rows.sum(axis=1, dtype=np.int32))
