"""BATCH_MATMUL: the matrix product of two tensors' last two dimensions, the others broadcast to each other.

Arithmetic: TFLite 8-bit quantization specification, rounded as reference_ops::BatchMatMul of TFLite Micro (int16: with
sums of 64 bits). Differs from TFLite: mixed types (float32 with int8 weights) are LiteRT's alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arithmetic import INTEGER_RANGE, single_multiplier
from ._broadcast import same_types
from ._cmsis_nn import RELEASE_7, activation, context
from ._rules import after, operands, quantized, shapes_text, types
from ._shapes import broadcast_shape, broadcast_strides, in_front
from ._weighted import LARGEST_SHIFT, LARGEST_SHIFT_64, constant_data
from ._whole import WholeKernel
from .family import Address, Call, Family, Kernel, Table, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band, Struct, Value

LEAST_RANK, MOST_RANK = 2, 5
MOST_PRODUCTS = {"int8": 33_025, "int16": (1 << 17) - 1}
"""Products of two int8 with offsets (255 each) whose sum always fits 32 bits; of two int16, less than 2^47."""
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
_types = types(
    "Inputs and output are all float32, all int8 or all int16.", same_types("float32", "int8", "int16"), _operands, 2
)
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
    """The depth is at most 33025 of int8 and less than 2^17 of int16, so that sums of products fit."""
    depth = matrices(op).depth
    return None if depth <= MOST_PRODUCTS.get(op.output.dtype, math.inf) else str(depth)


@after(_quantized)
def symmetric(op: Operator) -> str | None:
    """int16 tensors have the zero point 0."""
    tensors = (op.input(0), op.input(1), op.output)
    wrong = [repr(t.name) for t in tensors if t.dtype == "int16" and t.zero_point]
    return f"not {' and '.join(wrong)}" if wrong else None


@after(_quantized)
def representable_factor(op: Operator) -> str | None:
    """The product of the input scales / output scale is less than 2^30 (2^7 for int16)."""
    if op.output.dtype == "float32":
        return None
    factor = op.input(0).scale * op.input(1).scale / op.output.scale
    return (
        None if factor < 2.0 ** (LARGEST_SHIFT_64 if op.output.dtype == "int16" else LARGEST_SHIFT) else f"{factor:g}"
    )


def macs(op: Operator) -> int:
    """One for each term of each output."""
    return op.output.size * matrices(op).depth


# ---------------------------------------------------------------------------------------------------- kernels
def shape_struct(op: Operator) -> Struct:
    """cg_batch_matmul_shape."""
    found = matrices(op)
    sizes, *steps = zip(*_batches(op), strict=True)
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


Parameters = Callable[["Operator"], "dict[str, Value]"]


def nothing(op: Operator) -> dict[str, Value]:  # noqa: ARG001
    """Floats have no parameters."""
    return {}


def s8_parameters(op: Operator) -> dict[str, Value]:
    """The arguments of cg_batch_matmul_s8 between shape and operands."""
    factor = single_multiplier(op.input(0), op.input(1), op.output)
    return {
        "lhs_offset": -op.input(0).zero_point,
        "rhs_offset": -op.input(1).zero_point,
        "multiplier": factor.multiplier,
        "shift": factor.shift,
        "output_offset": op.output.zero_point,
    }


def s16_parameters(op: Operator) -> dict[str, Value]:
    """The same of cg_batch_matmul_s16."""
    factor = single_multiplier(op.input(0), op.input(1), op.output)
    return {"multiplier": factor.multiplier, "shift": factor.shift}


class Native(WholeKernel):
    """cg_batch_matmul_`kind`: operands in memory either way round."""

    provider = "native"

    def __init__(self, kind: str, dtype: str, parameters: Parameters = nothing) -> None:
        self.name = f"cg_batch_matmul_{kind}"
        self.dtype = dtype
        self.parameters = parameters

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == self.dtype

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            shape=shape_struct(op),
            **self.parameters(op),
            lhs=Address(op.input(0)),
            rhs=Address(op.input(1)),
            output=Address(op.output, writable=True),
        )


class CmsisNn(Kernel):
    """arm_batch_matmul_s8 and _s16, from 7.0.0 on: rows of the left operand times rows of a transposed right one.

    Constants that lie the other way round are transposed here; two loops over batches at most.
    """

    provider = "cmsis-nn"

    def __init__(self, kind: str, dtype: str) -> None:
        self.name = f"arm_batch_matmul_{kind}"
        self.dtype = dtype

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != self.dtype or target.cmsis_nn.number < RELEASE_7:
            return False
        lies_right = all(not _must_turn(op, k) or op.input(k).is_constant for k in (0, 1))
        return lies_right and len(_batches(op)) <= UPSTREAM_BATCHES and (self.dtype == "int8" or _halves_fit(op))

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """On MVE int8 sums the right operand's rows."""
        return 4 * matrices(op).columns if self.dtype == "int8" and target.isa.mve else 0

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        found = matrices(op)
        sizes, *steps = zip(*_batches(op), strict=True)
        factor = single_multiplier(op.input(0), op.input(1), op.output)
        own = [[n if step else 1 for n, step in zip(sizes, side, strict=True)] for side in steps]
        (n1, h1), (n2, h2), (n, h) = (in_front(side, UPSTREAM_BATCHES, 1) for side in (*own, sizes))
        return cmsis_nn_call(
            self.name,
            ctx=context(self.scratch_bytes(op, target, band)),
            bmm_params=struct(
                "cmsis_nn_bmm_params",
                adj_x=0,
                adj_y=0,
                fc_params=struct(
                    "cmsis_nn_fc_params",
                    input_offset=-op.input(0).zero_point,
                    filter_offset=-op.input(1).zero_point,
                    output_offset=op.output.zero_point,
                    activation=activation(INTEGER_RANGE[self.dtype]),
                ),
            ),
            quant_params=struct("cmsis_nn_per_tensor_quant_params", multiplier=factor.multiplier, shift=factor.shift),
            input_lhs_dims=dims(n1, h1, found.rows, found.depth),
            input_lhs=_lying_right(op, 0, "lhs"),
            input_rhs_dims=dims(n2, h2, found.columns, found.depth),
            input_rhs=_lying_right(op, 1, "rhs"),
            output_dims=dims(n, h, found.rows, found.columns),
            output=Address(op.output, writable=True),
        )


