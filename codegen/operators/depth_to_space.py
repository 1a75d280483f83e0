"""DEPTH_TO_SPACE and SPACE_TO_DEPTH of any type: a block of pixels as the channels of one, and back.

Source: reference_ops::DepthToSpace and SpaceToDepth of TFLite Micro; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import Copy, CopyKernel, Loop, output_shape, same_type, strides
from ._rules import after, operands, shapes_text
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator, Tensor

_operands = operands(1)


@after(_operands)
def images(op: Operator) -> str | None:
    """Input and output have 4 dimensions: batches, height, width, channels."""
    both = op.input().shape, op.output.shape
    return None if all(len(shape) == 4 for shape in both) else shapes_text(*both)


@after(_operands, images)
def block(op: Operator) -> str | None:
    """The block size is 1 or more."""
    size = op.option("block_size", 0)
    return None if isinstance(size, int) and size >= 1 else str(size)


def wide(op: Operator) -> Tensor:
    """The tensor with the larger images."""
    return op.output if op.type == "DEPTH_TO_SPACE" else op.input()


def wanted(op: Operator) -> tuple[int, ...] | None:
    """The output's shape, None where the block does not divide the input."""
    b, (n, h, w, c) = op.option("block_size"), op.input().shape
    if op.type == "DEPTH_TO_SPACE":
        return (n, h * b, w * b, c // (b * b)) if c % (b * b) == 0 else None
    return (n, h // b, w // b, c * b * b) if h % b == w % b == 0 else None


_shape = output_shape("The block divides the input, and the output has the shape that follows.", wanted, block)


def loops(op: Operator) -> list[Loop]:
    """Batches, rows, columns, rows of a block, columns of a block, channels."""
    b, (n, height, width, channels) = op.option("block_size"), wide(op).shape
    image, row, column, _ = strides(wide(op).shape)
    in_wide = (image, row * b, column * b, row, column, 1)
    sizes = (n, height // b, width // b, b, b, channels)
    in_deep = strides(sizes)
    deep_first = op.type == "DEPTH_TO_SPACE"
    return [
        Loop(size, *((deep, flat) if deep_first else (flat, deep)))
        for size, flat, deep in zip(sizes, in_wide, in_deep, strict=True)
    ]


FAMILY = Family(
    names=("DEPTH_TO_SPACE", "SPACE_TO_DEPTH"),
    constraints=(_operands, same_type(_operands), images, block, _shape),
    kernels=(CopyKernel(lambda op: Copy(loops(op))),),
    hint="export the model with fixed input shapes",
)
