"""Operators that put several tensors together along an axis, or take one apart: one cg_copy_strided for each part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ._copies import item_bytes
from ._rules import after, shapes_text
from ._shapes import integers
from .family import Address, Call, Kernel, Placed, native_call

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Band, Constraint, Value


class Part(NamedTuple):
    """A tensor of `extent` positions (elements, with those inside of the axis) that begin in the whole at `begin`."""

    tensor: Tensor
    extent: int
    begin: int


class Parts(NamedTuple):
    """The whole as `outer` rows, and the parts of a row."""

    whole: Tensor
    outer: int
    parts: tuple[Part, ...]


def parts_along(whole: Tensor, axis: int, tensors: tuple[Tensor, ...]) -> Parts:
    """`tensors` as parts of `whole`, one after the other along `axis`."""
    outer = prod(whole.shape[:axis])

    def each() -> Iterator[Part]:
        begin = 0
        for tensor in tensors:
            extent = tensor.size // outer
            yield Part(tensor, extent, begin)
            begin += extent

    return Parts(whole, outer, tuple(each()))


class PartCopies(Kernel):
    """cg_copy_strided between a whole and its parts; `splits`: from the whole."""

    provider = "native"
    name = "cg_copy_strided"

    def __init__(self, parts: Callable[[Operator], Parts], *, splits: bool) -> None:
        self.parts = parts
        self.splits = splits

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        """The first of the calls, which is all where there is one part."""
        return self.calls(op, target, band)[0]

    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:  # noqa: ARG002
        found = self.parts(op)
        return tuple(self._copy(found, part, number) for number, part in enumerate(found.parts))

    def placed(self, op: Operator) -> tuple[Placed | None, ...]:
        found = self.parts(op)
        if found.outer != 1:
            return ()
        item = item_bytes(found.whole)
        return tuple(Placed(part.tensor, found.whole, part.begin * item) for part in found.parts)

    def _copy(self, found: Parts, part: Part, number: int) -> Call:
        item = item_bytes(found.whole)
        whole_pitch, part_pitch = found.whole.bytes // found.outer, part.extent * item
        pitches = (whole_pitch, part_pitch) if self.splits else (part_pitch, whole_pitch)
        inside = Address(found.whole, writable=not self.splits, offset=part.begin)
        alone = Address(part.tensor, writable=self.splits)
        arguments: dict[str, Value] = {
            "input" if self.splits else f"input_{number}": inside if self.splits else alone,
            "input_pitch": pitches[0],
            "rows": found.outer,
            "row_bytes": part_pitch,
            "output": alone if self.splits else inside,
            "output_pitch": pitches[1],
        }
        return native_call(self.name, **arguments)


def several_outputs(inputs: int) -> Constraint:
    """The rule that `inputs` inputs are there, and 1 or more outputs."""

    def rule(op: Operator) -> str | None:
        present = len(op.inputs) == inputs and None not in op.inputs
        return None if present and op.outputs else f"{len(op.inputs)} inputs, {len(op.outputs)} outputs"

    noun = "input" if inputs == 1 else "inputs"
    rule.__doc__ = f"There are {inputs} {noun} and 1 or more outputs."
    return rule


def constant_axis(position: int, whole: Callable[[Operator], Tensor], given: Constraint) -> Constraint:
    """The rule that input number `position` is a dimension of `whole`, known before the model runs."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """The axis is a constant dimension of the input."""
        found, rank = integers(op.input(position)), len(whole(op).shape)
        if found is None:
            return f"tensor {op.input(position).name!r} is no int32 or int64 constant"
        return None if len(found) == 1 and -rank <= found[0] < rank else f"{list(found)} of {rank} dimensions"

    return rule


def option_axis(whole: Callable[[Operator], tuple[int, ...]], given: Constraint) -> Constraint:
    """The rule that the option `axis` is a dimension of the shape `whole`."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """The axis is a dimension of the tensor that is taken apart or made."""
        found, rank = op.option("axis", 0), len(whole(op))
        return None if isinstance(found, int) and -rank <= found < rank else f"axis {found} of {rank} dimensions"

    return rule


def add_up(whole: Callable[[Operator], Tensor], axis: Callable[[Operator], int], *given: Constraint) -> Constraint:
    """The rule that the outputs are parts of `whole` along `axis`."""

    @after(*given)
    def rule(op: Operator) -> str | None:
        """Outputs have the input's shape but for the axis, along which they add up."""
        x, k = whole(op).shape, axis(op)
        every = [tensor.shape for tensor in op.outputs]
        alike = all(len(y) == len(x) and (*y[:k], *y[k + 1 :]) == (*x[:k], *x[k + 1 :]) for y in every)
        return None if alike and sum(y[k] for y in every) == x[k] else f"{shapes_text(x, *every)}, axis {k}"

    return rule
