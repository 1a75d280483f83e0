"""Which memory for which buffer: where the fastest region has no room for all, the hottest ones get it.

A buffer is the hotter, the more instructions run on each of its bytes. What does not fit goes to the next region of the
board's order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..operators import family_of
from .solver import solve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..graph import Tensor
    from ..target import Region
    from .lifetimes import Demand
    from .model import Overlap, Placement, Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What lies in `region`: demands by their places among all, and where."""

    region: Region
    members: tuple[int, ...]
    placement: Placement


def spread(
    schedule: Schedule, demands: Sequence[Demand], allowed: Sequence[Overlap], whole: Placement
) -> tuple[Part, ...] | None:
    """The parts, in the order of the board's regions; None where there is no room. `whole` has all in one region."""
    regions = schedule.target.board.arena_regions
    everything = tuple(range(len(demands)))
    if regions and whole.bytes <= regions[0].usable:
        return (Part(regions[0], everything, whole),) if demands else ()
    warm = heats(schedule, demands)
    left = sorted(everything, key=lambda k: (-warm[k], k))
    parts: list[Part] = []
    for region in regions:
        part = _fill(region, demands, allowed, left)
        if part is not None:
            parts.append(part)
            left = [k for k in left if k not in part.members]
        if not left:
            return tuple(parts)
    return None


def heats(schedule: Schedule, demands: Sequence[Demand]) -> list[float]:
    """Multiply-accumulates, or at least accesses, for each byte of each of `demands`."""
    calls_of = Counter((call.subgraph, call.position) for call in schedule.calls)
    of_tensor: dict[Tensor, float] = {}
    work: list[float] = []
    for call in schedule.calls:
        macs = family_of(call.operator).macs(call.operator) / calls_of[call.subgraph, call.position]
        work.append(macs)
        for tensor in call.tensors:
            owner = schedule.storage(tensor)
            touched = tensor.bytes / calls_of[call.subgraph, call.position]
            of_tensor[owner] = of_tensor.get(owner, 0.0) + max(macs, touched)

    def heat(demand: Demand) -> float:
        if demand.tensor is None:
            total = sum(max(work[tick], demand.item.bytes / len(demand.ticks)) for tick in demand.ticks)
        else:
            total = of_tensor.get(demand.tensor, 0.0)
        return total / max(demand.item.bytes, 1)

    return [heat(demand) for demand in demands]


def _fill(region: Region, demands: Sequence[Demand], allowed: Sequence[Overlap], hottest: Sequence[int]) -> Part | None:
    """As many of `hottest`, in this order, as `region` has room for; None: not even one."""
    chosen = [k for k in hottest if demands[k].item.bytes <= region.usable]
    dense = _Level()
    fitting = [k for k in chosen if dense.add(demands[k], region.usable)]
    while fitting:
        members = tuple(sorted(fitting))
        place = {k: n for n, k in enumerate(members)}
        pairs = [
            replace(pair, dying=place[pair.dying], growing=place[pair.growing])
            for pair in allowed
            if pair.dying in place and pair.growing in place
        ]
        placement = solve([demands[k].item for k in members], pairs)
        if placement.bytes <= region.usable:
            return Part(region, members, placement)
        fitting = fitting[: len(fitting) - max(1, len(fitting) // 8)]
    return None


class _Level:
    """Live bytes at every tick of what was added, those that could lie over each other counted twice: a quick bound."""

    def __init__(self) -> None:
        self._at: Mapping[int, int] = {}

    def add(self, demand: Demand, room: int) -> bool:
        """Whether `demand` fits beside the others within `room` bytes at every tick; it is added then."""
        grown = dict(self._at)
        for live in demand.item.live:
            for tick in range(live.first, live.last + 1):
                grown[tick] = grown.get(tick, 0) + live.bytes
                if grown[tick] > room:
                    return False
        self._at = grown
        return True
