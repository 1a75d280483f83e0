"""MAX_POOL_2D: the largest element of a window, padding not counted.

Arithmetic: reference_integer_ops::MaxPool of TFLite Micro.
"""

from __future__ import annotations

from ._pool import CmsisNnPool, pool_family


class CmsisNnS8(CmsisNnPool):
    """arm_max_pool_s8."""

    name = "arm_max_pool_s8"


FAMILY = pool_family("MAX_POOL_2D", CmsisNnS8())
