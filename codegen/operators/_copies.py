"""Operators that only move bytes: the loops of a copy, joined as far as they can be, as a call of cg_copy_nd.

A family says its loops in elements; all types are alike. What lies next to each other in input and output becomes one
run of bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..graph import ITEM_BITS
from ._rules import after, shapes_text
from ._shapes import in_front, integers
from ._whole import WholeKernel
from .family import Address, Call, Placed, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from .family import Constraint, Struct

RANK = 8
"""Dimensions of cg_copy_nd."""


class Loop(NamedTuple):
    """A dimension of a copy: positions, and elements from one to the next in input and output."""

    size: int
    input_stride: int
    output_stride: int


class Copy(NamedTuple):
    """Loops, outermost first, and the elements at which input and output begin."""

    loops: Sequence[Loop]
    input_begin: int = 0
    output_begin: int = 0


def strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Elements from one index to the next along each dimension.

    >>> strides((2, 3, 4))
    (12, 4, 1)
    """
    found: list[int] = []
    step = 1
    for size in reversed(shape):
        found.append(step)
        step *= size
    return tuple(reversed(found))


def joined(loops: Sequence[Loop]) -> list[Loop]:
    """`loops` without those of one position, neighbours that go on where the inner one ends made one.

    >>> joined([Loop(2, 12, 12), Loop(1, 9, 9), Loop(3, 4, 4), Loop(4, 1, 1)])
    [Loop(size=24, input_stride=1, output_stride=1)]
    """
    found: list[Loop] = []
    for loop in reversed(loops):
        inner = found[-1] if found else None
        if loop.size == 1:
            continue
        if inner and loop[1:] == (inner.input_stride * inner.size, inner.output_stride * inner.size):
            found[-1] = inner._replace(size=inner.size * loop.size)
        else:
            found.append(loop)
    return found[::-1]


def copy_parameters(loops: Sequence[Loop], item_bytes: int) -> Struct:
    """The fields of cg_copy_nd_params. Raises ValueError where joined loops are more than it has dimensions."""
    outer = joined(loops)
    run = outer.pop().size if outer and outer[-1][1:] == (1, 1) else 1
    if len(outer) > RANK:
        msg = f"{len(outer)} loops"
        raise ValueError(msg)
    return struct(
        "cg_copy_nd_params",
        dims=in_front([loop.size for loop in outer], RANK, 1),
        input_strides=in_front([loop.input_stride * item_bytes for loop in outer], RANK, 0),
        output_strides=in_front([loop.output_stride * item_bytes for loop in outer], RANK, 0),
        run_bytes=run * item_bytes,
    )


def item_bytes(tensor: Tensor) -> int:
    return ITEM_BITS[tensor.dtype] // 8


def copy_call(source: Tensor, target: Tensor, copy: Copy) -> Call:
    """cg_copy_nd from `source` to `target`, which may be one tensor."""
    return native_call(
        "cg_copy_nd",
        params=copy_parameters(copy.loops, item_bytes(target)),
        input=Address(source, offset=copy.input_begin),
        output=Address(target, writable=True, offset=copy.output_begin),
    )


class CopyKernel(WholeKernel):
    """cg_copy_nd with the loops of an operator, from its input number `position`."""

    provider = "native"
    name = "cg_copy_nd"

    def __init__(self, copy: Callable[[Operator], Copy], position: int = 0) -> None:
        self.copy = copy
        self.position = position

    def placed(self, op: Operator) -> tuple[Placed | None, ...]:
        copy = self.copy(op)
        loops = joined(copy.loops)
        if loops != [Loop(op.output.size, 1, 1)] and op.output.size != 1:
            return ()
        return (Placed(op.output, op.input(self.position), copy.input_begin * item_bytes(op.output)),)

    def whole(self, op: Operator) -> Call:
        return copy_call(op.input(self.position), op.output, self.copy(op))


# ------------------------------------------------------------------------------------------------------ rules
def same_type(given: Constraint, position: int = 0) -> Constraint:
    """The rule that all outputs have the type of input number `position`."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """Input and output have the same type, of whole bytes."""
        found = dict.fromkeys(tensor.dtype for tensor in (op.input(position), *op.outputs))
        whole = ITEM_BITS.get(op.output.dtype, 0) >= 8
        return None if len(found) == 1 and whole else " and ".join(found)

    return rule


def constant(position: int, noun: str, given: Constraint, count: Callable[[Operator], int] | None = None) -> Constraint:
    """The rule that input number `position` is an int32 or int64 constant, of `count` numbers."""

    @after(given)
    def rule(op: Operator) -> str | None:
        tensor = op.input(position)
        values = integers(tensor)
        if values is None:
            state = tensor.dtype if tensor.is_constant else "computed by the model"
            return f"tensor {tensor.name!r} is {state}"
        wanted = len(values) if count is None else count(op)
        return None if len(values) == wanted else f"{len(values)} instead of {wanted}: {list(values)}"

    numbers = "" if count is None else ", as many numbers as it must be"
    rule.__doc__ = f"The {noun} an int32 or int64 constant{numbers}."
    return rule


def output_shape(
    sentence: str, shape: Callable[[Operator], tuple[int, ...] | None], *given: Constraint, position: int = 0
) -> Constraint:
    """The rule `sentence`: the output has the shape that `shape` says (None: there is none)."""

    @after(*given)
    def rule(op: Operator) -> str | None:
        return None if shape(op) == op.output.shape else shapes_text(op.input(position).shape, op.output.shape)

    rule.__doc__ = sentence
    return rule


def constants(op: Operator, position: int) -> tuple[int, ...]:
    """The numbers of input `position`, which a rule has found constant."""
    return integers(op.input(position)) or ()


def integer_option(op: Operator, name: str) -> int:
    """The option `name`, 0 where the file has none or no number."""
    found = op.option(name, 0)
    return int(found) if isinstance(found, int) else 0


def input_rank(op: Operator) -> int:
    return len(op.input().shape)


def indices_of(position: int, noun: str, given: Constraint) -> Constraint:
    """The rule that input number `position` holds int32 or int64 numbers."""

    @after(given)
    def rule(op: Operator) -> str | None:
        dtype = op.input(position).dtype
        return None if dtype in ("int32", "int64") else dtype

    rule.__doc__ = f"The {noun} int32 or int64."
    return rule
