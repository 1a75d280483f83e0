"""L2_POOL_2D of float32: the square root of the mean of the squares of a window, padding not counted.

Arithmetic: reference_ops::L2Pool of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import float_clamp
from ._pool import filter_options, same_channels, spatial, window
from ._rules import fused_activation
from ._unary import float_types, one_operand
from ._window import images, output_size_rule, whole_band, window_options
from .family import Address, Family, Kernel, Rows, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band, Call


def _kernel_size(op: Operator) -> tuple[int, int]:
    return op.option("filter_height"), op.option("filter_width")


class NativeF32(Kernel):
    """cg_l2_pool_2d_f32."""

    provider = "native"
    name = "cg_l2_pool_2d_f32"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return window(op).batches == 1

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        shape, (low, high) = window(op), float_clamp(op)
        height, width = shape.height, shape.width
        rows = whole_band(shape, band)
        return native_call(
            self.name,
            params=struct(
                "cg_l2_pool_2d_f32_params",
                batches=shape.batches,
                input_width=width.input,
                channels=shape.input_channels,
                filter_height=height.kernel,
                filter_width=width.kernel,
                output_width=width.output,
                stride_height=height.stride,
                stride_width=width.stride,
                pad_top=height.before,
                pad_left=width.before,
                activation_min=low,
                activation_max=high,
            ),
            input=Rows(op.input()),
            y0=rows.first,
            y1=rows.last,
            output=Address(op.output, writable=True, row=rows.first),
        )


FAMILY = Family(
    names=("L2_POOL_2D",),
    constraints=(
        one_operand,
        float_types,
        images,
        window_options,
        filter_options,
        same_channels,
        output_size_rule(_kernel_size, filter_options),
        fused_activation(float_types),
    ),
    kernels=(NativeF32(),),
    spatial=spatial,
    hint="leave L2_POOL_2D in float32",
)
