"""UNIDIRECTIONAL_SEQUENCE_LSTM: an LSTM layer over sequences, its hidden and cell state kept between invocations.

Arithmetic: EvalLstm of TFLite Micro (lstm_eval.h, PrepareGateParametersInteger): gates of Q3.12 whatever the
intermediates of the file say, cells of int16. Differs from TFLite there and in what TFLite Micro refuses: peepholes,
projection, layer normalization, coupled input and forget gates. CMSIS-NN is not used: arm_lstm_unidirectional_s8 and
_s16 of v7.0.0 forget the state between invocations and read out of bounds where batches come before time.
Of float32 with int8 weights (dynamic range, as in `_hybrid`), which TFLite Micro refuses: EvalHybrid of LiteRT. There
the hidden state is quantized again in each step, so that a difference of the last bit may become one of a step of it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import INTEGER_RANGE
from ._recurrent import LARGEST_SHIFT, factor_fields, factors_rule, variables
from ._rules import after, quantization_fault, shapes_text, types_of
from ._sigmoid import nearest_log2, sigmoid_table
from ._weighted import MOST_PRODUCTS
from ._whole import WholeKernel
from .family import Address, Family, Scratch, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Band, Call, Struct

INPUTS = 24
"""Positions are those of lstm_shared.h."""
HIDDEN, CELLS = 18, 19


class Gate(NamedTuple):
    """Positions of a gate's weights for the input, for the hidden state, and of its bias."""

    weights: int
    recurrent: int
    bias: int


GATES = {
    "forget_gate": Gate(2, 6, 13),
    "input_gate": Gate(1, 5, 12),
    "output_gate": Gate(4, 8, 15),
    "cell_gate": Gate(3, 7, 14),
}
WEIGHTS, BIASES = tuple(range(1, 9)), tuple(range(12, 16))
VARIANTS = {"peephole": range(9, 12), "projection": range(16, 18), "layer normalization": range(20, 24)}
NEEDED = (0, *WEIGHTS, *BIASES, HIDDEN, CELLS)

KNOWN = {
    "float32": ("float32", "float32", "float32"),
    "int8": ("int8", "int32", "int16"),
    "int16": ("int8", "int64", "int16"),
}
"""Types of weights, biases and cells by that of the activations."""

GATE_SCALE, SQUASHED_SCALE = 2.0**-12, 2.0**-15


def operands(op: Operator) -> str | None:
    """There are 24 inputs and 1 output."""
    return (
        None
        if len(op.inputs) == INPUTS and len(op.outputs) == 1
        else (f"{len(op.inputs)} inputs, {len(op.outputs)} outputs")
    )


@after(operands)
def plain_lstm(op: Operator) -> str | None:
    """It has four gates without peephole, projection and layer normalization."""
    extra = [name for name, positions in VARIANTS.items() if any(op.inputs[k] is not None for k in positions)]
    absent = [str(k) for k in NEEDED if op.inputs[k] is None]
    found = extra + ([f"no input {', '.join(absent)}"] if absent else [])
    return "; ".join(found) or None


@after(plain_lstm)
def known_types(op: Operator) -> str | None:
    """Input, hidden state and output are float32, int8 or int16; then weights are float32 (or all int8), int8, int8,
    biases float32, int32, int64, and the cells' state float32, int16, int16."""
    given = op.input().dtype
    if given not in KNOWN or op.input(HIDDEN).dtype != given or op.output.dtype != given:
        return types_of(op)
    weights, bias, cells = KNOWN[given]
    weights = "int8" if op.input(WEIGHTS[0]).dtype == "int8" else weights
    wrong = [op.input(k) for k in WEIGHTS if op.input(k).dtype != weights]
    wrong += [op.input(k) for k in BIASES if op.input(k).dtype != bias]
    wrong += [op.input(CELLS)] if op.input(CELLS).dtype != cells else []
    return ", ".join(f"tensor {tensor.name!r} is {tensor.dtype}" for tensor in wrong) or None


class Sizes(NamedTuple):
    """cg_lstm_sizes."""

    batches: int
    steps: int
    depth: int
    units: int
    input_batch: int
    input_step: int
    output_batch: int
    output_step: int


def sizes(op: Operator) -> Sizes:
    """Steps and batches by the option `time_major`; what lies between two of each, in elements."""
    (first, second, depth), units = op.input().shape, op.output.shape[2]
    if op.option("time_major", False):
        return Sizes(second, first, depth, units, depth, second * depth, units, second * units)
    return Sizes(first, second, depth, units, second * depth, depth, second * units, units)