UPSTREAM_BATCHES = 2


def _batches(op: Operator) -> list[tuple[int, ...]]:
    """The loops over batches: their sizes, and the matrices from one to the next in each operand."""
    return broadcast_strides(op.input(0).shape[:-2], op.input(1).shape[:-2])


def _must_turn(op: Operator, side: int) -> bool:
    """Whether the terms of a sum do not follow each other in operand `side`."""
    found = matrices(op)
    is_vector = min(op.input(side).shape[-2:]) == 1
    return (found.lhs_adjoint if side == 0 else not found.rhs_adjoint) and not is_vector


def _lying_right(op: Operator, side: int, name: str) -> Address | Table:
    tensor = op.input(side)
    if not _must_turn(op, side):
        return Address(tensor)
    return Table(f"{name}_transposed", np.ascontiguousarray(constant_data(tensor).swapaxes(-1, -2)))


def _halves_fit(op: Operator) -> bool:
    """Whether twice a rescaled sum of int16 fits the 32 bits in which upstream rounds it."""
    factor = op.input(0).scale * op.input(1).scale / op.output.scale
    return matrices(op).depth * factor < 1.0


FAMILY = Family(
    names=("BATCH_MATMUL",),
    constraints=(_operands, _types, _quantized, symmetric, ranks, product_shape, summable, representable_factor),
    kernels=(
        CmsisNn("s8", "int8"),
        CmsisNn("s16", "int16"),
        Native("s8", "int8", s8_parameters),
        Native("s16", "int16", s16_parameters),
        Native("f32", "float32"),
    ),
    macs=macs,
    hint="both operands must be float32, int8 or int16",
)
