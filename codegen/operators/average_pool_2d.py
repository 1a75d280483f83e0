"""AVERAGE_POOL_2D: the mean of a window, padding not counted, rounded to nearest with halves away from zero.

Arithmetic: reference_integer_ops::AveragePool of TFLite Micro, which upstream follows in every release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._pool import CmsisNnPool, SmallPool, SumsS8, pool_family, window

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band


class CmsisNn(CmsisNnPool):
    """arm_avgpool_s8 and _s16. With DSP and without MVE they keep the sums of a pixel in scratch."""

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return 4 * window(op).input_channels if target.isa.dsp and not target.isa.mve else 0


FAMILY = pool_family(
    "AVERAGE_POOL_2D",
    CmsisNn("arm_avgpool", "int8"),
    CmsisNn("arm_avgpool", "int16"),
    more=(SmallPool("cg_average_pool_2d"),),
    accumulators=(SumsS8(),),
)
