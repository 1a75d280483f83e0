"""Which kernels a model's image is better without: what they save in time is less than their code is worth.

A kernel that many operators use is worth its code; one that is linked for a single small operator often is not, where
another that is linked anyway can compute it. Measured instructions and measured code bytes (CMSIS-NN's are upstream's
own) decide; where nobody measured either, every operator has the kernel that is cheapest for it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from ..code_sizes import is_measured, of_upstream, reached
from ..costs import cost_table
from ..operators import family_of, rank, ranked_kernels

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..graph import Graph
    from ..operators import Rank
    from ..target import Target

SHARE = {"speed": 0.0, "balanced": 0.001, "ram": 0.001, "size": 0.25}
"""The share of the model's instructions that a kilobyte of code is worth."""
_KILOBYTE = 1024


def without_costly_code(graph: Graph, target: Target) -> Target:
    """`target` with those kernels to avoid without which the image of `graph` is better by its objective."""
    core = target.core.name
    if SHARE[target.optimize] == 0 or cost_table(core) is None or not is_measured(core):
        return target
    operators = []
    for _, op in graph.operators():
        family = family_of(op)
        if not family.is_view and family.expand is None:
            operators.append([(kernel.name, rank(kernel, op, target)) for kernel in ranked_kernels(op, target)])
    return replace(target, avoid=_Choice(operators, target).best())


class _Choice:
    """The kernels that each operator can have, with their rank."""

    def __init__(self, operators: list[list[tuple[str, Rank]]], target: Target) -> None:
        self.operators = operators
        self.core = target.core.name
        self.code: dict[str, Mapping[str, int]] = {}
        fastest = sum(self._instructions(ranked[0][1]) for ranked in operators)
        self.per_byte = SHARE[target.optimize] * fastest / _KILOBYTE

    @staticmethod
    def _instructions(found: Rank) -> float:
        """Those of a kernel that nobody measured count nothing: it is there where there is no other."""
        return 0.0 if found[3] == float("inf") else found[3]

    def chosen(self, avoid: Collection[str]) -> list[tuple[str, Rank]]:
        """What each operator has without those in `avoid`, as `ranked_kernels` orders them."""
        return [min(ranked, key=lambda one: (*one[1][:2], one[0] in avoid, *one[1][3:])) for ranked in self.operators]

    def price(self, avoid: Collection[str]) -> float:
        """Instructions, and code in instructions."""
        chosen = self.chosen(avoid)
        sections: dict[str, int] = {}
        for name in {name for name, _ in chosen}:
            if name not in self.code:
                self.code[name] = reached(self.core, [of_upstream(self.core, name)])
            sections |= self.code[name]
        instructions = sum(self._instructions(found) for _, found in chosen)
        return instructions + self.per_byte * sum(sections.values())

    def best(self) -> tuple[str, ...]:
        """One kernel or two at a time are left out as long as that is better."""
        avoid: tuple[str, ...] = ()
        price = self.price(avoid)
        while True:
            used = sorted({name for name, _ in self.chosen(avoid)})
            steps = [*((name,) for name in used), *combinations(used, 2)]
            tried = [(self.price((*avoid, *step)), (*avoid, *step)) for step in steps]
            if not tried or min(tried)[0] >= price:
                return tuple(sorted(avoid))
            price, avoid = min(tried)
