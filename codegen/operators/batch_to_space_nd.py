"""BATCH_TO_SPACE_ND of images of any type.

Source: reference_ops::BatchToSpaceND of TFLite Micro; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator


def wanted(op: Operator) -> tuple[int, ...] | None:
    """The output's shape; None where the blocks do not divide the batches."""
    x, b = image(op.input().shape), blocks(op)
    if x.batches % (b.height * b.width):
        return None
    height, width = x.height * b.height - b.top - b.bottom, x.width * b.width - b.left - b.right
    return unextended(Image(x.batches // (b.height * b.width), height, width, x.channels), input_rank(op))


_shape = output_shape(
    "The blocks divide the batches, and the output has the shape that follows.", wanted, block_amounts
)


class NativeBatchToSpace(WholeKernel):
    """cg_batch_to_space_nd."""

    provider = "native"
    name = "cg_batch_to_space_nd"

    def whole(self, op: Operator) -> Call:
        params = struct(
            "cg_batch_to_space_nd_params",
            **parameters(op, op.output.shape[0]),
            pixel_bytes=image(op.input().shape).channels * item_bytes(op.input()),
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


FAMILY = Family(
    names=("BATCH_TO_SPACE_ND",),
    constraints=(
        block_operands,
        same_type(block_operands),
        block_images,
        block_shape,
        block_borders,
        block_amounts,
        _shape,
    ),
    kernels=(NativeBatchToSpace(),),
    hint="export the model with fixed input shapes",
)
