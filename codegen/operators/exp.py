"""EXP of float32.

Arithmetic: reference_ops::Exp of TFLite Micro, as exact as the C library's expf.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("EXP")
