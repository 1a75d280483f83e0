"""TOPK_V2 over the innermost dimension, of a constant number. TFLite Micro lacks it: the results are LiteRT's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import constant, constants
from ._rules import after, shapes_text
from ._whole import WholeKernel
from .cast import NAMES
from .family import Address, Call, Family

if TYPE_CHECKING:
    from ..graph import Operator

SORTED = frozenset(NAMES) - {"uint32", "bool"}


def operands(op: Operator) -> str | None:
    """There are 2 inputs and 2 outputs."""
    well = len(op.inputs) == 2 and None not in op.inputs and len(op.outputs) == 2
    return None if well else f"{len(op.inputs)} inputs, {len(op.outputs)} outputs"


@after(operands)
def types(op: Operator) -> str | None:
    """Input and values are both int8, uint8, int16, int32, int64 or float32; the positions are int32."""
    x, values, positions = op.input().dtype, op.outputs[0].dtype, op.outputs[1].dtype
    return None if x in SORTED and x == values and positions == "int32" else f"{x}, {values} and {positions}"


_count = constant(1, "number of values is", operands, lambda _op: 1)


@after(_count)
def shapes(op: Operator) -> str | None:
    """Both outputs have the input's shape with that number, 1 or more and at most all, in the innermost dimension."""
    x, (values, positions), (k,) = op.input().shape, (y.shape for y in op.outputs), constants(op, 1)
    well = x and 1 <= k <= x[-1] and values == positions == (*x[:-1], k)
    return None if well else f"{shapes_text(x, values, positions)}, {k} values"


class NativeTopK(WholeKernel):
    """The function of cg_topk_v2.h for a type."""

    provider = "native"
    name = "cg_topk_v2"

    def whole(self, op: Operator) -> Call:
        x, columns = op.input(), op.input().shape[-1]
        arguments = (
            ("input", Address(x)),
            ("rows", x.size // columns),
            ("columns", columns),
            ("k", constants(op, 1)[0]),
            ("values", Address(op.outputs[0], writable=True)),
            ("indices", Address(op.outputs[1], writable=True)),
        )
        return Call(f"{self.name}_{NAMES[x.dtype]}", arguments, f"{self.name}.h")


FAMILY = Family(
    names=("TOPK_V2",),
    constraints=(operands, types, _count, shapes),
    kernels=(NativeTopK(),),
    hint="export the model with a fixed number of values",
)
