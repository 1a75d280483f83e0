"""POW: x^y of two tensors, broadcast to each other where their shapes differ. TFLite Micro has no POW.

Arithmetic: reference_ops::Pow of LiteRT; float32 within 1e-5 of it (the C library's powf), int32 equal.
"""

from __future__ import annotations

from ._broadcast import Elementwise, broadcast_rules, same_types, two_operands
from ._rules import types
from .family import Family

_types = types("Inputs and output are int32 or float32, all alike.", same_types("int32", "float32"), two_operands,
               inputs=2)  # fmt: skip

FAMILY = Family(
    names=("POW",),
    constraints=(*broadcast_rules, _types),
    kernels=(Elementwise("int32", "cg_pow_s32"), Elementwise("float32", "cg_pow_f32")),
    hint="convert the model again without quantizing POW",
)
