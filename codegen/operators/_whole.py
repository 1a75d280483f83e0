"""Kernels that compute an operator at once, alike on every target: what most operators without windows are."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from .family import Address, Kernel, Spatial, Struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band, Call, Value


def element_rows(op: Operator) -> Spatial | None:
    """The rows of an operator whose output has, element by element, the shape of its inputs: one image of NHWC."""
    shape = op.output.shape
    alike = len(shape) == 4 and shape[0] == 1 and all(t is None or t.shape == shape for t in op.inputs)
    return Spatial(shape[1], shape[1]) if alike else None


def part_of_rows(whole: Call, op: Operator, band: Band | None, counts: str) -> Call:
    """The call `whole`, which goes through all elements, for the rows of `band` only. `counts` names the argument that
    counts elements, or the tuple in a struct whose last entry does."""
    spatial = element_rows(op)
    if band is None or spatial is None or band == spatial.whole:
        return whole
    elements = band.rows * (op.output.size // spatial.output_rows)

    def part(name: str, value: Value) -> Value:
        if isinstance(value, Address):
            return replace(value, row=band.first)
        if isinstance(value, Struct) and any(key == counts for key, _ in value.fields):
            return replace(value, fields=tuple((key, part(key, item)) for key, item in value.fields))
        if name == counts:
            return (*value[:-1], elements) if isinstance(value, tuple) else elements
        return value

    return replace(whole, arguments=tuple((name, part(name, value)) for name, value in whole.arguments))


class WholeKernel(Kernel):
    """A kernel without bands, but for those that compute element by element and say so by `counts`.

    Subclasses say the call, and `fits` where they do not take every operator.
    """

    counts: ClassVar[str] = ""
    """The argument that counts elements (or the tuple in a struct of that name, whose last entry does)."""

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return self.fits(op)

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return bool(self.counts) and element_rows(op) is not None

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        return part_of_rows(self.whole(op), op, band, self.counts)

    def fits(self, op: Operator) -> bool:  # noqa: ARG002
        """Whether this kernel computes `op` exactly."""
        return True

    @abstractmethod
    def whole(self, op: Operator) -> Call:
        """The call that computes all of `op`."""
