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


class CmsisNn(CmsisNnPool):
    """arm_max_pool_s8 and _s16. They write the first element of a window, and then every larger one."""

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        shape = window(op)
        return windowed(op.output, op.input(), shape, band, block=0, groups=shape.input_channels, writes_first=True)


FAMILY = pool_family("MAX_POOL_2D", CmsisNn("arm_max_pool", "int8"), CmsisNn("arm_max_pool", "int16"))
