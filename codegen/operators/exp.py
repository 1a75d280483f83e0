"""EXP of float32, and of int8 and int16 by tables made at compile time.

Arithmetic: reference_ops::Exp of TFLite Micro, as exact as the C library's expf. It has no integers: those are
LiteRT's, a table of 256 results (LUTPopulate), and one of 513 that is interpolated.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ._float_table import float32_of, table_function
from ._interpolation import interpolation_table
from ._lookup import Lookup
from ._rules import after, quantized, same_shape, types_of
from ._unary import Unary, one_operand, unary_types, zero_points_rule
from .family import Family, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator
    from .family import Value

_types = unary_types("Input and output are float32, int8 or int16.", "float32", "int8", "int16")
_quantized = quantized(_types)


def _exp(x: np.float32) -> np.float32:
    return float32_of(math.exp, x)


@after(_types, _quantized)
def results_fit(op: Operator) -> str | None:
    """The exponential of the largest integer input is less than 2^30 times the output scale."""
    x, y = op.input(), op.output
    if x.dtype == "float32":
        return None
    largest = x.scale * (np.iinfo(x.dtype).max - x.zero_point)
    return None if largest < math.log(2.0**30 * y.scale) else f"exp({largest:g}) at scale {y.scale:g}"


def function(op: Operator) -> Callable[[int], int]:
    return table_function(op, _exp)


def _interpolated(op: Operator) -> Mapping[str, Value]:
    x, y = op.input(), op.output
    assert types_of(op) == "int16/int16"
    return {"table": Table("table", interpolation_table(math.exp, np.float32(x.scale), 0, np.float32(y.scale)))}


FAMILY = Family(
    names=("EXP",),
    constraints=(
        one_operand,
        _types,
        _quantized,
        same_shape(one_operand),
        zero_points_rule(_types),
        results_fit,
    ),
    kernels=(Lookup(function), Unary("int16", "cg_lookup_s16", _interpolated), Unary("float32", "cg_exp_f32")),
    hint="leave EXP in float32",
)
