"""What CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED have in common: constraints on weights and bias.

Weights of 4 bits are int8 that the file packs, for the reference unpacks them before it computes. TFLite Micro refuses
them per unit in FULLY_CONNECTED, and with int16; here they are what the same numbers as int8 are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..arithmetic import ACTIVATIONS
from ._rules import after, operands, quantization_fault, types_of
from .family import Address

if TYPE_CHECKING:
    from ..graph import Array, Operator, Tensor
    from .family import Constraint

MOST_PRODUCTS = 65_793
"""Products of an int8 with an offset (255) and an int8 weight (128) whose sum always fits 32 bits."""

LARGEST_SHIFT = 30
LARGEST_SHIFT_64 = 7
"""The same for sums of 64 bits."""
MOST_PRODUCTS_64 = 1 << 23
"""Products of int16 whose sum stays below 2^47."""

WEIGHTS_AND_BIASES = {
    "float32": (("float32", "int8", "int4"), ("float32",)),
    "int8": (("int8", "int4"), ("int32",)),
    "int16": (("int8", "int4"), ("int32", "int64")),
}
"""Types of the weights and of the bias, by the type of input and output."""

with_weights = operands(2, 3)


@after(with_weights)
def weighted_types(op: Operator) -> str | None:
    """Input, weights, bias (where there is one) and output are int8/int8/int32/int8, int16/int8/int32/int16,
    int16/int8/int64/int16, float32/int8/float32/float32 (int4 in place of int8 weights) or all float32."""
    dtype = op.output.dtype
    weights, biases = WEIGHTS_AND_BIASES.get(dtype, ((), ()))
    bias = op.optional_input(2)
    agree = op.input().dtype == dtype and op.input(1).dtype in weights and (bias is None or bias.dtype in biases)
    return None if agree else types_of(op)


def is_int8(op: Operator) -> bool:
    """Whether it is one that CMSIS-NN's kernels of int8 compute: int8 with int8 weights."""
    return op.output.dtype == "int8" and op.input(1).dtype == "int8"


NATIVE_KINDS = ("s8", "s4", "s16_b32", "s16_b64", "f32")


def native_kind(op: Operator) -> str | None:
    """Which of our kernels computes it; None: none before the weights are unpacked."""
    bits = {"int4": "s4", "int8": "s8"}.get(op.input(1).dtype, "")
    if op.output.dtype == "int16" and bits == "s8":
        return "s16_b64" if sums_of_64_bits(op) else "s16_b32"
    if op.output.dtype == "float32":
        return {"float32": "f32", "int8": "f32_s8"}.get(op.input(1).dtype)
    return bits if op.output.dtype == "int8" else None


def most_products(op: Operator) -> float:
    """Of how many products a sum may be made."""
    if op.output.dtype == "float32":
        return math.inf if op.input(1).dtype == "float32" else MOST_PRODUCTS
    return {"int8": MOST_PRODUCTS, "int16": MOST_PRODUCTS_64 - 1}.get(op.output.dtype, math.inf)


def sums_of_64_bits(op: Operator) -> bool:
    """Whether TFLite Micro adds in 64 bits: int16 without a bias of 32 bits, and in DEPTHWISE_CONV_2D any."""
    bias = op.optional_input(2)
    if op.output.dtype != "int16" or op.type == "DEPTHWISE_CONV_2D":
        return op.output.dtype == "int16"
    return bias.dtype == "int64" if bias else op.option("quantized_bias_type", "float32") != "int32"


@after(with_weights)
def constant_weights(op: Operator) -> str | None:
    """Weights and bias are constant."""
    computed = [repr(tensor.name) for tensor in op.inputs[1:] if tensor and not tensor.is_constant]
    return f"{' and '.join(computed)} computed by the model" if computed else None


@after(weighted_types)
def quantized_data(op: Operator) -> str | None:
    """Input and output have one positive scale, and a zero point in their range, where they are not float32."""
    if op.output.dtype == "float32":
        return None
    faults = [fault for tensor in (op.input(), op.output) if (fault := quantization_fault(tensor))]
    return "; ".join(dict.fromkeys(faults)) or None


def weight_rules(axis: int) -> tuple[Constraint, Constraint]:
    """The rules for the quantization of weights whose output channels are dimension `axis`, and for their factors."""

    @after(with_weights)
    def quantized_weights(op: Operator) -> str | None:
        """Weights that are not float32 have one positive scale, or one per output channel, and zero points of 0."""
        if op.input(1).dtype == "float32":
            return None
        return weights_fault(op.input(1), axis)

    @after(weighted_types, quantized_data, quantized_weights)
    def representable_factors(op: Operator) -> str | None:
        """Input scale * weight scale / output scale is less than 2^30 (2^7 for sums of 64 bits)."""
        if op.output.dtype == "float32":
            return None
        weights = op.input(1).quantization
        assert weights is not None
        largest = op.input().scale * max(weights.scales) / op.output.scale
        return None if largest < 2.0 ** (LARGEST_SHIFT_64 if sums_of_64_bits(op) else LARGEST_SHIFT) else f"{largest:g}"

    return quantized_weights, representable_factors


def weights_fault(weights: Tensor, axis: int) -> str | None:
    """What is wrong with the quantization of `weights`."""
    given = weights.quantization
    if given is None or not given.scales or len(given.zero_points) != len(given.scales):
        return f"tensor {weights.name!r} has none"
    channels = weights.shape[axis] if axis < len(weights.shape) else 0
    if len(given.scales) > 1 and (given.axis != axis or len(given.scales) != channels):
        return f"{len(given.scales)} scales along dimension {given.axis}, {channels} output channels"
    if not all(math.isfinite(scale) and scale > 0 for scale in given.scales):
        return f"the scale {next(s for s in given.scales if not (math.isfinite(s) and s > 0)):g}"
    zero_point = next((z for z in given.zero_points if z), 0)
    return f"the zero point {zero_point}" if zero_point else None


def bias_rule(axis: int) -> Constraint:
    """The rule that the bias has a value for each output channel (dimension `axis` of the weights)."""

    @after(with_weights)
    def whole_bias(op: Operator) -> str | None:
        """The bias has one value per output channel."""
        bias, shape = op.optional_input(2), op.input(1).shape
        channels = shape[axis] if axis < len(shape) else 0
        return None if bias is None or bias.size == channels else f"{bias.size} values, {channels} output channels"

    return whole_bias


def clamping_activation(op: Operator) -> str | None:
    """The fused activation is NONE, RELU, RELU_N1_TO_1 or RELU6, and its bounds fit 32 bits at the output's scale."""
    name = op.option("fused_activation_function", "NONE")
    if name not in ACTIVATIONS:
        return str(name)
    if len(op.outputs) != 1 or quantization_fault(op.output) is not None:
        return None
    largest = max((abs(bound) for bound in ACTIVATIONS[name] if bound is not None), default=0.0)
    return None if largest < op.output.scale * 2.0**LARGEST_SHIFT else f"{name} at scale {op.output.scale:g}"


def constant_data(tensor: Tensor) -> Array:
    """The elements of a constant."""
    assert tensor.data is not None, tensor.name
    return tensor.data


def bias_address(op: Operator) -> Address | None:
    """The bias, None where the operator has none."""
    bias = op.optional_input(2)
    return Address(bias) if bias else None
