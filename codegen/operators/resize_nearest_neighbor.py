"""RESIZE_NEAREST_NEIGHBOR of any type.

Source: reference_ops::ResizeNearestNeighbor of TFLite Micro. Which row and column an output pixel comes from is found
here, with the reference's float arithmetic; bytes are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import round_half_away
from ..graph import read_only
from ._copies import item_bytes, same_type
from ._resize import Axis, axes, images, resize_operands, resize_shape, resize_size, sizes
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, native_call, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator


def sources(axis: Axis) -> Array:
    """GetNearestNeighbor for each position of the output.

    >>> sources(Axis(3, 6, False, False)).tolist(), sources(Axis(3, 5, True, False)).tolist()
    ([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2])
    """
    corners = axis.aligns_corners and axis.output > 1
    scale = np.float32(axis.input - corners) / np.float32(axis.output - corners)
    offset = np.float32(0.5 if axis.has_half_pixels else 0.0)
    scaled = [float((np.float32(k) + offset) * scale) for k in range(axis.output)]
    found = [round_half_away(x) if axis.aligns_corners else int(x) for x in scaled]
    return read_only(np.array([min(k, axis.input - 1) for k in found], np.int16))


class NativeResize(WholeKernel):
    """cg_resize_nearest_neighbor."""

    provider = "native"
    name = "cg_resize_nearest_neighbor"

    def whole(self, op: Operator) -> Call:
        height, width = axes(op)
        params = struct(
            "cg_resize_nearest_neighbor_params",
            **sizes(op),
            pixel_bytes=op.input().shape[3] * item_bytes(op.input()),
            row_of=Table("row_of", sources(height)),
            column_of=Table("column_of", sources(width)),
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


FAMILY = Family(
    names=("RESIZE_NEAREST_NEIGHBOR",),
    constraints=(resize_operands, same_type(resize_operands), images, resize_size, resize_shape),
    kernels=(NativeResize(),),
    hint="export the model with fixed image sizes",
)
