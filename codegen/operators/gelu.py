"""GELU of float32 and int8: x times the probability that a normal variable is less than x, or its approximation.

Arithmetic: reference_ops::Gelu of TFLite, and for int8 the table that its GeluPrepare makes in float32. TFLite Micro
has no GELU.
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


def gelu(x: np.float32) -> np.float32:
    return np.float32(0.5) * x * float32_of(math.erfc, x * np.float32(-math.sqrt(0.5)))


def gelu_tanh(x: np.float32) -> np.float32:
    cubic = x + np.float32(0.044715) * x * x * x
    return np.float32(0.5) * x * (np.float32(1) + float32_of(math.tanh, np.float32(math.sqrt(2 / math.pi)) * cubic))


def is_approximate(op: Operator) -> bool:
    return bool(op.option("approximate", False))


def function(op: Operator) -> Callable[[int], int]:
    return table_function(op, gelu_tanh if is_approximate(op) else gelu)


class Exact(Unary):
    """cg_gelu_f32."""

    def fits(self, op: Operator) -> bool:
        return super().fits(op) and not is_approximate(op)


FAMILY = Family(
    names=("GELU",),
    constraints=(one_operand, _types, quantized(_types), same_shape(one_operand), table_range),
    kernels=(Lookup(function), Exact("float32", "cg_gelu_f32"), Unary("float32", "cg_gelu_tanh_f32")),
    spatial=element_rows,
    hint="convert the model again with int8 or float32 tensors",
)
