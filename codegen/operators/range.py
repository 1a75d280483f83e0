"""RANGE of int32, int64 and float32. TFLite Micro lacks it: the results are those of LiteRT.

The output's shape in the file counts: a range whose length the model computes has no static shape.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ._rules import after, operands, types
from ._whole import WholeKernel
from .cast import NAMES
from .family import Address, Call, Family

if TYPE_CHECKING:
    from ..graph import Operator

_operands = operands(3)
_types = types(
    "Inputs and output are all int32, int64 or float32.",
    frozenset("/".join([dtype] * 4) for dtype in ("int32", "int64", "float32")),
    _operands,
    inputs=3,
)


@after(_operands)
def scalars(op: Operator) -> str | None:
    """Start, limit and delta are one element each, and the output has 1 dimension."""
    sizes = [op.input(k).size for k in range(3)]
    return None if sizes == [1, 1, 1] and len(op.output.shape) == 1 else f"{sizes} and {list(op.output.shape)}"


@after(_types, scalars)
def length(op: Operator) -> str | None:
    """Where start, limit and delta are constants, the output has as many elements as there are between them."""
    data = [op.input(k).data for k in range(3)]
    if any(x is None for x in data):
        return None
    start, limit, delta = (x.reshape(-1)[0] for x in data if x is not None)
    steps = [float(x) for x in (start, limit, delta)]
    if not all(map(math.isfinite, steps)) or steps[2] == 0:
        return f"{steps[0]:g} to {steps[1]:g} by {steps[2]:g}"
    if op.output.dtype == "float32":
        count = math.ceil(abs((np.float32(limit) - np.float32(start)) / np.float32(delta)))
    else:
        count = -(-abs(int(limit) - int(start)) // abs(int(delta)))
    forward = (steps[1] - steps[0]) * steps[2] >= 0
    found = f"{steps[0]:g} to {steps[1]:g} by {steps[2]:g} for {op.output.size}"
    return None if forward and count == op.output.size else found


class NativeRange(WholeKernel):
    """The function of cg_range.h for a type."""

    provider = "native"
    name = "cg_range"

    def whole(self, op: Operator) -> Call:
        arguments = (
            ("start", Address(op.input(0))),
            ("delta", Address(op.input(2))),
            ("count", op.output.size),
            ("output", Address(op.output, writable=True)),
        )
        return Call(f"{self.name}_{NAMES[op.output.dtype]}", arguments, f"{self.name}.h")


FAMILY = Family(
    names=("RANGE",),
    constraints=(_operands, _types, scalars, length),
    kernels=(NativeRange(),),
    hint="export the model with fixed shapes",
)
