"""What TFLite Micro's signal operators share: rules over types, sizes and options, kernels from one function.

Their custom options are read by name; TFLite Micro reads them by position, which is the same for every map that has
just the names it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._rules import after, shapes_text
from ._whole import WholeKernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator, Tensor
    from .family import Call, Constraint

HINT = "export the model again with the signal library of tflite-micro"
LIMIT = 1 << 24
"""More samples, channels or delay than any device has memory for: sizes stay 32-bit numbers."""


class SignalKernel(WholeKernel):
    """The kernel `name`, which takes every operator of its family (of the type of input 0, where one is given)."""

    provider = "native"

    def __init__(self, name: str, call: Callable[[Operator, str], Call], dtype: str | None = None) -> None:
        self.name = name
        self._call = call
        self._dtype = dtype

    def fits(self, op: Operator) -> bool:
        return self._dtype in (None, op.input().dtype)

    def whole(self, op: Operator) -> Call:
        return self._call(op, self.name)


def tensors(*allowed: str) -> Constraint:
    """The rule that inputs and outputs have the types of one of `allowed` ("int16/int16 to uint32")."""

    def rule(op: Operator) -> str | None:
        inputs = "/".join("none" if tensor is None else tensor.dtype for tensor in op.inputs)
        found = f"{inputs} to {'/'.join(tensor.dtype for tensor in op.outputs)}"
        return None if found in allowed else found

    rule.__doc__ = f"The types of inputs and outputs are {' or '.join(allowed)}."
    return rule


def ranks(given: Constraint, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> Constraint:
    """The rule that inputs and outputs have these numbers of dimensions."""

    @after(given)
    def rule(op: Operator) -> str | None:
        shapes = [tensor.shape for tensor in (*op.inputs, *op.outputs) if tensor is not None]
        well = tuple(map(len, shapes)) == (*inputs, *outputs)
        return None if well else shapes_text(*shapes)

    def said(ranks: tuple[int, ...]) -> str:
        return ", ".join(map(str, ranks))

    rule.__doc__ = f"Inputs have {said(inputs)} dimensions, outputs {said(outputs)}."
    return rule


def sizes(sentence: str, wanted: Callable[[Operator], bool], *given: Constraint) -> Constraint:
    """The rule `sentence` about shapes: `wanted`."""

    @after(*given)
    def rule(op: Operator) -> str | None:
        shapes = [tensor.shape for tensor in (*op.inputs, *op.outputs) if tensor is not None]
        return None if wanted(op) else shapes_text(*shapes)

    rule.__doc__ = sentence
    return rule


def last(tensor: Tensor) -> int:
    """The last dimension; 1 of a scalar."""
    return tensor.shape[-1] if tensor.shape else 1
