"""MEAN and SUM of int8 over any axes.

Arithmetic: reference_ops::QuantizedMeanOrSum, which TFLite Micro takes for int8 whatever the axes are. Differs from
TFLite, which has special cases.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import MultiplierShift, quantize_multiplier
from ._rules import after, operands, quantized, shapes_text, types
from ._shapes import in_front, integers
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

RANK = 5
"""Dimensions of cg_mean_s8."""

COUNT_BOUND = 1 << 23
"""Elements of one output whose sum always fits 32 bits."""

_operands = operands(2)
_types = types("Input and output are int8.", frozenset({"int8/int8"}), _operands)
_quantized = quantized(_types)


@after(_operands)
def constant_axes(op: Operator) -> str | None:
    """The axes are an int32 or int64 constant of dimensions of the input."""
    axes, rank = integers(op.input(1)), len(op.input().shape)
    if axes is None:
        state = op.input(1).dtype if op.input(1).is_constant else "computed by the model"
        return f"tensor {op.input(1).name!r} is {state}"
    return None if all(-rank <= axis < rank for axis in axes) else f"{list(axes)} of {rank} dimensions"


@after(_operands, constant_axes)
def shapes(op: Operator) -> str | None:
    """The output has the dimensions that are kept (and those of 1, where keep_dims is set)."""
    reduced, shape = reduced_axes(op), op.input().shape
    kept = [size for k, size in enumerate(shape) if k not in reduced and size != 1]
    same = kept == [size for size in op.output.shape if size != 1]
    return None if same else f"{shapes_text(shape, op.output.shape)}, axes {sorted(reduced)}"


@after(_operands, constant_axes)
def groups(op: Operator) -> str | None:
    """Reduced and kept dimensions alternate at most 5 times."""
    count = len(loops(op))
    return None if count <= RANK else f"{count} times in the shape {list(op.input().shape)}"


@after(_operands, constant_axes)
def terms(op: Operator) -> str | None:
    """At most 2^23 - 1 elements make one output."""
    return None if terms_of(op) < COUNT_BOUND else str(terms_of(op))


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The input scale is less than 2^31 times the output scale."""
    x, y = op.input(), op.output
    return None if x.scale < y.scale * 2.0**31 else f"{x.scale:g} and {y.scale:g}"


def reduced_axes(op: Operator) -> frozenset[int]:
    """The axes, from 0 on; an axis may be named twice."""
    rank = len(op.input().shape)
    return frozenset(axis % rank for axis in integers(op.input(1)) or ())


def terms_of(op: Operator) -> int:
    """How many elements of the input make one of the output."""
    return prod(op.input().shape[axis] for axis in reduced_axes(op))


class Reduced(NamedTuple):
    """A dimension of the input, and 1 where it is summed up."""

    size: int
    reduced: int


def loops(op: Operator) -> list[Reduced]:
    """The dimensions, outermost first, without those of 1, neighbours of a kind joined."""
    axes = reduced_axes(op)
    joined: list[Reduced] = []
    for k, size in enumerate(op.input().shape):
        kind = int(k in axes)
        if joined and joined[-1].reduced == kind:
            joined[-1] = Reduced(joined[-1].size * size, kind)
        elif size != 1:
            joined.append(Reduced(size, kind))
    return joined


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


FAMILY = Family(
    names=("MEAN", "SUM"),
    constraints=(_operands, _types, _quantized, constant_axes, shapes, groups, terms, scale_ratio),
    kernels=(NativeS8(),),
    hint="quantize the model to int8 again",
)
