"""Schedule -> demands: every buffer that the calls need, with the ticks at which it must hold its bytes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ..graph import ITEM_BITS, Tensor
from .model import Item, Live

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .model import KernelCall, Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """An item and what it is for: the storage of `tensor`, or (tensor None) the scratch of the calls at `ticks`."""

    item: Item
    kind: str
    tensor: Tensor | None = None
    ticks: tuple[int, ...] = ()


def make_demands(schedule: Schedule) -> tuple[Demand, ...]:
    """What the solver is to place: inputs, outputs and intermediates in order of their first tick, and scratch.

    Ticks are inclusive. Inputs live from tick 0, outputs to the last tick, every tensor over all ticks that make or
    read it or a view of it, variables (they keep their value between invocations) throughout. A schedule without
    calls has the one tick 0.
    """
    return (*_tensors(schedule), *_scratch(schedule))


def touched(call: KernelCall) -> tuple[Tensor, ...]:
    """The computed tensors that a call reads or makes, each once."""
    tensors = (*call.operator.inputs, *call.operator.outputs)
    return tuple(dict.fromkeys(tensor for tensor in tensors if tensor is not None and not tensor.is_constant))


def item_bytes(tensor: Tensor) -> int:
    """Bytes of one element, at least 1: what C needs as alignment."""
    return max(ITEM_BITS[tensor.dtype] // 8, 1)


def _tensors(schedule: Schedule) -> Iterator[Demand]:
    storage, main, end = schedule.storage, schedule.graph.main, max(len(schedule.calls) - 1, 0)
    ticks: dict[Tensor, set[int]] = defaultdict(set)
    alignment: dict[Tensor, int] = defaultdict(lambda: 1)
    inputs, outputs = _owners(schedule, main.inputs), _owners(schedule, main.outputs)
    for tensor in inputs:
        ticks[tensor].add(0)
    for t, call in enumerate(schedule.calls):
        for tensor in touched(call):
            ticks[storage(tensor)].add(t)
            alignment[storage(tensor)] = max(alignment[storage(tensor)], call.tensor_alignment)
    for tensor in outputs:
        ticks[tensor].add(end)
    for tensor in (*ticks, *schedule.views):
        alignment[storage(tensor)] = max(alignment[storage(tensor)], item_bytes(tensor))
    for tensor in sorted(ticks, key=lambda tensor: min(ticks[tensor])):
        first, last = (0, end) if tensor.is_variable else (min(ticks[tensor]), max(ticks[tensor]))
        kind = "input" if tensor in inputs else "output" if tensor in outputs else "intermediate"
        live = (Live(0, tensor.bytes, first, last),)
        yield Demand(Item(tensor.name, tensor.bytes, alignment[tensor], live), kind, tensor)


def _owners(schedule: Schedule, tensors: Iterable[Tensor]) -> dict[Tensor, None]:
    """The storage of those of `tensors` that are not constant, as a set in order."""
    return dict.fromkeys(schedule.storage(tensor) for tensor in tensors if not tensor.is_constant)


def _scratch(schedule: Schedule) -> Iterator[Demand]:
    """One scratch buffer for all calls that compute one band: what one of them leaves there, the next may read."""
    for _, group in groupby(enumerate(schedule.calls), key=lambda entry: (entry[1].position, entry[1].band)):
        ticks, calls = zip(*group, strict=True)
        size = max(call.scratch_bytes for call in calls)
        if size:
            live = (Live(0, size, ticks[0], ticks[-1]),)
            alignment = max(call.scratch_alignment for call in calls)
            yield Demand(Item(f"{calls[0].operator.name} scratch", size, alignment, live), "scratch", None, ticks)
