"""LOG, the natural logarithm, of float32, and of int8 by a table made at compile time.

Arithmetic: LogEval of TFLite Micro, as exact as the C library's logf. It has no integers: those are LiteRT's, whose
table (LUTPopulate) holds the least number of the output for all that is not positive.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ._float_table import float32_of, table_function, table_range
from ._lookup import Lookup
from ._rules import quantized, same_shape
from ._unary import Unary, one_operand, unary_types
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator

_types = unary_types("Input and output are float32 or int8.", "float32", "int8")


def function(op: Operator) -> Callable[[int], int]:
    least = np.float32((-128 - op.output.zero_point) * op.output.scale)
    return table_function(op, lambda x: float32_of(math.log, x) if x > 0 else least)


FAMILY = Family(
    names=("LOG",),
    constraints=(one_operand, _types, quantized(_types), same_shape(one_operand), table_range),
    kernels=(Lookup(function), Unary("float32", "cg_log_f32")),
    spatial=element_rows,
    hint="leave LOG in float32 or int8, or replace it by an operator that has the type",
)
