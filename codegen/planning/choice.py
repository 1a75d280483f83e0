"""What the search decides: segments and kernels, and the schedules that they make of a graph."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from .schedule import Stream, make_schedule, shifted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Graph, Tensor
    from ..target import Target
    from .model import Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Segments, kernels that are not the preferred ones (by the output of their operator), the most bytes that live at
    once, and the instructions beyond those of whole tensors. `spare`: what moves may take at most."""

    streams: tuple[Stream, ...]
    kernels: Mapping[Tensor, str]
    bytes: int
    cost: int
    spare: float = inf
    _made: dict[object, tuple[Schedule, Callable[[Graph], Schedule]]] = field(default_factory=dict, init=False)

    @property
    def key(self) -> object:
        """What tells choices apart."""
        return self.streams, tuple(self.kernels.items())

    def schedule(
        self, graph: Graph, target: Target, band_rows: int | None = None
    ) -> tuple[Schedule, Callable[[Graph], Schedule]]:
        """That of `graph`, and what makes one of `graph` with moves. Made once: choices are compared by their bytes,
        and one of them is taken."""

        def remade(moving: Graph) -> Schedule:
            return make_schedule(moving, target, band_rows, shifted(self.streams, graph, moving), self.kernels)

        key = graph, target, band_rows
        if key not in self._made:
            self._made.clear()  # `NOTHING` is that of every model
            self._made[key] = remade(graph), remade
        return self._made[key]


NOTHING = Choice((), {}, 0, 0)
"""Every operator whole, by its preferred kernel."""
