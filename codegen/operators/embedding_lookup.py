"""EMBEDDING_LOOKUP: rows of a table of any type, or of int8 rows as floats.

Arithmetic: EvalSimple and EvalHybrid of TFLite Micro's embedding_lookup.cc; the results are equal. A row outside of the
table is taken as the nearest that is inside, where TFLite Micro stops with an error.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from ..graph import ITEM_BITS
from ._copies import item_bytes, output_shape
from ._rules import after, operands, quantization_fault, shapes_text
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(2)


@after(_operands)
def types(op: Operator) -> str | None:
    """Rows are named by int32 numbers; the output has the table's type, of whole bytes, or is float32 of int8."""
    ids, table, y = op.input().dtype, op.input(1).dtype, op.output.dtype
    same = table == y and ITEM_BITS.get(y, 0) >= 8
    return None if ids == "int32" and (same or is_hybrid(op)) else f"{ids}, {table} and {y}"


def is_hybrid(op: Operator) -> bool:
    """Whether int8 rows become floats."""
    return (op.input(1).dtype, op.output.dtype) == ("int8", "float32")


@after(_operands)
def ranks(op: Operator) -> str | None:
    """The numbers have 1 dimension, the table 2 or more."""
    ids, table = op.input().shape, op.input(1).shape
    return None if len(ids) == 1 and len(table) >= 2 else shapes_text(ids, table)


_shape = output_shape(
    "The output has a row of the table for each number.",
    lambda op: (*op.input().shape, *op.input(1).shape[1:]),
    ranks,
    position=1,
)


@after(types)
def symmetric(op: Operator) -> str | None:
    """An int8 table that becomes floats has one positive scale and the zero point 0."""
    table = op.input(1)
    if not is_hybrid(op):
        return None
    return quantization_fault(table) or (f"zero point {table.zero_point}" if table.zero_point else None)


class Rows(WholeKernel):
    """cg_gather along the first dimension."""

    provider = "native"
    name = "cg_gather"

    def fits(self, op: Operator) -> bool:
        return not is_hybrid(op)

    def whole(self, op: Operator) -> Call:
        ids, table = op.input(), op.input(1)
        params = struct(
            "cg_gather_params",
            batches=1,
            outer=1,
            axis=table.shape[0],
            positions=ids.size,
            slice_bytes=prod(table.shape[1:]) * item_bytes(table),
            index_bytes=4,
        )
        return native_call(
            self.name,
            params=params,
            table=Address(table),
            indices=Address(ids),
            output=Address(op.output, writable=True),
        )


class FloatRows(WholeKernel):
    """cg_embedding_lookup_s8_f32."""

    provider = "native"
    name = "cg_embedding_lookup_s8_f32"

    def fits(self, op: Operator) -> bool:
        return is_hybrid(op)

    def whole(self, op: Operator) -> Call:
        ids, table = op.input(), op.input(1)
        return native_call(
            self.name,
            table=Address(table),
            rows=table.shape[0],
            columns=prod(table.shape[1:]),
            scale=table.scale,
            indices=Address(ids),
            count=ids.size,
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("EMBEDDING_LOOKUP",),
    constraints=(_operands, types, ranks, _shape, symmetric),
    kernels=(Rows(), FloatRows()),
    hint="export the model with fixed shapes",
)
