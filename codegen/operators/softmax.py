"""SOFTMAX over the innermost dimension: float32; int8 to int8 of scale 1/256 or int16 of 1/65536; int16 to int16 of
1/32768.

Arithmetic: reference_ops::Softmax of TFLite Micro (int8: fixed point, gemmlowp) and its SoftmaxInt16 (interpolated
tables). Differs from TFLite, which uses a table of float exponentials for 8 bits. Where the sum of exponentials of a
row of int8, relative to its largest, is 512 or more and the output is int8, TFLite Micro aborts; here such a row's
outputs, all under half a step, are 0.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arithmetic import MultiplierShift, quantize_multiplier
from ._interpolation import interpolation_table
from ._rules import after, operands, quantized, same_shape, types, types_of
from ._whole import WholeKernel
from .access import elementwise
from .family import Address, Call, Family, Struct, Table, cmsis_nn_call, native_call, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator
    from ..target import Target
    from .access import Access
    from .family import Band

SCALED_DIFF_INTEGER_BITS = 5
"""Differences to the maximum are Q5.26."""

MOST_ELEMENTS = {"float32": (1 << 31) - 1, "int8": 4095, "int16": 65535}
"""Elements of a row whose sum of exponentials always fits 32 bits."""

OUTPUT_QUANTIZATION = {
    "int8/int8": (1 / 256, -128, 0.0),
    "int8/int16": (1 / 65536, -32768, 1e-3),
    "int16/int16": (1 / 32768, 0, 1e-3),
}
"""Scale and zero point of the output, and by how much the scale may be off, relatively."""

_operands = operands(1)
_types = types(
    "Input and output are float32 or int8 or int16, or the input is int8 and the output int16.",
    frozenset({"float32/float32", "int8/int8", "int8/int16", "int16/int16"}),
    _operands,
)
_quantized = quantized(_types)


@after(_types, _quantized)
def output_scale(op: Operator) -> str | None:
    """The output of int8 has scale 1/256 and zero point -128 as int8, 1/65536 and -32768 as int16; that of int16 has
    1/32768 and 0."""
    y = op.output
    if y.dtype == "float32":
        return None
    scale, zero_point, tolerance = OUTPUT_QUANTIZATION[types_of(op)]
    fits = abs(y.scale - scale) <= tolerance * scale and y.zero_point == zero_point
    return None if fits else f"scale {y.scale:g}, zero point {y.zero_point}"


@after(_types, _quantized)
def input_zero_point(op: Operator) -> str | None:
    """An int16 input has the zero point 0."""
    x = op.input()
    return None if x.dtype != "int16" or x.zero_point == 0 else str(x.zero_point)


@after(_types)
def row_size(op: Operator) -> str | None:
    """Rows (the innermost dimension) have at least 1 element, of int8 at most 4095 and of int16 65535, so that their
    sum fits the fixed point."""
    x = op.input()
    return None if x.shape and 1 <= x.shape[-1] <= MOST_ELEMENTS[x.dtype] else f"shape {list(x.shape)}"


def _slope(op: Operator) -> float:
    scale = 1.0 if op.input().dtype == "float32" else op.input().scale
    return float(op.option("beta", 1.0)) * scale


def _slope_text(op: Operator) -> str:
    scale = "" if op.input().dtype == "float32" else f", scale {op.input().scale:g}"
    return f"beta {op.option('beta', 1.0):g}{scale}"


@after(_types, _quantized)
def finite_slope(op: Operator) -> str | None:
    """beta is a number."""
    return None if math.isfinite(_slope(op)) else _slope_text(op)


@after(_types, _quantized)
def int8_slope(op: Operator) -> str | None:
    """For int8, beta * input scale is more than 2^-26."""
    return None if op.input().dtype != "int8" or _slope(op) * 2.0**26 > 1.0 else _slope_text(op)


@after(_types, _quantized)
def int16_slope(op: Operator) -> str | None:
    """For int16, beta * input scale is at least 0 and less than 2^18."""
    return None if op.input().dtype != "int16" or 0.0 <= _slope(op) < 2.0**18 else _slope_text(op)


class Parameters(NamedTuple):
    """Of SoftmaxParams: the factor of a difference to the maximum, and the difference from which on it counts as 0."""

    multiplier: int
    shift: int
    diff_min: int


def parameters(beta: float, scale: float) -> Parameters:
    """PreprocessSoftmaxScaling and CalculateInputRadius of quantization_util.cc.

    >>> parameters(1.0, 0.1)
    Parameters(multiplier=1717986918, shift=23, diff_min=-248)
    """
    real = min(beta * scale * (1 << (31 - SCALED_DIFF_INTEGER_BITS)), float((1 << 31) - 1))
    multiplier, shift = quantize_multiplier(real)
    radius = ((1 << SCALED_DIFF_INTEGER_BITS) - 1) * (1 << (31 - SCALED_DIFF_INTEGER_BITS)) / (1 << shift)
    diff_min = -math.floor(radius)
    # Where only the maximum counts, its difference is 0 and any factor is right: none that shifts into the sign.
    return Parameters(multiplier, shift if diff_min else 0, diff_min)


def operator_parameters(op: Operator) -> Parameters:
    return parameters(op.option("beta", 1.0), op.input().scale)


def rows(op: Operator) -> int:
    return op.input().size // op.input().shape[-1]


def int16_factor(op: Operator) -> MultiplierShift:
    """Of a difference to the maximum, so that -65535 stands for -10."""
    return quantize_multiplier(op.input().scale * op.option("beta", 1.0) / (10.0 / 65535.0))


@cache
def exp_table() -> Array:
    """e^x for x in [-10, 0]."""
    return interpolation_table(math.exp, np.float32(10) / np.float32(65535), 32767, np.float32(2) / np.float32(65535))


@cache
def reciprocal_table() -> Array:
    """1 / (1 + x) for x in [0, 1]."""

    def reciprocal(x: float) -> float:
        return float(np.float32(1) / (np.float32(1) + np.float32(x)))

    return interpolation_table(reciprocal, np.float32(1) / np.float32(65535), -32768, np.float32(2) / np.float32(65535))


class OfTypes(WholeKernel):
    """A kernel for the types of its input and output, `int8/int16`."""

    def __init__(self, dtypes: str, name: str) -> None:
        self.dtypes = dtypes
        self.name = name

    def fits(self, op: Operator) -> bool:
        return types_of(op) == self.dtypes


class CmsisNnS8(OfTypes):
    """arm_softmax_s8 and arm_softmax_s8_s16. To int8, it may divide by 2^32 from 512 elements on, which C leaves
    undefined."""

    provider = "cmsis-nn"

    def fits(self, op: Operator) -> bool:
        return super().fits(op) and (op.output.dtype == "int16" or op.input().shape[-1] < 512)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        multiplier, shift, diff_min = operator_parameters(op)
        return cmsis_nn_call(
            self.name,
            returns_status=False,
            input=Address(op.input()),
            num_rows=rows(op),
            row_size=op.input().shape[-1],
            mult=multiplier,
            shift=shift,
            diff_min=diff_min,
            output=Address(op.output, writable=True),
        )


class CmsisNnS16(OfTypes):
    """arm_softmax_s16, which is wrong where a result overflows 16 bits: the 1 of a row of one element becomes -1, and
    sums of 2^18 - 1 and their like, which need 9 elements, are rounded beyond the table. Differences that overflow when
    they are shifted left are left to our kernel too."""

    provider = "cmsis-nn"

    def fits(self, op: Operator) -> bool:
        return super().fits(op) and 2 <= op.input().shape[-1] <= 8 and int16_factor(op).shift <= 14

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        multiplier, shift = int16_factor(op)
        tables = struct(
            "cmsis_nn_softmax_lut_s16",
            exp_lut=Table("exp_table", exp_table()),
            one_by_one_lut=Table("reciprocal_table", reciprocal_table()),
        )
        return cmsis_nn_call(
            self.name,
            input=Address(op.input()),
            num_rows=rows(op),
            row_size=op.input().shape[-1],
            mult=multiplier,
            shift=shift,
            softmax_params=tables,
            output=Address(op.output, writable=True),
        )


def s8_params(op: Operator) -> Struct:
    multiplier, shift, diff_min = operator_parameters(op)
    return struct(
        "cg_softmax_s8_params",
        rows=rows(op),
        row_size=op.input().shape[-1],
        multiplier=multiplier,
        shift=shift,
        diff_min=diff_min,
    )


class NativeS8(OfTypes):
    """cg_softmax_s8 and cg_softmax_s8_s16."""

    provider = "native"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name, params=s8_params(op), input=Address(op.input()), output=Address(op.output, writable=True)
        )


class NativeS16(OfTypes):
    """cg_softmax_s16."""

    provider = "native"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        multiplier, shift = int16_factor(op)
        params = struct(
            "cg_softmax_s16_params",
            rows=rows(op),
            row_size=op.input().shape[-1],
            multiplier=multiplier,
            shift=shift,
        )
        return native_call(
            self.name,
            params=params,
            exp_table=Table("exp_table", exp_table()),
            reciprocal_table=Table("reciprocal_table", reciprocal_table()),
            input=Address(op.input()),
            output=Address(op.output, writable=True),
        )


class NativeF32(OfTypes):
    """cg_softmax_f32."""

    provider = "native"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            rows=rows(op),
            row_size=op.input().shape[-1],
            beta=float(op.option("beta", 1.0)),
            input=Address(op.input()),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("SOFTMAX",),
    constraints=(
        _operands,
        _types,
        _quantized,
        same_shape(_operands),
        row_size,
        input_zero_point,
        output_scale,
        finite_slope,
        int8_slope,
        int16_slope,
    ),
    kernels=(
        CmsisNnS8("int8/int8", "arm_softmax_s8"),
        CmsisNnS8("int8/int16", "arm_softmax_s8_s16"),
        CmsisNnS16("int16/int16", "arm_softmax_s16"),
        NativeS8("int8/int8", "cg_softmax_s8"),
        NativeS8("int8/int16", "cg_softmax_s8_s16"),
        NativeS16("int16/int16", "cg_softmax_s16"),
        NativeF32("float32/float32", "cg_softmax_f32"),
    ),
    hint="quantize the model to int8 again, or leave SOFTMAX to the application",
)
