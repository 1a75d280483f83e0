"""LOG, the natural logarithm, of float32.

Arithmetic: LogEval of TFLite Micro, as exact as the C library's logf.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("LOG")