@after(plain_lstm)
def agreeing_shapes(op: Operator) -> str | None:
    """Input and output are [batches, steps, depth] and [batches, steps, units] (or time first), weights [units, depth]
    and [units, units], biases [units], states [batches, units]."""
    x, y = op.input().shape, op.output.shape
    if len(x) != 3 or len(y) != 3 or x[:2] != y[:2]:
        return shapes_text(x, y)
    batches, _, depth, units, *_ = sizes(op)
    hidden, cells = op.input(HIDDEN), op.input(CELLS)
    wrong = [op.input(k) for gate in GATES.values() for k in gate[:1] if op.input(k).shape != (units, depth)]
    wrong += [op.input(k) for gate in GATES.values() for k in gate[1:2] if op.input(k).shape != (units, units)]
    wrong += [op.input(k) for k in BIASES if op.input(k).shape != (units,)]
    wrong += [hidden] if hidden.shape[1:2] != (units,) or hidden.size != batches * units else []
    wrong += [cells] if cells.size != batches * units else []
    found = ", ".join(f"{tensor.name!r} {list(tensor.shape)}" for tensor in wrong)
    return f"{shapes_text(x, y)}, but {found}" if found else None


def _is_float(op: Operator) -> bool:
    return op.input().dtype == "float32"


def _is_hybrid(op: Operator) -> bool:
    return _is_float(op) and op.input(WEIGHTS[0]).dtype == "int8"


@after(known_types)
def quantized(op: Operator) -> str | None:
    """Quantized tensors have one positive scale, and a zero point in the range of their type; that of weights and cells
    is 0."""
    if _is_float(op) and not _is_hybrid(op):
        return None
    symmetric = [op.input(k) for k in (WEIGHTS if _is_float(op) else (*WEIGHTS, CELLS))]
    others = [] if _is_float(op) else [op.input(), op.input(HIDDEN)]
    faults = [fault for tensor in (*others, *symmetric) if (fault := quantization_fault(tensor))]
    if not faults:
        faults = [f"tensor {t.name!r} has the zero point {t.zero_point}" for t in symmetric if t.zero_point]
    return "; ".join(dict.fromkeys(faults)) or None


@after(known_types, quantized)
def cell_scale(op: Operator) -> str | None:
    """The scale of a cell's integer state is at least 2^-30 and less than 4."""
    return None if _is_float(op) or 2.0**-30 <= op.input(CELLS).scale < 4 else f"{op.input(CELLS).scale:g}"


@after(operands)
def tanh_cells(op: Operator) -> str | None:
    """The fused activation, of the cell gate, is TANH."""
    name = op.option("fused_activation_function", "NONE")
    return None if name == "TANH" else str(name)


def gate_factors(op: Operator) -> dict[str, float]:
    """Of every product with weights: GetQuantizedConvolutionMultipler to a scale of 2^-12 (as `single_multiplier`)."""
    if _is_float(op):
        return {}
    found = {}
    for name, gate in GATES.items():
        for source, position in ((op.input(), gate.weights), (op.input(HIDDEN), gate.recurrent)):
            kind = "input" if position == gate.weights else "recurrent"
            found[f"{name} {kind}"] = source.scale * op.input(position).scale / GATE_SCALE
    return found


def cell_factors(op: Operator) -> dict[str, float]:
    """CreateInterGateMulParams, by the names of cg_lstm_cell."""
    if _is_float(op):
        return {}
    squashed = SQUASHED_SCALE * SQUASHED_SCALE
    return {
        "kept": SQUASHED_SCALE,
        "added": squashed / op.input(CELLS).scale,
        "shown": squashed / op.input(HIDDEN).scale,
    }


def all_factors(op: Operator) -> dict[str, float]:
    return {**gate_factors(op), **cell_factors(op)}


representable = factors_rule(
    all_factors,
    LARGEST_SHIFT,
    "Factors between the scales of input, weights, gates, cells and hidden state are less than 2^30.",
    known_types,
    quantized,
)


def _wide_factors(op: Operator) -> dict[str, float]:
    return gate_factors(op) if op.input().dtype == "int16" else {}


representable_wide = factors_rule(
    _wide_factors, 7, "Of int16 activations, factors of gates are less than 2^7.", known_types, quantized
)


@after(agreeing_shapes, known_types)
def summable(op: Operator) -> str | None:
    """Depth and units are at most 65793 where int8 is multiplied, so that sums of products fit 32 bits."""
    largest = max(op.input().shape[2], op.output.shape[2])
    return None if not (op.input().dtype == "int8" or _is_hybrid(op)) or largest <= MOST_PRODUCTS else str(largest)


def _clip(op: Operator) -> float:
    """The option `cell_clip`; 0 where it clips nothing."""
    clip = op.option("cell_clip", 0.0)
    return float(clip) if isinstance(clip, int | float) and 0 < clip < math.inf else 0.0


def _states(op: Operator) -> list[Tensor]:
    return [tensor for k in (HIDDEN, CELLS) if (tensor := op.optional_input(k)) is not None]


def _tensors(op: Operator) -> dict[str, Address]:
    return {
        "input": Address(op.input()),
        "hidden": Address(op.input(HIDDEN), writable=True),
        "cells": Address(op.input(CELLS), writable=True),
        "output": Address(op.output, writable=True),
    }


