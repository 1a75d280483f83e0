"""COS of float32.

Arithmetic: CosEval of TFLite Micro, as exact as the C library's cosf.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("COS")
