"""BATCH_MATMUL: the matrix product of two tensors' last two dimensions, the others broadcast to each other.

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_ops::BatchMatMul of TFLite Micro (int16: with
sums of 64 bits). Differs from TFLite: mixed types (float32 with int8 weights) are LiteRT's alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import single_multiplier
from ._rules import after, operands, quantized, shapes_text, types
from ._shapes import broadcast_shape, broadcast_strides, in_front
from ._weighted import LARGEST_SHIFT
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Constraint, Struct, Value

LEAST_RANK, MOST_RANK = 2, 5
MOST_PRODUCTS = 33_025
"""Products of two int8 with offsets (255 each) whose sum always fits 32 bits."""
BATCHES = 3
"""Loops over batches of the kernels."""


class Matrices(NamedTuple):
    """rows x depth times depth x columns. An operand that is `adjoint` lies in memory the other way round."""

    rows: int
    depth: int
    columns: int
    lhs_adjoint: bool
    rhs_adjoint: bool


def matrices(op: Operator) -> Matrices:
    """The matrices of one batch, the depth as the left operand has it."""
    lhs, rhs = op.input(0).shape[-2:], op.input(1).shape[-2:]
    adj_x, adj_y = bool(op.option("adj_x", False)), bool(op.option("adj_y", False))
    rows, depth = reversed(lhs) if adj_x else lhs
    return Matrices(rows, depth, rhs[0] if adj_y else rhs[1], adj_x, adj_y)


# ------------------------------------------------------------------------------------------------ constraints
_operands = operands(2)
_types = types("Inputs and output are all int8.", frozenset({"int8/int8/int8"}), _operands, 2)
_quantized = quantized(_types)


@after(_operands)
def ranks(op: Operator) -> str | None:
    """Both inputs have 2 to 5 dimensions, none of them empty."""
    shapes = op.input(0).shape, op.input(1).shape
    fit = all(LEAST_RANK <= len(shape) <= MOST_RANK and min(shape) > 0 for shape in shapes)
    return None if fit else shapes_text(*shapes)


@after(ranks)
def product_shape(op: Operator) -> str | None:
    """The inner dimensions agree; the output has the batches, broadcast to each other, and the outer dimensions."""
    lhs, rhs, output = op.input(0).shape, op.input(1).shape, op.output.shape
    found = matrices(op)
    batches = broadcast_shape(lhs[:-2], rhs[:-2])
    agree = found.depth == rhs[-1 if found.rhs_adjoint else -2] and batches is not None
    agree = agree and output == (*(batches or ()), found.rows, found.columns)
    adjoint = f"adj_x {found.lhs_adjoint}, adj_y {found.rhs_adjoint}"
    return None if agree else f"{shapes_text(lhs, rhs, output)}, {adjoint}"


@after(_types, ranks)
def summable(op: Operator) -> str | None:
    """The depth is at most 33025 of int8, so that sums of products fit."""
    depth = matrices(op).depth
    return None if depth <= MOST_PRODUCTS else str(depth)


@after(_quantized)
def representable_factor(op: Operator) -> str | None:
    """The product of the input scales / output scale is less than 2^30."""
    factor = op.input(0).scale * op.input(1).scale / op.output.scale
    return None if factor < 2.0**LARGEST_SHIFT else f"{factor:g}"


def macs(op: Operator) -> int:
    """One for each term of each output."""
    return op.output.size * matrices(op).depth


# ---------------------------------------------------------------------------------------------------- kernels
def shape_struct(op: Operator) -> Struct:
    """cg_batch_matmul_shape."""
    found = matrices(op)
    loops = broadcast_strides(op.input(0).shape[:-2], op.input(1).shape[:-2])
    sizes, *steps = zip(*loops, strict=True)
    lhs_batch, rhs_batch = found.rows * found.depth, found.depth * found.columns
    return struct(
        "cg_batch_matmul_shape",
        batches=in_front(sizes, BATCHES, 1),
        lhs_batch=in_front([step * lhs_batch for step in steps[0]], BATCHES, 0),
        rhs_batch=in_front([step * rhs_batch for step in steps[1]], BATCHES, 0),
        rows=found.rows,
        depth=found.depth,
        columns=found.columns,
        lhs_row=1 if found.lhs_adjoint else found.depth,
        lhs_step=found.rows if found.lhs_adjoint else 1,
        rhs_column=found.depth if found.rhs_adjoint else 1,
        rhs_step=1 if found.rhs_adjoint else found.columns,
    )


def parameters(op: Operator) -> dict[str, Value]:
    """The arguments of the quantization."""
    factor = single_multiplier(op.input(0), op.input(1), op.output)
    return {
        "lhs_offset": -op.input(0).zero_point,
        "rhs_offset": -op.input(1).zero_point,
        "multiplier": factor.multiplier,
        "shift": factor.shift,
        "output_offset": op.output.zero_point,
    }


class Native(WholeKernel):
    """cg_batch_matmul_s8."""

    provider = "native"
    name = "cg_batch_matmul_s8"

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            shape=shape_struct(op),
            **parameters(op),
            lhs=Address(op.input(0)),
            rhs=Address(op.input(1)),
            output=Address(op.output, writable=True),
        )


_constraints: tuple[Constraint, ...] = (
    _operands,
    _types,
    _quantized,
    ranks,
    product_shape,
    summable,
    representable_factor,
)

FAMILY = Family(
    names=("BATCH_MATMUL",),
    constraints=_constraints,
    kernels=(Native(),),
    macs=macs,
    hint="quantize both operands to int8",
)
