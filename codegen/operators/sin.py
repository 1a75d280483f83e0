"""SIN of float32.

Arithmetic: SinEval of TFLite Micro, as exact as the C library's sinf.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("SIN")
