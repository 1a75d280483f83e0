"""MAX_POOL_2D: the largest element of a window, padding not counted.

Arithmetic: reference_integer_ops::MaxPool of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._pool import CmsisNnPool, pool_family, window
from .access import windowed

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .access import Access
    from .family import Band


class CmsisNnS8(CmsisNnPool):
    """arm_max_pool_s8. It writes the first element of a window, and then every larger one."""

    name = "arm_max_pool_s8"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        shape = window(op)
        return windowed(op.output, op.input(), shape, band, block=0, groups=shape.input_channels, writes_first=True)


FAMILY = pool_family("MAX_POOL_2D", CmsisNnS8())
