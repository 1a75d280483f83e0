"""SPACE_TO_BATCH_ND of images of any type.

Source: reference_ops::SpaceToBatchND; bytes are not changed. Padding is 0: the zero point of the quantized types, as in
TFLite. TFLite Micro leaves the padding value uninitialized, so where the zero point is not 0 nobody can rely on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import INTEGER_RANGE
from ..graph import read_only
from ._blocks import (
    Image,
    block_amounts,
    block_borders,
    block_images,
    block_operands,
    block_shape,
    blocks,
    image,
    parameters,
    unextended,
)
from ._copies import input_rank, item_bytes, output_shape, same_type
from ._rules import after, quantization_fault
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_types = same_type(block_operands)


def wanted(op: Operator) -> tuple[int, ...] | None:
    """The output's shape; None where the blocks do not divide the padded images."""
    x, b = image(op.input().shape), blocks(op)
    height, width = x.height + b.top + b.bottom, x.width + b.left + b.right
    if height % b.height or width % b.width:
        return None
    found = Image(x.batches * b.height * b.width, height // b.height, width // b.width, x.channels)
    return unextended(found, input_rank(op))


_shape = output_shape(
    "The blocks divide the padded input, and the output has the shape that follows.", wanted, block_amounts
)


@after(_types)
def zero(op: Operator) -> str | None:
    """The zero point of a quantized output is a number of its type."""
    y = op.output
    return quantization_fault(y) if y.quantization is not None and y.dtype in INTEGER_RANGE else None


class NativeSpaceToBatch(WholeKernel):
    """cg_space_to_batch_nd."""

    provider = "native"
    name = "cg_space_to_batch_nd"

    def whole(self, op: Operator) -> Call:
        x, y, item = op.input(), op.output, item_bytes(op.input())
        zero_point = y.zero_point if y.dtype in INTEGER_RANGE else 0
        params = struct(
            "cg_space_to_batch_nd_params",
            **parameters(op, x.shape[0]),
            pixel_bytes=image(x.shape).channels * item,
            element_bytes=item,
        )
        return native_call(
            self.name,
            params=params,
            input=Address(x),
            value=Table("value", read_only(np.array([zero_point], y.dtype))),
            output=Address(y, writable=True),
        )


FAMILY = Family(
    names=("SPACE_TO_BATCH_ND",),
    constraints=(block_operands, _types, block_images, block_shape, block_borders, block_amounts, _shape, zero),
    kernels=(NativeSpaceToBatch(),),
    hint="export the model with fixed input shapes",
)
