"""SVDF: filters that remember their last products with the input, weighted by time and added up by unit.

Arithmetic: EvalIntegerSvdfReference and EvalFloatSvdfReference of TFLite Micro. The state is a variable of the file:
after a reset it is zero (int8: its zero point). Differs from TFLite, which asks for a fused RELU of integers; both
ignore it, as the output's range does its work. TFLite Micro crashes where there is no bias: here it is 0.
CMSIS-NN ignores the zero point of the state, so it is used where that is 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arithmetic import ACTIVATIONS, INTEGER_RANGE, MultiplierShift, quantize_multiplier, weight_sums
from ..graph import read_only
from ._cmsis_nn import RELEASE_7, activation
from ._recurrent import LARGEST_SHIFT, factor_fields, factors_rule, variables
from ._rules import after, quantization_fault, shapes_text, types_of
from ._weighted import MOST_PRODUCTS, constant_data
from ._whole import WholeKernel
from .family import Address, Family, Kernel, Scratch, Table, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Band, Call, Struct

INPUT, FEATURE, TIME, BIAS, STATE = range(5)
INT8, INT16, FLOAT = "int8/int8/int8/int8/int8", "int8/int8/int16/int16/int8", "/".join(["float32"] * 5)
BIAS_TYPES = {INT8: "int32", INT16: "int32", FLOAT: "float32"}

FLOAT_KINDS = {"NONE": 0, "RELU": 1, "RELU_N1_TO_1": 1, "RELU6": 1, "TANH": 2, "SIGN_BIT": 3}
"""cg_svdf_activation."""


def operands(op: Operator) -> str | None:
    """There are 5 inputs, of which the bias may be absent, and 1 output."""
    absent = [position for position, tensor in enumerate(op.inputs) if tensor is None]
    complete = len(op.inputs) == 5 and absent in ([], [BIAS]) and len(op.outputs) == 1
    return None if complete else f"{len(op.inputs)} inputs, absent {absent}, {len(op.outputs)} outputs"


def types(op: Operator) -> str:
    """The types without that of the bias, which follows from them."""
    return "/".join(tensor.dtype for k, tensor in enumerate((*op.inputs, op.output)) if tensor and k != BIAS)


@after(operands)
def known_types(op: Operator) -> str | None:
    """All is float32; or input, weights of features and output are int8, weights of time and state int8 or both int16,
    the bias int32."""
    bias, given = op.optional_input(BIAS), types(op)
    known = given in BIAS_TYPES and (bias is None or bias.dtype == BIAS_TYPES[given])
    return None if known else types_of(op)


class Sizes(NamedTuple):
    """Units of `rank` filters with `memory` products each."""

    batches: int
    depth: int
    units: int
    rank: int
    memory: int


def sizes(op: Operator) -> Sizes:
    batches, depth = op.input().shape
    rank = op.option("rank")
    filters, memory = op.input(TIME).shape
    return Sizes(batches, depth, filters // rank, rank, memory)


@after(operands)
def agreeing_shapes(op: Operator) -> str | None:
    """Shapes are [batches, depth], [filters, depth], [filters, memory], [units], state [batches, filters * memory] and
    output [batches, units], where filters are units * rank."""
    x, feature, time, bias, state = (None if tensor is None else tensor.shape for tensor in op.inputs)
    assert x is not None
    assert feature is not None
    assert time is not None
    assert state is not None
    rank = op.option("rank")
    found = (
        f"{shapes_text(*(s for s in (x, feature, time, bias, state, op.output.shape) if s is not None))}, rank {rank}"
    )
    if not (len(x) == len(feature) == len(time) == 2 and isinstance(rank, int) and rank > 0 and feature[0] % rank == 0):
        return found
    units, memory = feature[0] // rank, time[1]
    agree = (feature[1], time[0]) == (x[1], feature[0]) and bias in (None, (units,))
    agree = agree and state == (x[0], feature[0] * memory) and op.output.shape == (x[0], units)
    return None if agree else found


def _is_float(op: Operator) -> bool:
    return op.input().dtype == "float32"


@after(known_types)
def quantized(op: Operator) -> str | None:
    """Quantized tensors have one positive scale, and a zero point in the range of their type; that of weights is 0."""
    if _is_float(op):
        return None
    every = (op.input(), op.input(FEATURE), op.input(TIME), op.input(STATE), op.output)
    faults = [fault for tensor in every if (fault := quantization_fault(tensor))]
    if not faults:
        weights = [tensor for tensor in (op.input(FEATURE), op.input(TIME)) if tensor.zero_point]
        faults = [f"tensor {tensor.name!r} has the zero point {tensor.zero_point}" for tensor in weights]
    return "; ".join(dict.fromkeys(faults)) or None


@after(known_types, quantized)
def bias_scale(op: Operator) -> str | None:
    """The bias has the scale of the state times that of the weights of time, to 0.00001."""
    bias = op.optional_input(BIAS)
    if _is_float(op) or bias is None:
        return None
    scale = bias.quantization.scales[0] if bias.quantization and bias.quantization.scales else 0.0
    wanted = op.input(STATE).scale * op.input(TIME).scale
    return None if abs(scale - wanted) < 1e-5 else f"scale {scale:g}, wanted {wanted:g}"


def factors(op: Operator) -> dict[str, float]:
    """Of the state and of the output: PrepareSvdf, in double as the interpreter of the package 0.dev20261023 has it
    (halves show it; sources of August 2026 form them in float32)."""
    if _is_float(op):
        return {}
    x, feature, time, state = (op.input(k).scale for k in (INPUT, FEATURE, TIME, STATE))
    return {"state": x * feature / state, "output": state * time / op.output.scale}


representable = factors_rule(
    factors,
    LARGEST_SHIFT,
    "Input scale * feature scale / state scale, and state scale * time scale / output scale are less than 2^30.",
    known_types,
    quantized,
)


@after(agreeing_shapes, known_types)
def summable(op: Operator) -> str | None:
    """The depth of integers is at most 65793, so that sums of products fit 32 bits."""
    depth = op.input().shape[1]
    return None if _is_float(op) or depth <= MOST_PRODUCTS else str(depth)


@after(operands)
def known_activation(op: Operator) -> str | None:
    """The fused activation is NONE, RELU, RELU_N1_TO_1, RELU6, TANH or SIGN_BIT."""
    name = op.option("fused_activation_function", "NONE")
    return None if name in FLOAT_KINDS else str(name)


def _operands(op: Operator) -> dict[str, Address | None]:
    """Input, weights and bias as every native kernel takes them."""
    bias = op.optional_input(BIAS)
    return {
        "input": Address(op.input()),
        "weights_feature": Address(op.input(FEATURE)),
        "weights_time": Address(op.input(TIME)),
        "bias": Address(bias) if bias else None,
        "state": Address(op.input(STATE), writable=True),
        "output": Address(op.output, writable=True),
    }


class NativeInteger(WholeKernel):
    """cg_svdf_s8_state_s8 or cg_svdf_s8_state_s16."""

    provider = "native"

    def __init__(self, state: str) -> None:
        self.state = state
        self.name = f"cg_svdf_s8_state_{state.replace('int', 's')}"

    def fits(self, op: Operator) -> bool:
        return not _is_float(op) and op.input(STATE).dtype == self.state

    def whole(self, op: Operator) -> Call:
        real = factors(op)
        params = struct(
            "cg_svdf_params",
            **sizes(op)._asdict(),
            input_offset=-op.input().zero_point,
            state_zero_point=op.input(STATE).zero_point,
            **factor_fields("state", real["state"]),
            **factor_fields("output", real["output"]),
            output_zero_point=op.output.zero_point,
        )
        return native_call(self.name, params=params, **_operands(op))


class NativeFloat(WholeKernel):
    """cg_svdf_f32."""

    provider = "native"
    name = "cg_svdf_f32"

    def fits(self, op: Operator) -> bool:
        return _is_float(op)

    def whole(self, op: Operator) -> Call:
        name = op.option("fused_activation_function", "NONE")
        low, high = ACTIVATIONS.get(name, (None, None))
        largest = float(np.finfo(np.float32).max)
        params = struct(
            "cg_svdf_f32_params",
            **sizes(op)._asdict(),
            activation=FLOAT_KINDS[name],
            activation_min=-largest if low is None else low,
            activation_max=largest if high is None else high,
        )
        return native_call(self.name, params=params, **_operands(op))


class CmsisNn(Kernel):
    """arm_svdf_s8 or arm_svdf_state_s16_s8: scratch for the sums over time and for those of the units."""

    provider = "cmsis-nn"

    def __init__(self, state: str) -> None:
        self.state = state
        self.name = "arm_svdf_s8" if state == "int8" else "arm_svdf_state_s16_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        wanted = not _is_float(op) and op.input(STATE).dtype == self.state and op.input(STATE).zero_point == 0
        # On MVE arm_svdf_s8 reads sums over the weights, made here.
        return wanted and (not target.isa.mve or op.input(FEATURE).is_constant)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        batches, _, units, rank, _ = sizes(op)
        return 4 * batches * units * (rank + 1)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        batches, depth, units, rank, memory = sizes(op)
        over_time = 4 * batches * units * rank
        bias, real = op.optional_input(BIAS), factors(op)
        call = cmsis_nn_call(
            self.name,
            input_ctx=struct("cmsis_nn_context", buf=Scratch(), size=over_time),
            output_ctx=struct(
                "cmsis_nn_context", buf=Scratch(over_time), size=self.scratch_bytes(op, target, band) - over_time
            ),
            svdf_params=struct(
                "cmsis_nn_svdf_params",
                rank=rank,
                input_offset=op.input().zero_point,
                output_offset=op.output.zero_point,
                input_activation=activation(INTEGER_RANGE[self.state]),
                output_activation=activation(INTEGER_RANGE["int8"]),
            ),
            input_quant_params=_per_tensor(quantize_multiplier(real["state"])),
            output_quant_params=_per_tensor(quantize_multiplier(real["output"])),
            input_dims=dims(n=batches, h=depth),
            input_data=Address(op.input()),
            state_dims=dims(n=batches, h=units * rank * memory),
            state_data=Address(op.input(STATE), writable=True),
            weights_feature_dims=dims(n=units * rank, h=depth),
            weights_feature_data=Address(op.input(FEATURE)),
            weights_time_dims=dims(n=units * rank, h=memory),
            weights_time_data=Address(op.input(TIME)),
            bias_dims=dims(n=units),
            bias_data=Address(bias) if bias else None,
            output_dims=dims(n=batches, h=units),
            output_data=Address(op.output, writable=True),
        )
        if self.state == "int8":
            return replace(call, arguments=(("ctx", self.sums(op, target)), *call.arguments))
        return call

    @staticmethod
    def sums(op: Operator, target: Target) -> Struct:
        """Sums over the weights of features, from 7.0.0 on times minus the zero point of the input."""
        if not target.isa.mve:
            return struct("cmsis_nn_context", buf=None, size=0)
        sums = weight_sums(constant_data(op.input(FEATURE)))
        if target.cmsis_nn.number >= RELEASE_7:
            sums = (sums.astype(np.int64) * -op.input().zero_point).astype(np.int32)
        table = Table("sums", read_only(sums), mutable_api=True)
        return struct("cmsis_nn_context", buf=table, size=sums.nbytes)


def _per_tensor(factor: MultiplierShift) -> Struct:
    return struct("cmsis_nn_per_tensor_quant_params", multiplier=factor.multiplier, shift=factor.shift)


def macs(op: Operator) -> int:
    """Products with the input, and over time."""
    return op.input().shape[0] * (op.input(FEATURE).size + op.input(TIME).size)


def _states(op: Operator) -> list[Tensor]:
    return [op.input(STATE)]


FAMILY = Family(
    names=("SVDF",),
    constraints=(
        operands,
        known_types,
        agreeing_shapes,
        variables(_states, operands),
        quantized,
        bias_scale,
        representable,
        summable,
        known_activation,
    ),
    kernels=(CmsisNn("int8"), CmsisNn("int16"), NativeInteger("int8"), NativeInteger("int16"), NativeFloat()),
    macs=macs,
    hint="export the model again, its state as a variable tensor",
)