def _addresses(op: Operator, gate: Gate) -> dict[str, Address]:
    return {
        "input_weights": Address(op.input(gate.weights)),
        "recurrent_weights": Address(op.input(gate.recurrent)),
        "bias": Address(op.input(gate.bias)),
    }


class NativeFloat(WholeKernel):
    """cg_lstm_f32."""

    provider = "native"
    name = "cg_lstm_f32"

    def fits(self, op: Operator) -> bool:
        return _is_float(op) and not _is_hybrid(op)

    def whole(self, op: Operator) -> Call:
        params = struct(
            "cg_lstm_f32_params",
            sizes=struct("cg_lstm_sizes", **sizes(op)._asdict()),
            clip=_clip(op),
            **{name: struct("cg_lstm_f32_gate", **_addresses(op, gate)) for name, gate in GATES.items()},
        )
        return native_call(self.name, params=params, **_tensors(op))


class NativeHybrid(WholeKernel):
    """cg_lstm_f32_s8."""

    provider = "native"
    name = "cg_lstm_f32_s8"

    def fits(self, op: Operator) -> bool:
        return _is_hybrid(op)

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return sizes(op).depth + sizes(op).units

    def whole(self, op: Operator) -> Call:
        def gate(positions: Gate) -> Struct:
            return struct(
                f"{self.name}_gate",
                input_weights=Address(op.input(positions.weights)),
                input_scale=op.input(positions.weights).scale,
                recurrent_weights=Address(op.input(positions.recurrent)),
                recurrent_scale=op.input(positions.recurrent).scale,
                bias=Address(op.input(positions.bias)),
            )

        params = struct(
            f"{self.name}_params",
            sizes=struct("cg_lstm_sizes", **sizes(op)._asdict()),
            clip=_clip(op),
            asymmetric=int(bool(op.option("asymmetric_quantize_inputs", default=False))),
            **{name: gate(positions) for name, positions in GATES.items()},
        )
        tensors = _tensors(op)
        return native_call(
            self.name,
            params=params,
            input=tensors["input"],
            hidden=tensors["hidden"],
            cells=tensors["cells"],
            scratch=Scratch(),
            output=tensors["output"],
        )


class NativeInteger(WholeKernel):
    """cg_lstm_s8 or cg_lstm_s16, by the type of the activations."""

    provider = "native"

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.name = f"cg_lstm_{dtype.replace('int', 's')}"

    def fits(self, op: Operator) -> bool:
        return op.input().dtype == self.dtype

    def whole(self, op: Operator) -> Call:
        factors = gate_factors(op)

        def gate(name: str) -> Struct:
            return struct(
                f"{self.name}_gate",
                **_addresses(op, GATES[name]),
                **factor_fields("input", factors[f"{name} input"]),
                **factor_fields("recurrent", factors[f"{name} recurrent"]),
            )

        params = struct(
            f"{self.name}_params",
            sizes=struct("cg_lstm_sizes", **sizes(op)._asdict()),
            cell=cell(op),
            input_offset=-op.input().zero_point,
            hidden_offset=-op.input(HIDDEN).zero_point,
            **{name: gate(name) for name in GATES},
        )
        return native_call(self.name, params=params, table=sigmoid_table(), **_tensors(op))


def cell(op: Operator) -> Struct:
    """cg_lstm_cell: CreateLstmCellStateInfo and the arguments of its tanh."""
    low, high = INTEGER_RANGE[op.input().dtype]
    scale, clip = op.input(CELLS).scale, _clip(op)
    power = nearest_log2(scale)[0] + 12
    factors = cell_factors(op)
    return struct(
        "cg_lstm_cell",
        **factor_fields("kept", factors["kept"]),
        **factor_fields("added", factors["added"]),
        **factor_fields("shown", factors["shown"]),
        shown_zero_point=op.input(HIDDEN).zero_point,
        shown_min=low,
        shown_max=high,
        tanh_multiplier=3 << max(power, 0),
        tanh_shift=max(-power, 0),
        clip=int(min(clip / scale, 32767.0)) if clip else -1,
    )


def macs(op: Operator) -> int:
    """Products with weights; those of a gate with a cell are not counted."""
    batches, steps, depth, units, *_ = sizes(op)
    return batches * steps * len(GATES) * units * (depth + units)


FAMILY = Family(
    names=("UNIDIRECTIONAL_SEQUENCE_LSTM",),
    constraints=(
        operands,
        plain_lstm,
        known_types,
        agreeing_shapes,
        variables(_states, plain_lstm),
        quantized,
        cell_scale,
        representable,
        representable_wide,
        summable,
        tanh_cells,
    ),
    kernels=(NativeInteger("int8"), NativeInteger("int16"), NativeFloat(), NativeHybrid()),
    macs=macs,
    hint="export a Keras LSTM layer, quantized by the TFLite converter, with its states as variable tensors",
)
