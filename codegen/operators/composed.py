"""COMPOSED: several elementwise int8 functions after each other, as one table. No file has it: a transform makes it.

Its option `steps` are the operators of the file that it stands for, in order; its index is that of the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._lookup import Lookup, int8_types
from ._rules import same_shape
from ._whole import element_rows
from .family import Family

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator


TYPE = "COMPOSED"


class Steps(tuple["Operator", ...]):
    """The operators that one stands for, in order."""

    __slots__ = ()

    def __repr__(self) -> str:
        return " ".join(f"{op.index}:{op.type}" for op in self)


def lookup_of(family: Family, op: Operator) -> Lookup | None:
    """The kernel of `family` that computes `op` by a table; None where there is none."""
    return next((k for k in family.kernels if isinstance(k, Lookup) and k.fits(op)), None)


def function(op: Operator) -> Callable[[int], int]:
    """The steps one after the other."""
    from . import families  # noqa: PLC0415 - the registry imports this module

    functions = []
    for step in op.option("steps"):
        lookup = lookup_of(families()[step.type], step)
        assert lookup is not None, step.type
        functions.append(lookup.function(step))

    def result(q: int) -> int:
        for each in functions:
            q = each(q)
        return q

    return result


FAMILY = Family(
    names=(TYPE,),
    constraints=(int8_types, same_shape(int8_types)),
    kernels=(Lookup(function),),
    spatial=element_rows,
    is_internal=True,
)
