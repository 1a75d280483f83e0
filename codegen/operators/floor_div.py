"""FLOOR_DIV of two float tensors, broadcast to each other where their shapes differ.

Arithmetic: reference_ops::FloorDiv of TFLite Micro; the results are equal, not only close.
"""

from __future__ import annotations

from ._broadcast import Elementwise, broadcast_rules, same_types, two_operands
from ._rules import types
from .family import Family

_types = types("Inputs and output are float32.", same_types("float32"), two_operands, inputs=2)

FAMILY = Family(
    names=("FLOOR_DIV",),
    constraints=(*broadcast_rules, _types),
    kernels=(Elementwise("float32", "cg_floor_div_f32"),),
    hint="compute integers outside of the model, or cast them to float32",
)
