"""SQRT of float32.

Arithmetic: SqrtEval of TFLite Micro; the results are equal where the square root is IEEE 754's.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("SQRT")
