"""How an operator may be computed: kernels by instructions and scratch bytes, whole and some rows a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from ..operators import alternatives, family_of
from .bands import bands_of
from .costs import streamed_cost, whole_cost
from .model import storage_of
from .segments import computed_inputs, needs_run, progress, rows_of, streaming_kernels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..graph import Graph, Operator, Tensor
    from ..operators.family import Kernel, Spatial
    from ..target import Target


ANY = 1e9
LEVELS = (
    (0.002, ANY), (0.03, ANY), (inf, 4.0), (inf, 15.0), (inf, 40.0), (inf, 100.0), (0.1, ANY), (inf, 300.0), (inf, ANY),
)  # fmt: skip
"""How the rows a call of an operator are chosen: they may cost a part more than the cheapest ones, and of those that do
the sum of instructions and of their bytes, at a price in instructions, is least."""
AVOIDED = 1.5
"""What instructions count for whose code is not worth it for whole tensors: some rows a call may need it more."""
MOST_ROWS = 16
"""Up to here every number of rows is tried, beyond only multiples of it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A kernel for an operator: instructions of all of its calls, and scratch bytes of one."""

    kernel: Kernel
    cost: int
    scratch: int


def thinned(ways: Iterable[Way], target: Target) -> tuple[Way, ...]:
    """Those that no earlier one beats in scratch: the fastest first, where code that is to be avoided counts for some
    instructions more."""

    def price(way: Way) -> tuple[float, int]:
        return way.cost * (AVOIDED if way.kernel.name in target.avoid else 1.0), way.scratch

    found: list[Way] = []
    for way in sorted(ways, key=price):
        if not found or way.scratch < found[-1].scratch:
            found.append(way)
    return tuple(found)


@dataclass(eq=False)
class Place:
    """An operator of the main subgraph: how it is computed whole, and (no `kernels`) not in a segment.

    `inputs` and `outputs` own their bytes.
    """

    operator: Operator
    target: Target
    is_view: bool
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    kernels: tuple[Kernel, ...] = ()
    spatial: Spatial | None = None
    _ways: dict[int, tuple[Way, ...]] = field(default_factory=dict)

    @property
    def kernel(self) -> Kernel | None:
        """One of `kernels`: all take the same rows."""
        return self.kernels[0] if self.kernels else None

    @property
    def accumulates(self) -> bool:
        return bool(self.kernels) and self.kernels[0].accumulates

    @property
    def needs_run(self) -> bool:
        """Whether its input is no ring."""
        return bool(self.kernels) and needs_run(self.operator, self.kernels[0])

    @cached_property
    def whole(self) -> tuple[Way, ...]:
        """Whole: the preferred kernel first, then what takes less scratch."""
        if self.is_view:
            return ()
        op, target = self.operator, self.target
        geometry = family_of(op).spatial(op)
        band = geometry.whole if geometry else None
        first, *others = (
            Way(kernel, whole_cost(kernel, op, target), kernel.scratch_bytes(op, target, band))
            for kernel in alternatives(op, target)
        )
        return (first, *thinned((way for way in others if way.scratch < first.scratch), target))

    def ways(self, band: int) -> tuple[Way, ...]:
        """In a segment, in calls of `band` rows: the fastest first."""
        if band not in self._ways:
            assert self.spatial is not None
            op, target, rows = self.operator, self.target, self.spatial.output_rows
            bands = bands_of(rows, band)
            asked = {bands[k] for k in (0, min(1, len(bands) - 1), len(bands) // 2, len(bands) - 1)}
            ways = (
                Way(
                    kernel,
                    streamed_cost(kernel, op, target, rows, band),
                    max(kernel.scratch_bytes(op, target, each) for each in asked),
                )
                for kernel in self.kernels
            )
            self._ways[band] = thinned(ways, target)
        return self._ways[band]

    @cached_property
    def base_cost(self) -> int:
        """Instructions of the whole operator by the preferred kernel."""
        return self.whole[0].cost if self.whole else 0

    @cached_property
    def plain_cost(self) -> int:
        """The same without kernels that take larger constants than the weights are."""
        op, target = self.operator, self.target
        if self.is_view:
            return 0
        plain = (kernel for kernel in alternatives(op, target) if not kernel.grows(op))
        return max(self.base_cost, next((whole_cost(kernel, op, target) for kernel in plain), 0))

    @cached_property
    def bands(self) -> tuple[int, ...]:
        """The rows a call for each of `LEVELS`."""
        if self.spatial is None:
            return (0,) * len(LEVELS)
        op = self.operator
        costs = {band: self.ways(band)[0].cost for band in self.choices}
        least = min(costs.values())
        row_bytes = sum(tensor.bytes // max(rows_of(tensor), 1) for tensor in (*computed_inputs(op), op.output))

        def chosen(tolerance: float, price: float) -> int:
            fair: list[int] = [band for band in self.choices if costs[band] <= least * (1 + tolerance)]
            return min(fair, key=lambda band: float(costs[band] + price * band * row_bytes))

        return tuple(chosen(*level) for level in LEVELS)

    @cached_property
    def choices(self) -> tuple[int, ...]:
        """The rows a call that are worth trying, in order."""
        rows = self.spatial.output_rows if self.spatial else 0
        near = range(1, min(rows, MOST_ROWS) + 1)
        return tuple(sorted({*near, *range(2 * MOST_ROWS, rows, MOST_ROWS), rows}))

    def band(self, level: int) -> int:
        """Rows a call at `level`, from 1 on."""
        return self.bands[level - 1]


def place_of(op: Operator, target: Target, views: Mapping[Tensor, Tensor]) -> Place:
    """`op`, behind the `views` that were met before it."""

    def owners(tensors: Iterable[Tensor | None]) -> tuple[Tensor, ...]:
        real = (storage_of(views, t) for t in tensors if t is not None)
        return tuple(dict.fromkeys(t for t in real if not t.is_constant and not t.is_variable))

    inputs, outputs = owners(op.inputs), owners(op.outputs)
    if family_of(op).is_view and not op.input().is_variable and not op.input().is_constant:
        return Place(op, target, True, inputs, ())
    kernels = streaming_kernels(op, target)
    spatial = progress(op, kernels[0]) if kernels else None
    if any(t not in inputs for t in (storage_of(views, x) for x in computed_inputs(op))):
        kernels = ()
    return Place(op, target, False, inputs, outputs, kernels, spatial)


def places_of(graph: Graph, target: Target) -> tuple[tuple[Place, ...], Mapping[Tensor, Tensor]] | None:
    """The operators of the main subgraph in order, and the tensors that are views; None where there is control flow."""
    views: dict[Tensor, Tensor] = {}
    places = []
    for op in graph.main.operators:
        if family_of(op).expand is not None:
            return None
        place = place_of(op, target, views)
        if place.is_view:
            views[op.output] = op.input()
        places.append(place)
    return tuple(places), views
