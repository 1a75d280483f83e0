"""ELU of float32 and int8: x where x >= 0, else e^x - 1.

Arithmetic: reference_ops::Elu of TFLite Micro, and for int8 the table that its EluPrepare makes in float32.
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


def elu(x: np.float32) -> np.float32:
    return float32_of(math.exp, x) - np.float32(1) if x < 0 else x


def function(op: Operator) -> Callable[[int], int]:
    return table_function(op, elu)


FAMILY = Family(
    names=("ELU",),
    constraints=(one_operand, _types, quantized(_types), same_shape(one_operand), table_range),
    kernels=(Lookup(function), Unary("float32", "cg_elu_f32")),
    spatial=element_rows,
    hint="convert the model again with int8 or float32 tensors",
)
