"""Proof that a graph can be used: every later step relies on what is checked here."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ..errors import CodegenError, Refusal
from ..graph import Graph, Tensor


def validate(graph: Graph) -> None:
    """Raise CodegenError with every problem of `graph`."""
    if problems := find_problems(graph):
        raise CodegenError(*problems)


def find_problems(graph: Graph, known: AbstractSet[Tensor] = frozenset()) -> list[Refusal]:
    """All that is wrong with `graph`; nothing is said again of the tensors in `known`."""
    return []
