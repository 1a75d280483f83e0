"""Which kernels a model's image is better without: what they save in time is less than their code is worth.

A kernel that many operators use is worth its code; one that is linked for a single small operator often is not, where
another that is linked anyway can compute it. Measured instructions and measured code bytes decide; where nobody
measured either, every operator has the kernel that is cheapest for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from ..code_sizes import is_measured, of_either
from ..costs import cost_table
from ..operators import family_of, rank, ranked_kernels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Array, Graph, Operator
    from ..target import Target

SHARE = {"speed": 0.0, "balanced": 0.002, "ram": 0.002, "size": 0.75}
"""The share of the model's instructions that a kilobyte of code is worth, for `size` one of constants too."""
_KILOBYTE = 1024
_FLAGS = 2
"""Of a rank: what comes before whether a kernel is worth its code."""

Offer = tuple[tuple[str, float], ...]
"""The kernels that an operator can have, with their instructions and what their constants count for."""


def without_costly_code(graph: Graph, target: Target) -> Target:
    """`target` with those kernels to avoid without which the image of `graph` is better by its objective."""
    core = target.core.name
    if SHARE[target.optimize] == 0 or cost_table(core) is None or not is_measured(core):
        return target
    operators = [op for _, op in graph.operators() if not family_of(op).is_view and family_of(op).expand is None]
    if not operators:
        return target
    fastest = sum(min(price for _, price in _offer(op, target)) for op in operators)
    per_byte = SHARE[target.optimize] * fastest / _KILOBYTE
    target = replace(target, constants_price=per_byte if target.optimize == "size" else 0.0)
    offers = Counter(_offer(op, target) for op in operators)
    return replace(target, avoid=_Choice(offers, core, per_byte).avoided())


def _offer(op: Operator, target: Target) -> Offer:
    """Those among which code may decide. Where nobody measured one, it is the first that would be taken."""
    found = [(kernel.name, rank(kernel, op, target)) for kernel in ranked_kernels(op, target)]
    best = found[0][1][:_FLAGS]
    known = tuple((name, place[-2]) for name, place in found if place[:_FLAGS] == best and place[-2] != float("inf"))
    return known or ((found[0][0], 0.0),)


class _Choice:
    """Kernels by number: what they cost each kind of operator, and which sections of code they reach."""

    def __init__(self, offers: Counter[Offer], core: str, per_byte: float) -> None:
        self.names = sorted({name for offer in offers for name, _ in offer})
        number = {name: k for k, name in enumerate(self.names)}
        self.instructions = np.full((len(offers), len(self.names)), np.inf)
        for row, (offer, count) in enumerate(offers.items()):
            for name, cost in reversed(offer):
                self.instructions[row, number[name]] = cost * count
        can = np.isfinite(self.instructions).astype(int)
        self.are_related = can.T @ can > 0
        code = [of_either(core, name) for name in self.names]
        sizes = {section: size for each in code for section, size in each.items()}
        self.reaches = np.array([[section in each for section in sizes] for each in code])
        self.bytes = np.array(list(sizes.values()), float) * per_byte

    def _used(self, allowed: Array) -> Array:
        """Those of `allowed` that some operator takes."""
        used = np.zeros_like(allowed)
        used[np.where(allowed, self.instructions, np.inf).argmin(axis=1)] = True
        return used & allowed

    def _price(self, allowed: Array) -> float:
        """Instructions, and code in instructions."""
        instructions = float(np.where(allowed, self.instructions, np.inf).min(axis=1).sum())
        if instructions == np.inf:
            return instructions
        return instructions + float(self.bytes @ self.reaches[self._used(allowed)].any(axis=0))

    def _steps(self, allowed: Array) -> Iterator[Array]:
        """One kernel more, one or two less, or one in place of one or two, which have an operator in common with it."""
        for new in range(len(allowed)):
            changed = allowed.copy()
            changed[new] = not changed[new]
            yield changed
            mates = np.flatnonzero(allowed & self.are_related[new])
            for one, other in combinations_with_replacement(mates, 2):
                without = changed.copy()
                without[[one, other]] = False
                yield without

    def avoided(self) -> tuple[str, ...]:
        """All but those of the cheapest set that small steps from the fastest one lead to."""
        allowed = self._used(np.ones(len(self.names), np.bool_))
        price = self._price(allowed)
        while True:
            best = min(self._steps(allowed), key=self._price)
            if self._price(best) >= price:
                break
            allowed = self._used(best)
            price = self._price(allowed)
        return tuple(name for name, is_allowed in zip(self.names, allowed, strict=True) if not is_allowed)
