"""Schedule -> demands: every buffer that the calls need, with the ticks at which it must hold its bytes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ..graph import ITEM_BITS, Tensor
from .model import Branch, Item, KernelCall, Live, Loop, Once, Stop, bodies_of, calls_in
from .rows import row_lives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .model import Body, Invocation, Schedule


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """An item and what it is for: the storage of `tensor`, or (tensor None) the scratch of the calls at `ticks`.

    A tensor of `rows` rows may be a ring of `ring` of them.
    """

    item: Item
    kind: str
    tensor: Tensor | None = None
    ticks: tuple[int, ...] = ()
    rows: int = 1
    ring: int | None = None


def make_demands(schedule: Schedule) -> tuple[Demand, ...]:
    """What the solver is to place: inputs, outputs and intermediates in order of their first tick, and scratch.

    Ticks are inclusive. Inputs live from the first tick of an invocation, outputs and kept tensors to its last one,
    every tensor over all ticks that make or read it or a view of it. What a loop touches and others touch too lives
    throughout the loop: it may come round again. Variables (kind "state") keep their value between invocations. A
    schedule without calls has the one tick 0.
    """
    return (*_tensors(schedule), *_scratch(schedule))


def item_bytes(tensor: Tensor) -> int:
    """Bytes of one element, at least 1: what C needs as alignment."""
    return max(ITEM_BITS[tensor.dtype] // 8, 1)


def _tensors(schedule: Schedule) -> Iterator[Demand]:
    storage, end = schedule.storage, max(len(schedule.calls) - 1, 0)
    ticks: dict[Tensor, set[int]] = defaultdict(set)
    alignment: dict[Tensor, int] = defaultdict(lambda: 1)
    runs = schedule.invocations
    inputs = _owners(schedule, (tensor for run in runs for tensor in run.inputs))
    outputs = _owners(schedule, (tensor for run in runs for tensor in run.outputs))
    for t, call in enumerate(schedule.calls):
        for tensor in call.tensors:
            ticks[storage(tensor)].add(t)
            alignment[storage(tensor)] = max(alignment[storage(tensor)], call.tensor_alignment)
    kept = _owners(schedule, schedule.graph.keep)
    for tensor, tick in _edges(schedule, runs):
        ticks[tensor].add(tick)
    for tensor, tick in _conditions(schedule.body, 0):
        ticks[storage(tensor)].add(min(tick, end))
    for tensor in (*ticks, *schedule.views):
        alignment[storage(tensor)] = max(alignment[storage(tensor)], item_bytes(tensor))
    # Inner loops first: what an outer one must keep may be longer for it.
    for first, last in _loops(schedule.body, 0):
        for span in ticks.values():
            if (min(span) < first or max(span) > last) and any(first <= tick <= last for tick in span):
                span.update((first, last))
    by_row = row_lives(schedule)
    parts = _part_lives(schedule)
    for tensor in sorted(ticks, key=lambda tensor: min(ticks[tensor])):
        kind = "input" if tensor in inputs else "output" if tensor in outputs else "intermediate"
        kind = "kept" if kind == "intermediate" and tensor in kept else kind
        first, last = min(ticks[tensor]), max(ticks[tensor])
        if tensor.is_variable:
            kind, first, last = "state", 0, end
        if tensor in by_row:
            life = by_row[tensor]
            item = Item(tensor.name, life.bytes, alignment[tensor], life.live())
            yield Demand(item, kind if life.ring is None else "ring", tensor, rows=life.rows, ring=life.ring)
            continue
        live = parts[tensor] if tensor in parts else (Live(0, tensor.bytes, first, last),)
        yield Demand(Item(tensor.name, tensor.bytes, alignment[tensor], live), kind, tensor)


def _edges(schedule: Schedule, runs: Iterable[Invocation]) -> Iterator[tuple[Tensor, int]]:
    """(storage, tick) of what the application writes before an invocation and reads after it."""
    for run in runs:
        for tensors, tick in ((run.inputs, run.first), (run.results, run.last)):
            for tensor in _owners(schedule, tensors):
                yield tensor, tick


def _part_lives(schedule: Schedule) -> dict[Tensor, tuple[Live, ...]]:
    """The live rectangles of tensors in which others lie: bytes live from the first to the last call that touches a
    tensor that they belong to. Such schedules have no control flow."""
    wholes = {schedule.place(tensor)[0] for tensor in schedule.view_offsets}
    spans: dict[Tensor, dict[tuple[int, int], set[int]]] = {whole: defaultdict(set) for whole in wholes}

    def touch(tensor: Tensor, tick: int) -> None:
        whole, begin = schedule.place(tensor)
        if whole in spans:
            spans[whole][begin, begin + tensor.bytes].add(tick)

    for tick, call in enumerate(schedule.calls):
        for tensor in call.tensors:
            touch(tensor, tick)
    for tensor, tick in _edges(schedule, schedule.invocations):
        touch(tensor, tick)
    lives = {}
    for whole, touched in spans.items():
        ends = sorted({x for span in touched for x in span})
        found: list[Live] = []
        for low, high in pairwise(ends):
            ticks = [tick for (a, b), when in touched.items() if a <= low and high <= b for tick in when]
            if not ticks:
                continue
            before = found[-1] if found else None
            if before and (before.offset + before.bytes, before.first, before.last) == (low, min(ticks), max(ticks)):
                found[-1] = Live(before.offset, high - before.offset, before.first, before.last)
            else:
                found.append(Live(low, high - low, min(ticks), max(ticks)))
        lives[whole] = tuple(found)
    return lives


def _length(body: Body) -> int:
    return sum(1 for _ in calls_in(body))


def _conditions(body: Body, tick: int) -> Iterator[tuple[Tensor, int]]:
    """(tensor, tick) of what control flow itself reads: alive until the first call that depends on it."""
    for node in body:
        if isinstance(node, KernelCall):
            tick += 1
            continue
        start = tick
        for inner in bodies_of(node):
            yield from _conditions(inner, tick)
            tick += _length(inner)
        match node:
            case Branch():
                yield node.condition, start
            case Loop():
                yield node.condition, start + _length(node.before)
            case Once():
                yield node.done, start
            case Stop():
                yield node.due, start


def _loops(body: Body, tick: int) -> Iterator[tuple[int, int]]:
    """First and last tick of every loop, inner ones first."""
    for node in body:
        if isinstance(node, KernelCall):
            tick += 1
            continue
        start = tick
        for inner in bodies_of(node):
            yield from _loops(inner, tick)
            tick += _length(inner)
        if isinstance(node, Loop) and tick > start:
            yield start, tick - 1


def _owners(schedule: Schedule, tensors: Iterable[Tensor]) -> dict[Tensor, None]:
    """The storage of those of `tensors` that are not constant, as a set in order."""
    return dict.fromkeys(schedule.storage(tensor) for tensor in tensors if not tensor.is_constant)


def _scratch(schedule: Schedule) -> Iterator[Demand]:
    """One scratch buffer for all calls that compute one band: what one of them leaves there, the next may read.

    In a segment one for all calls of an operator, alive at each of them, or throughout for a kernel that gathers sums.
    """
    stages: dict[tuple[int, int], list[int]] = defaultdict(list)
    for tick, call in enumerate(schedule.calls):
        if call.reads is not None and call.scratch_bytes:
            stages[call.subgraph, call.position].append(tick)
    for ticks in stages.values():
        call = schedule.calls[ticks[0]]
        runs = [(ticks[0], ticks[-1])] if call.kernel.accumulates else _runs(ticks)
        live = tuple(Live(0, call.scratch_bytes, first, last) for first, last in runs)
        item = Item(f"{call.operator.name} scratch", call.scratch_bytes, call.scratch_alignment, live)
        yield Demand(item, "sums" if call.kernel.accumulates else "scratch", None, tuple(ticks))
    for _, group in groupby(
        enumerate(schedule.calls), key=lambda entry: (entry[1].subgraph, entry[1].position, entry[1].band)
    ):
        numbers, calls = zip(*group, strict=True)
        size = max(call.scratch_bytes for call in calls)
        if size and calls[0].reads is None:
            whole = (Live(0, size, numbers[0], numbers[-1]),)
            alignment = max(call.scratch_alignment for call in calls)
            yield Demand(Item(f"{calls[0].operator.name} scratch", size, alignment, whole), "scratch", None, numbers)


def _runs(ticks: list[int]) -> list[tuple[int, int]]:
    """Ticks that follow each other, as (first, last)."""
    runs: list[tuple[int, int]] = []
    for tick in ticks:
        if runs and runs[-1][1] == tick - 1:
            runs[-1] = (runs[-1][0], tick)
        else:
            runs.append((tick, tick))
    return runs
