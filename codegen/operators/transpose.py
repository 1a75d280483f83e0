"""TRANSPOSE of any type.

Source: reference_ops::Transpose of TFLite Micro; bytes are not changed. arm_transpose_s8 is used where a matrix (or,
on MVE, each of several matrices) is transposed: there it is right and fast. Elsewhere it goes element by element; two
dimensions it transposes even where the permutation says to copy, and so does MVE the last two of four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._copies import Copy, CopyKernel, Loop, constant, constants, input_rank, joined, output_shape, same_type, strides
from ._rules import after, operands
from ._whole import WholeKernel
from .family import Address, Call, Family, Table, cmsis_nn_call, dims, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target

MVE_COLUMNS = 9362
"""Upstream's 16-bit offsets reach 7 rows of so many elements."""

UINT16_MAX = 65535

_operands = operands(2)
_constant = constant(1, "permutation is", _operands, input_rank)


@after(_constant)
def permutation(op: Operator) -> str | None:
    """The permutation names every dimension once."""
    found = constants(op, 1)
    return None if sorted(found) == list(range(input_rank(op))) else f"{list(found)} of {input_rank(op)} dimensions"


def loops(op: Operator) -> list[Loop]:
    """The dimensions of the output."""
    shape, order = op.input().shape, constants(op, 1)
    steps = strides(shape)
    return [Loop(shape[k], steps[k], out) for k, out in zip(order, strides([shape[k] for k in order]), strict=True)]


_shape = output_shape(
    "The output has the input's dimensions in the order of the permutation.",
    lambda op: tuple(op.input().shape[k] for k in constants(op, 1)),
    permutation,
)


def matrices(op: Operator) -> tuple[int, int, int] | None:
    """(count, rows, columns) of the input where the operator transposes matrices; None where it does something else."""
    found = joined(loops(op))
    if len(found) not in (2, 3) or found[-2].input_stride != 1:
        return None
    columns, rows = found[-2].size, found[-1].size
    count = found[0].size if len(found) == 3 else 1
    adjacent = found[-1].input_stride == columns and (count == 1 or found[0].input_stride == rows * columns)
    return (count, rows, columns) if adjacent else None


class CmsisNnS8(WholeKernel):
    """arm_transpose_s8, which v7.0.0 brought."""

    provider = "cmsis-nn"
    name = "arm_transpose_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        found = matrices(op) if op.input().dtype == "int8" and target.cmsis_nn.number >= 70000 else None
        if found is None:
            return False
        count, rows, columns = found
        return (count == 1 or target.isa.mve) and rows <= UINT16_MAX and columns <= MVE_COLUMNS

    def whole(self, op: Operator) -> Call:
        found = matrices(op)
        assert found is not None
        count, rows, columns = found
        order = (1, 0) if count == 1 else (0, 1, 3, 2)
        params = struct(
            "cmsis_nn_transpose_params",
            num_dims=len(order),
            permutations=Table("permutation", read_only(np.array(order, np.uint32))),
        )
        return cmsis_nn_call(
            self.name,
            input_data=Address(op.input()),
            output_data=Address(op.output, writable=True),
            input_dims=dims(rows, columns) if count == 1 else dims(count, 1, rows, columns),
            output_dims=dims(columns, rows) if count == 1 else dims(count, 1, columns, rows),
            transpose_params=params,
        )


FAMILY = Family(
    names=("TRANSPOSE",),
    constraints=(_operands, same_type(_operands), _constant, permutation, _shape),
    kernels=(CmsisNnS8(), CopyKernel(lambda op: Copy(loops(op)))),
    hint="export the model with a fixed permutation",
)
