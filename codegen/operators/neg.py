"""NEG of float32.

Arithmetic: reference_ops::Negate of TFLite Micro; the results are equal, not only close.
"""

from __future__ import annotations

from ._unary import float_family

FAMILY = float_family("NEG")
