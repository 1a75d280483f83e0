"""Kernels that compute an operator at once, alike on every target: what most operators without windows are."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from .family import Kernel

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band, Call


class WholeKernel(Kernel):
    """A kernel without bands. Subclasses say the call, and `fits` where they do not take every operator."""

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.fits(op)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        return self.whole(op)

    def fits(self, op: Operator) -> bool:  # noqa: ARG002
        """Whether this kernel computes `op` exactly."""
        return True

    @abstractmethod
    def whole(self, op: Operator) -> Call:
        """The call that computes all of `op`."""
