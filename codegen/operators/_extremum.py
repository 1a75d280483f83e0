"""What MAXIMUM and MINIMUM have in common: all but the comparison.

Arithmetic: MaximumOp and MinimumOp of TFLite Micro. Quantized values are compared as they are, whatever their scales:
the converter gives all operands the same quantization.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._broadcast import Elementwise, broadcast_rules, same_types, two_operands
from ._cmsis_nn import RELEASE_7, context
from ._rules import types
from ._shapes import broadcast_strides, in_front
from ._whole import element_rows
from .access import elementwise
from .family import Address, Family, Kernel, cmsis_nn_call, dims

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band, Call

SUFFIXES = {"int8": "s8", "int16": "s16", "int32": "s32", "int64": "s64", "float32": "f32"}
UPSTREAM_LOOPS = 2

_types = types(
    "Inputs and output are int8, int16, int32, int64 or float32, all alike.",
    same_types(*SUFFIXES),
    two_operands,
    inputs=2,
)


class CmsisNnS8(Kernel):
    """arm_maximum_s8 or arm_minimum_s8, from 7.0.0 on.

    They are called with batches and channels alone: a row of one element, repeated along rows and columns of the
    other operand, makes them step too far (v7.0.0 and 99f736a6).
    """

    provider = "cmsis-nn"

    def __init__(self, name: str) -> None:
        self.name = name

    def takes(self, op: Operator, target: Target) -> bool:
        is_simple = len(broadcast_strides(op.input(0).shape, op.input(1).shape)) <= UPSTREAM_LOOPS
        return op.output.dtype == "int8" and is_simple and target.cmsis_nn.number >= RELEASE_7

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return element_rows(op) is not None

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        spatial = element_rows(op)
        sizes, *steps = zip(*broadcast_strides(op.input(0).shape, op.input(1).shape), strict=True)
        row = 0
        if spatial and band:
            row, sizes = band.first, (op.output.size // spatial.output_rows * band.rows,)
        own = [[size if step else 1 for size, step in zip(sizes, side, strict=True)] for side in steps]
        (n1, c1), (n2, c2), (n, c) = (in_front(side, UPSTREAM_LOOPS, 1) for side in (*own, sizes))
        return cmsis_nn_call(
            self.name,
            ctx=context(0),
            input_1_data=Address(op.input(0), row=row),
            input_1_dims=dims(n=n1, c=c1),
            input_2_data=Address(op.input(1), row=row),
            input_2_dims=dims(n=n2, c=c2),
            output_data=Address(op.output, writable=True, row=row),
            output_dims=dims(n=n, c=c),
        )


def extremum_family(name: str) -> Family:
    """The family of `name`: arm_<name>_s8 and our own cg_<name>_<type>."""
    function = name.lower()
    return Family(
        names=(name,),
        constraints=(*broadcast_rules, _types),
        kernels=(
            CmsisNnS8(f"arm_{function}_s8"),
            *(Elementwise(dtype, f"cg_{function}_{suffix}") for dtype, suffix in SUFFIXES.items()),
        ),
        spatial=element_rows,
        hint="convert the model again with one type for both operands",
    )
