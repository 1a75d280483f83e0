"""MAXIMUM of two tensors, broadcast to each other where their shapes differ.

Arithmetic: MaximumOp of TFLite Micro. Quantized values are compared as they are, whatever their scales: the
converter gives all operands of MAXIMUM the same quantization.
"""

from __future__ import annotations

from ._broadcast import Elementwise, broadcast_rules, same_types, two_operands
from ._rules import types
from ._whole import element_rows
from .family import Family

_types = types(
    "Inputs and output are int8, int16, int32, int64 or float32, all alike.",
    same_types("int8", "int16", "int32", "int64", "float32"),
    two_operands,
    inputs=2,
)

FAMILY = Family(
    names=("MAXIMUM",),
    constraints=(*broadcast_rules, _types),
    kernels=(
        Elementwise("int8", "cg_maximum_s8"),
        Elementwise("int16", "cg_maximum_s16"),
        Elementwise("int32", "cg_maximum_s32"),
        Elementwise("int64", "cg_maximum_s64"),
        Elementwise("float32", "cg_maximum_f32"),
    ),
    spatial=element_rows,
    hint="convert the model again with one type for both operands",
)
