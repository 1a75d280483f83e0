"""RESIZE_BILINEAR of int8 and float32.

Arithmetic: reference_ops::ResizeBilinearInteger and ResizeBilinear of TFLite Micro. Rows, columns and weights are found
here, as the reference finds them. Where its 10-bit scale leads int8 beyond the last row or column, which it then reads,
the last one is taken. The output's quantization is not read, as in TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..graph import read_only
from ._resize import Axis, axes, images, resize_operands, resize_shape, resize_size, sizes
from ._rules import after, types
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, native_call, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator

_types = types(
    "Input and output are both int8 or float32.", frozenset({"int8/int8", "float32/float32"}), resize_operands
)


@after(resize_operands)
def options(op: Operator) -> str | None:
    """Corners are aligned or pixels have half centers, not both."""
    both = op.option("align_corners", False) and op.option("half_pixel_centers", False)
    return "both align_corners and half_pixel_centers" if both else None


def integer_table(axis: Axis) -> Array:
    """(row before, row behind, weight of the latter / 1024) of each output row; ComputeInterpolationValuesInteger.

    >>> integer_table(Axis(2, 3, True, False)).tolist()
    [[0, 0, 0], [0, 1, 512], [1, 1, 0]]
    """
    corners = axis.aligns_corners and axis.output > 1
    source, target = axis.input - corners, axis.output - corners
    scale = (1024 * source + target // 2) // target
    found = []
    for k in range(axis.output):
        scaled = k * scale + (scale // 2 - 512 if axis.has_half_pixels else 0)
        before = max(int(scaled / 1024), 0)
        behind = min(int((scaled + 1023) / 1024), axis.input - 1)
        found.append((min(before, axis.input - 1), behind, scaled - 1024 * before))
    return read_only(np.array(found, np.int16))


class FloatTable(NamedTuple):
    """(row before, row behind) and the weight of the latter of each output row; ComputeInterpolationValues."""

    rows: Array
    weights: Array


def float_table(axis: Axis) -> FloatTable:
    corners = axis.aligns_corners and axis.output > 1
    scale = np.float32(axis.input - corners) / np.float32(axis.output - corners)
    half = np.float32(0.5 if axis.has_half_pixels else 0.0)
    rows, weights = [], []
    for k in range(axis.output):
        scaled = (np.float32(k) + half) * scale - half
        before = max(int(np.floor(scaled)), 0)
        rows.append((min(before, axis.input - 1), min(int(np.ceil(scaled)), axis.input - 1)))
        weights.append(scaled - np.float32(before))
    return FloatTable(read_only(np.array(rows, np.int16)), read_only(np.array(weights, np.float32)))


class NativeS8(WholeKernel):
    """cg_resize_bilinear_s8."""

    provider = "native"
    name = "cg_resize_bilinear_s8"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int8"

    def whole(self, op: Operator) -> Call:
        height, width = axes(op)
        params = struct(
            "cg_resize_bilinear_s8_params",
            **sizes(op),
            channels=op.input().shape[3],
            rows=Table("rows", integer_table(height)),
            columns=Table("columns", integer_table(width)),
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


class NativeF32(WholeKernel):
    """cg_resize_bilinear_f32."""

    provider = "native"
    name = "cg_resize_bilinear_f32"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "float32"

    def whole(self, op: Operator) -> Call:
        height, width = (float_table(axis) for axis in axes(op))
        params = struct(
            "cg_resize_bilinear_f32_params",
            **sizes(op),
            channels=op.input().shape[3],
            rows=Table("rows", height.rows),
            columns=Table("columns", width.rows),
            row_weights=Table("row_weights", height.weights),
            column_weights=Table("column_weights", width.weights),
        )
        return native_call(
            self.name, params=params, input=Address(op.input()), output=Address(op.output, writable=True)
        )


FAMILY = Family(
    names=("RESIZE_BILINEAR",),
    constraints=(resize_operands, _types, images, resize_size, resize_shape, options),
    kernels=(NativeS8(), NativeF32()),
    hint="export the model with fixed image sizes",
)
