"""What RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR share: images, a constant size, two options."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._copies import constant, constants, output_shape
from ._rules import after, operands, shapes_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Operator

INT16_MAX = 32767
"""Rows and columns are numbered in tables of int16."""

resize_operands = operands(2)
resize_size = constant(1, "size is", resize_operands, lambda _op: 2)


@after(resize_operands)
def images(op: Operator) -> str | None:
    """Input and output have 4 dimensions (batches, height, width, channels), height and width at most 32767."""
    both = op.input().shape, op.output.shape
    well = all(len(shape) == 4 and max(shape[1:3]) <= INT16_MAX for shape in both)
    return None if well else shapes_text(*both)


resize_shape = output_shape(
    "The output has the size that the operator is given, and the input's batches and channels.",
    lambda op: (op.input().shape[0], *constants(op, 1), op.input().shape[3]),
    images,
    resize_size,
)


class Axis(NamedTuple):
    """Height or width of input and output, and the options."""

    input: int
    output: int
    aligns_corners: bool
    has_half_pixels: bool


def axes(op: Operator) -> Iterator[Axis]:
    """The height, then the width."""
    options = bool(op.option("align_corners", False)), bool(op.option("half_pixel_centers", False))
    for x, y in zip(op.input().shape[1:3], op.output.shape[1:3], strict=True):
        yield Axis(x, y, *options)


def sizes(op: Operator) -> dict[str, int]:
    """The fields with which the parameters of the kernels begin."""
    (batches, height, width, _), y = op.input().shape, op.output.shape
    return {
        "batches": batches,
        "input_height": height,
        "input_width": width,
        "output_height": y[1],
        "output_width": y[2],
    }
