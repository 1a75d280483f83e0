"""ROUND of float32: halves go to the even neighbour.

Arithmetic: reference_ops::Round of TFLite Micro; the results are equal, not only close.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("ROUND")
