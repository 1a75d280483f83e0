"""PAD and PADV2: constant borders around a tensor of up to 5 dimensions.

Source: reference_ops::Pad of TFLite Micro. PAD writes the output's zero point for int8, 0 for the other types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..graph import ITEM_BITS, read_only
from ._rules import after, operands, quantized, shapes_text, types
from ._shapes import in_front, integers
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Value

RANK = 5
"""Dimensions of TFLite Micro's kernel and of ours."""

_operands = operands(2, 3)
_types = types(
    "Input and output are both int8, int16, int32 or float32.",
    frozenset(f"{dtype}/{dtype}" for dtype in ("int8", "int16", "int32", "float32")),
    _operands,
)


_quantized = quantized(_types, frozenset({"int8"}))


@after(_operands)
def constant_paddings(op: Operator) -> str | None:
    """The paddings are an int32 or int64 constant of two numbers, 0 or more, for each dimension."""
    paddings = integers(op.input(1))
    if paddings is None:
        state = op.input(1).dtype if op.input(1).is_constant else "computed by the model"
        return f"tensor {op.input(1).name!r} is {state}"
    well = len(paddings) == 2 * len(op.input().shape) and min(paddings, default=0) >= 0
    return None if well else f"{list(paddings)} for the shape {list(op.input().shape)}"


@after(_operands)
def rank(op: Operator) -> str | None:
    """There are at most 5 dimensions."""
    return None if len(op.input().shape) <= RANK else f"shape {list(op.input().shape)}"


@after(_operands, constant_paddings)
def shapes(op: Operator) -> str | None:
    """The output has the input's shape plus the paddings."""
    shape, paddings = op.input().shape, integers(op.input(1)) or ()
    wanted = tuple(size + sum(paddings[2 * k : 2 * k + 2]) for k, size in enumerate(shape))
    return None if wanted == op.output.shape else f"{shapes_text(shape, op.output.shape)}, paddings {list(paddings)}"


@after(_types, _quantized)
def padding_value(op: Operator) -> str | None:
    """The value to pad with, where it is an input, is one element of the output's type and quantization."""
    value, y = op.optional_input(2), op.output
    if value is None:
        return None
    if value.size != 1 or value.dtype != y.dtype:
        return f"{value.dtype} of the shape {list(value.shape)}"
    if value.dtype == "int8" and (value.scale, value.zero_point) != (y.scale, y.zero_point):
        return f"scales {value.scale:g} and {y.scale:g}, zero points {value.zero_point} and {y.zero_point}"
    return None


class Padded(NamedTuple):
    """A dimension of the input and the elements in front of it and behind it."""

    size: int
    before: int
    after: int


def loops(op: Operator) -> list[Padded]:
    """The dimensions, outermost first: those that are not padded joined with their outer neighbour.

    An inner dimension without padding is a block of its outer one, whose paddings then count elements.
    """
    paddings = integers(op.input(1)) or ()
    joined: list[Padded] = []
    for k, size in enumerate(op.input().shape):
        dimension = Padded(size, *paddings[2 * k : 2 * k + 2])
        if joined and dimension[1:] == (0, 0):
            joined[-1] = Padded(*(number * size for number in joined[-1]))
        elif joined and joined[-1] == (1, 0, 0):
            joined[-1] = dimension
        else:
            joined.append(dimension)
    return joined


class CmsisNnS8(WholeKernel):
    """arm_pad_s8, which v7.0.0 brought; four dimensions."""

    provider = "cmsis-nn"
    name = "arm_pad_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        return target.cmsis_nn.number >= 70000 and self.fits(op)

    def fits(self, op: Operator) -> bool:
        value = op.optional_input(2)
        constant = value is None or value.is_constant
        return op.input().dtype == "int8" and constant and len(loops(op)) <= 4

    def whole(self, op: Operator) -> Call:
        value = op.optional_input(2)
        data = None if value is None else value.data
        sizes, before, behind = _columns(op, 4)
        return cmsis_nn_call(
            self.name,
            input=Address(op.input()),
            output=Address(op.output, writable=True),
            pad_value=op.output.zero_point if data is None else int(data.reshape(-1)[0]),
            input_size=dims(*sizes),
            pre_pad=dims(*before),
            post_pad=dims(*behind),
        )


class NativePad(WholeKernel):
    """cg_pad."""

    provider = "native"
    name = "cg_pad"

    def whole(self, op: Operator) -> Call:
        sizes, before, behind = _columns(op, RANK)
        item = ITEM_BITS[op.output.dtype] // 8
        params = struct("cg_pad_params", dims=sizes, before=before, after=behind, element_bytes=item)
        return native_call(
            self.name,
            params=params,
            input=Address(op.input()),
            value=self._value(op),
            output=Address(op.output, writable=True),
        )

    @staticmethod
    def _value(op: Operator) -> Value:
        value = op.optional_input(2)
        if value is not None:
            return Address(value)
        zero = op.output.zero_point if op.output.dtype == "int8" else 0
        return Table("value", read_only(np.array([zero], op.output.dtype)))


def _columns(op: Operator, rank: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Sizes, elements before and elements after of `rank` dimensions."""
    used = loops(op)
    sizes = in_front([x.size for x in used], rank, 1)
    return sizes, in_front([x.before for x in used], rank, 0), in_front([x.after for x in used], rank, 0)


FAMILY = Family(
    names=("PAD", "PADV2"),
    constraints=(_operands, _types, _quantized, constant_paddings, rank, shapes, padding_value),
    kernels=(CmsisNnS8(), NativePad()),
    hint="pad by constant amounts, and quantize the model to int8 again",
)
