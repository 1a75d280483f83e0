"""What SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND share: images of 3 or 4 dimensions, blocks, borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._copies import constant, constants, input_rank
from ._rules import after, operands, shapes_text

if TYPE_CHECKING:
    from ..graph import Operator

block_operands = operands(3)


@after(block_operands)
def block_images(op: Operator) -> str | None:
    """Input and output have 3 dimensions (batches, height, channels) or 4 (with the width)."""
    both = op.input().shape, op.output.shape
    return None if len(both[0]) == len(both[1]) in (3, 4) else shapes_text(*both)


block_shape = constant(1, "block shape is", block_images, lambda op: input_rank(op) - 2)
block_borders = constant(2, "paddings or crops are", block_images, lambda op: 2 * (input_rank(op) - 2))


@after(block_shape, block_borders)
def block_amounts(op: Operator) -> str | None:
    """Blocks have 1 or more rows and columns, paddings and crops 0 or more."""
    blocks, borders = constants(op, 1), constants(op, 2)
    return None if min(blocks) >= 1 and min(borders) >= 0 else f"{list(blocks)} and {list(borders)}"


class Image(NamedTuple):
    """A shape with a width of 1 where it has none."""

    batches: int
    height: int
    width: int
    channels: int


def image(shape: tuple[int, ...]) -> Image:
    """`shape` of 3 or 4 dimensions.

    >>> image((2, 5, 3))
    Image(batches=2, height=5, width=1, channels=3)
    """
    batches, height, *inner = shape
    width, channels = inner if len(inner) == 2 else (1, inner[0])
    return Image(batches, height, width, channels)


class Blocks(NamedTuple):
    """Rows and columns of a block; rows and columns added or cut off in front and behind."""

    height: int
    width: int
    top: int
    bottom: int
    left: int
    right: int


def blocks(op: Operator) -> Blocks:
    size, border = constants(op, 1), constants(op, 2)
    left, right = border[2:] if len(size) == 2 else (0, 0)
    return Blocks(size[0], size[1] if len(size) == 2 else 1, border[0], border[1], left, right)


def unextended(found: Image, rank: int) -> tuple[int, ...]:
    """The shape of `rank` dimensions that `image` extended."""
    return tuple(found) if rank == 4 else (found.batches, found.height, found.channels)


def parameters(op: Operator, batches: int) -> dict[str, int]:
    """The fields that the parameters of both kernels have, but for the last ones."""
    x, y, b = image(op.input().shape), image(op.output.shape), blocks(op)
    return {
        "batches": batches,
        "input_height": x.height,
        "input_width": x.width,
        "output_height": y.height,
        "output_width": y.width,
        "block_height": b.height,
        "block_width": b.width,
        "top": b.top,
        "left": b.left,
    }
