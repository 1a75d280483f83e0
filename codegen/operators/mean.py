"""MEAN and SUM over any axes.

Arithmetic: reference_ops::QuantizedMeanOrSum, which TFLite Micro takes for int8 and int16 whatever the axes are, and
Mean and ReduceGeneric for float32, whose results are equal, not only close. Differs from TFLite, which has special
cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import MultiplierShift, quantize_multiplier
from ._fixed_point import wrapped
from ._reduce import (
    alternations,
    constant_axes,
    loops,
    reduced_axes,
    reduction_operands,
    reduction_rules,
    reduction_struct,
    terms_of,
)
from ._rules import after, quantized, types
from ._shapes import in_front
from ._whole import WholeKernel
from .family import Address, Band, Call, Family, Kernel, Rows, Scratch, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target

RANK = 5
"""Dimensions of cg_mean_s8."""

COUNT_BOUND = 1 << 23
"""Elements of one output whose sum always fits 32 bits."""

_types = types(
    "Input and output are int8, int16 or float32, both alike.",
    frozenset({"int8/int8", "int16/int16", "float32/float32"}),
    reduction_operands,
)
_quantized = quantized(_types)


@after(reduction_operands, constant_axes)
def terms(op: Operator) -> str | None:
    """At most 2^23 - 1 elements make one output."""
    return None if terms_of(op) < COUNT_BOUND else str(terms_of(op))


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The input scale is less than 2^31 times the output scale."""
    x, y = op.input(), op.output
    if x.dtype == "float32":
        return None
    return None if x.scale < y.scale * 2.0**31 else f"{x.scale:g} and {y.scale:g}"


def factor(op: Operator) -> MultiplierShift:
    """The rescaling with the division by the count in it, as QuantizedMeanOrSum makes it.

    The count's power of two goes into the shift first, so that the multiplier keeps its bits.
    """
    multiplier, shift = quantize_multiplier(op.input().scale / op.output.scale)
    if op.type == "SUM":
        return MultiplierShift(multiplier, shift)
    count = terms_of(op)
    bits = min(count.bit_length() - 1, 32, 31 + shift)
    return MultiplierShift((multiplier << bits) // count, shift - bits)


class NativeS8(WholeKernel):
    """cg_mean_s8."""

    provider = "native"
    name = "cg_mean_s8"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int8"

    def whole(self, op: Operator) -> Call:
        used = loops(op)
        multiplier, shift = factor(op)
        params = struct(
            "cg_mean_s8_params",
            dims=in_front([x.size for x in used], RANK, 1),
            reduced=in_front([x.reduced for x in used], RANK, 0),
            input_offset=-op.input().zero_point,
            output_offset=op.output.zero_point,
            multiplier=multiplier,
            shift=shift,
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


class SumsS8(Kernel):
    """cg_mean_sums_s8: over height, or height and width, of one image, from its rows as they come."""

    provider = "native"
    name = "cg_mean_sums_s8"
    accumulates = True

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        shape = op.input().shape
        is_image = len(shape) == 4 and shape[0] == 1 < shape[1]
        return is_image and op.output.dtype == "int8" and reduced_axes(op) - {0} in ({1}, {1, 2})

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return 4 * op.output.size

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        return 7 * op.input().size + 40 * op.output.size

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        _, height, width, _ = op.input().shape
        multiplier, shift = factor(op)
        rows = band or Band(0, height)
        return native_call(
            self.name,
            params=struct(
                "cg_mean_sums_s8_params",
                width=width if 2 in reduced_axes(op) else 1,
                values=op.output.size,
                sum_offset=wrapped(-op.input().zero_point * terms_of(op)),
                output_offset=op.output.zero_point,
                multiplier=multiplier,
                shift=shift,
            ),
            input=Rows(op.input()),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True),
        )


class NativeS16(WholeKernel):
    """cg_mean_s16."""

    provider = "native"
    name = "cg_mean_s16"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int16"

    def whole(self, op: Operator) -> Call:
        multiplier, shift = factor(op)
        params = struct(
            "cg_mean_s16_params",
            sum_offset=wrapped(-op.input().zero_point * terms_of(op)),
            output_offset=op.output.zero_point,
            multiplier=multiplier,
            shift=shift,
        )
        return native_call(
            self.name,
            reduction=reduction_struct(op),
            params=params,
            input=Address(op.input()),
            output=Address(op.output, writable=True),
        )


class NativeF32(WholeKernel):
    """cg_mean_f32."""

    provider = "native"
    name = "cg_mean_f32"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "float32"

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            reduction=reduction_struct(op),
            divisor=float(terms_of(op) if op.type == "MEAN" else 1),
            input=Address(op.input()),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("MEAN", "SUM"),
    constraints=(*reduction_rules, _types, _quantized, alternations(RANK), terms, scale_ratio),
    accumulators=(SumsS8(),),
    kernels=(NativeS8(), NativeS16(), NativeF32()),
    hint="quantize the model again, to one type for input and output",
)
