"""MIRROR_PAD of any type: borders that repeat what lies inside, with the edge (SYMMETRIC) or without it (REFLECT).

Source: MirrorPad of TFLite Micro's mirror_pad.cc; bytes are not changed. The input is copied to its place in the
output, then each dimension is mirrored within the output, the innermost first: one cg_copy_nd for each border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copies import Copy, Loop, constant, constants, copy_call, input_rank, output_shape, same_type, strides
from ._rules import after, operands
from .family import Call, Family, Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Operator
    from ..target import Target
    from .family import Band

_operands = operands(2)
_constant = constant(1, "paddings are", _operands, lambda op: 2 * input_rank(op))


def paddings(op: Operator) -> list[tuple[int, int]]:
    """(before, after) of each dimension."""
    found = constants(op, 1)
    return list(zip(found[::2], found[1::2], strict=True))


def without_edge(op: Operator) -> int:
    return 1 if op.option("mode", "REFLECT") == "REFLECT" else 0


@after(_operands)
def mode(op: Operator) -> str | None:
    """The mode is REFLECT or SYMMETRIC."""
    found = op.option("mode", "REFLECT")
    return None if found in ("REFLECT", "SYMMETRIC") else str(found)


@after(_constant, mode)
def amounts(op: Operator) -> str | None:
    """A border is not larger than what it repeats: the dimension, without the edge for REFLECT."""
    sizes = zip(op.input().shape, paddings(op), strict=True)
    well = all(0 <= amount <= size - without_edge(op) for size, both in sizes for amount in both)
    return None if well else f"{list(constants(op, 1))} for {list(op.input().shape)}"


_shape = output_shape(
    "The output has the input's shape plus the paddings.",
    lambda op: tuple(size + sum(both) for size, both in zip(op.input().shape, paddings(op), strict=True)),
    amounts,
)


def copies(op: Operator) -> Iterator[Copy]:
    """The input, then each border."""
    shape, borders, whole = op.input().shape, paddings(op), op.output.shape
    steps, skip = strides(whole), without_edge(op)
    begin = sum(before * step for (before, _), step in zip(borders, steps, strict=True))
    inside = zip(shape, strides(shape), steps, strict=True)
    yield Copy([Loop(*numbers) for numbers in inside], 0, begin)
    for k in reversed(range(len(shape))):
        before, behind = borders[k]
        step, size = steps[k], shape[k]
        # Outside of dimension k only what is the input's is there yet, inside of it everything.
        outer = [Loop(shape[d], steps[d], steps[d]) for d in range(k)]
        inner = [Loop(whole[d], steps[d], steps[d]) for d in range(k + 1, len(shape))]
        base = sum(borders[d][0] * steps[d] for d in range(k))
        if before:
            yield Copy([*outer, Loop(before, -step, step), *inner], base + (2 * before - 1 + skip) * step, base)
        if behind:
            end = base + (before + size) * step
            yield Copy([*outer, Loop(behind, -step, step), *inner], end - (1 + skip) * step, end)


class Mirrored(Kernel):
    """cg_copy_nd for the input and for each border."""

    provider = "native"
    name = "cg_copy_nd"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        """The first of the calls."""
        return self.calls(op, target, band)[0]

    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:  # noqa: ARG002
        first, *borders = copies(op)
        inside = copy_call(op.input(), op.output, first)
        return (inside, *(copy_call(op.output, op.output, border) for border in borders))


FAMILY = Family(
    names=("MIRROR_PAD",),
    constraints=(_operands, same_type(_operands), _constant, mode, amounts, _shape),
    kernels=(Mirrored(),),
    hint="pad by constant amounts",
)
