"""SIGN of float32: -1 or 1; zeros, and what is not a number, stay as they are.

TFLite Micro lacks it: the results are LiteRT's, equal, not only close.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("SIGN")
