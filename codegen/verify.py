"""Invariants of Schedule and MemoryPlan, checked after every compilation: cheap, and independent of what made them.

A violation raises InternalError: it is a bug in codegen, whatever the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from .errors import InternalError
from .operators import family_of
from .operators.family import Address, Band, Rows, Struct
from .planning.model import STATE, KernelCall, Loop, bodies_of, calls_in
from .planning.regions import BASE_ALIGNMENT
from .planning.segments import progress
from .replay import replay_rows
from .replay_bytes import replay_bytes

if TYPE_CHECKING:
    from .graph import Operator, Tensor
    from .operators.family import Value
    from .planning.model import Body, Buffer, Live, MemoryPlan, Schedule


def check_schedule(schedule: Schedule) -> Schedule:
    """`schedule`, in which bands cover every operator in order, arguments are the operator's own tensors, and every
    tensor is made before it is read; all outputs are made. Else InternalError."""
    for body in _bodies(schedule.body):
        for (subgraph, position), calls in _by_place(_leaves(body)).items():
            op = calls[0].operator
            there = schedule.graph.subgraphs[subgraph].operators[position]
            _require(there is op, f"{_said(op)} is not at place {position} of subgraph {subgraph}")
            _require(all(call.operator is op for call in calls), f"{_said(op)} shares its place with another operator")
            if family_of(op).expand is None:
                _check_bands(op, calls)
                for call in calls:
                    _check_arguments(call)
    _check_order(schedule)
    return schedule


def _by_place(leaves: Iterable[KernelCall]) -> dict[tuple[int, int], list[KernelCall]]:
    """The calls of each operator, in order."""
    found: dict[tuple[int, int], list[KernelCall]] = {}
    for call in leaves:
        found.setdefault((call.subgraph, call.position), []).append(call)
    return found


def check_plan(plan: MemoryPlan) -> MemoryPlan:
    """`plan`, in which no two live rectangles share a byte at a tick but for pairs that may, every buffer is aligned
    and inside its arena, every arena inside its region, and every value stays in its buffer from its making to its
    last read, byte by byte. Else InternalError."""
    room = {arena.region.name: arena.bytes for arena in plan.arenas}
    _require(len(room) == len(plan.arenas), "two arenas lie in one region")
    room[STATE] = plan.state_bytes
    for arena in plan.arenas:
        usable = arena.region.usable
        _require(arena.bytes <= usable, f"arena of {arena.bytes} bytes in {arena.region.name} of {usable}")
    for place, buffer in enumerate(plan.buffers):
        _require(buffer.id == place, f"{_named(buffer)} is at place {place}")
        _require(buffer.region in room, f"{_named(buffer)} lies in {buffer.region}, where no arena is")
        _require(
            buffer.offset >= 0 and buffer.offset + buffer.bytes <= room[buffer.region],
            f"{_named(buffer)} leaves the arena of {room[buffer.region]} bytes",
        )
        persistent = buffer.tensor is not None and buffer.tensor.is_variable
        _require(persistent == (buffer.region == STATE), f"{_named(buffer)} is state in an arena, or the reverse")
        aligned = buffer.offset % buffer.alignment == 0 and BASE_ALIGNMENT % buffer.alignment == 0
        _require(aligned, f"{_named(buffer)} is not aligned to {buffer.alignment}")
        for live in buffer.live:
            inside = live.offset >= 0 and live.offset + live.bytes <= buffer.bytes and live.first <= live.last
            _require(inside, f"{_named(buffer)} has an impossible lifetime {live}")
    _check_apart(plan)
    _check_values(plan)
    replay_rows(plan)
    _check_scratch(plan)
    replay_bytes(plan)
    return plan


# ------------------------------------------------------------------------------------------------- schedule
def _check_bands(op: Operator, calls: list[KernelCall]) -> None:
    spatial = progress(op, calls[0].kernel)
    if spatial is None:
        _require(all(call.band is None for call in calls), f"{_said(op)} has no rows and is not computed at once")
        return
    groups = [(band, sum(1 for _ in group)) for band, group in groupby(call.band for call in calls)]
    ends = [(band.first, band.last) for band, _ in groups if band is not None]
    whole = len(ends) == len(groups) and ends[0][0] == 0 and ends[-1][1] == spatial.output_rows
    same = len({count for _, count in groups}) == 1  # a kernel may be several calls, the same number for every band
    _require(
        whole and same and all(a < b for a, b in ends) and all(a[1] == b[0] for a, b in pairwise(ends)),
        f"{_said(op)} computes bands {ends} of {spatial.output_rows} rows",
    )


def _check_arguments(call: KernelCall) -> None:
    op = call.operator
    for value in _values(value for _, value in call.call.arguments):
        if not isinstance(value, Address | Rows):
            continue
        tensor = value.tensor
        own = tensor in op.inputs or tensor in op.outputs or tensor in op.state
        _require(tensor.is_constant or own, f"{_said(op)} is called with tensor {tensor.name!r} of another operator")
        if isinstance(value, Address):
            writable = tensor in op.outputs or tensor.is_variable
            _require(writable or not value.writable, f"{_said(op)} is to write its input {tensor.name!r}")
            row = value.row if isinstance(value.row, int) else value.row.at(call.band or Band(0, 0))
            _require(row >= 0, f"{_said(op)} is called with row {row} of {tensor.name!r}")


def _values(arguments: Iterable[Value]) -> Iterator[Value]:
    for value in arguments:
        if isinstance(value, Struct):
            yield from _values(field for _, field in value.fields)
        else:
            yield value


def _check_order(schedule: Schedule) -> None:
    """In tick order, which is the order of one way through every branch and loop."""
    for view, source in schedule.views.items():
        begin = schedule.view_offsets.get(view)
        inside = view.bytes == source.bytes if begin is None else 0 <= begin <= source.bytes - view.bytes
        same = not view.is_constant and not source.is_constant and inside
        _require(same, f"tensor {view.name!r} cannot be a view of {source.name!r}")
    runs = schedule.invocations
    made = {schedule.storage(tensor) for run in runs for tensor in _computed(run.inputs)}
    last = {id(calls[-1]) for body in _bodies(schedule.body) for calls in _by_place(_leaves(body)).values()}
    for call in schedule.calls:
        for tensor in call.tensors:
            owner = schedule.storage(tensor)
            # In a segment the rows are counted, see `codegen.replay`.
            known = owner in made or owner.is_variable or tensor in call.written or call.reads is not None
            _require(known, f"{_said(call.operator)} reads {tensor.name!r} before it is made")
        # The calls of one operator make a tensor together; the copies of control flow make one each.
        if id(call) in last or family_of(call.operator).expand is not None:
            made.update(map(schedule.storage, _computed(call.operator.outputs)), map(schedule.storage, call.written))
    for tensor in (tensor for run in runs for tensor in _computed(run.outputs)):
        owner = schedule.storage(tensor)
        _require(owner in made or owner.is_variable, f"output {tensor.name!r} is made by no call")


def _leaves(body: Body) -> list[KernelCall]:
    return [node for node in body if isinstance(node, KernelCall)]


# ------------------------------------------------------------------------------------------------------ plan
def _check_apart(plan: MemoryPlan) -> None:
    """Sweeps over the ticks: a rectangle is compared with all that still live when it begins. Pairs that share bytes
    are left to the replay."""
    rectangles = [(live.first, b.id, live, b) for b in plan.buffers for live in b.live if live.bytes]
    excepted = {pair for one, other in plan.shared for pair in ((one, other), (other, one))}
    active: list[tuple[Live, Buffer]] = []
    for first, _, live, buffer in sorted(rectangles, key=lambda entry: entry[:2]):
        active = [(other, owner) for other, owner in active if other.last >= first]
        start = buffer.offset + live.offset
        for other, owner in active:
            if owner is not buffer and owner.region == buffer.region and (owner, buffer) not in excepted:
                begin = owner.offset + other.offset
                apart = begin + other.bytes <= start or start + live.bytes <= begin
                _require(apart, f"{_named(owner)} and {_named(buffer)} overlap at tick {first}")
        active.append((live, buffer))


def _check_values(plan: MemoryPlan) -> None:
    """Follows every value from its first write to each of its reads."""
    schedule = plan.schedule
    end = max(len(schedule.calls) - 1, 0)
    born: dict[Tensor, int] = {}
    held: dict[Tensor, int] = {}

    by_row = {schedule.storage(t) for call in schedule.calls if call.reads is not None for t in call.tensors}

    def use(tensor: Tensor, tick: int, alignment: int) -> None:
        owner, buffer = schedule.storage(tensor), plan.buffer_of(tensor)
        if buffer is None:
            msg = f"tensor {tensor.name!r} has no buffer"
            raise InternalError(msg)
        _require(buffer in plan.buffers, f"{_named(buffer)} of {tensor.name!r} is not in the plan")
        _require(buffer.tensor is owner, f"{_named(buffer)} was given to {owner.name!r} too")
        ring = buffer.ring is not None and owner in by_row
        _require(
            ring or buffer.bytes >= tensor.bytes,
            f"{_named(buffer)} is too small for the {tensor.bytes} of {tensor.name!r}",
        )
        aligned = buffer.alignment % alignment == 0 and schedule.place(tensor)[1] % alignment == 0
        _require(aligned, f"{_named(buffer)} is not aligned to {alignment}")
        born[owner] = min(born.get(owner, tick), 0 if owner.is_variable else tick)
        held[owner] = max(held.get(owner, 0), end if owner.is_variable else tick)

    for tensor, tick in _handed(schedule, results=False):
        use(tensor, tick, 1)
    for t, call in enumerate(schedule.calls):
        for tensor in call.tensors:
            use(tensor, t, call.tensor_alignment)
    for tensor, tick in _handed(schedule, results=True):
        use(tensor, tick, 1)
    for first, last in _loops(schedule):
        inside = {schedule.storage(t) for call in schedule.calls[first : last + 1] for t in call.tensors}
        for owner in inside:
            if born[owner] < first or held[owner] > last:  # it comes round again
                born[owner], held[owner] = min(born[owner], first), max(held[owner], last)
    wholes = {schedule.place(tensor)[0] for tensor in schedule.view_offsets}  # parts have lives of their own
    for owner, first in born.items():
        if owner in by_row or owner in wholes:
            continue
        buffer = plan.by_tensor[owner]
        kept = _covers(buffer.live, owner.bytes, first, held[owner])
        _require(kept, f"{_named(buffer)} does not keep {owner.name!r} over ticks {first} to {held[owner]}")


def _handed(schedule: Schedule, *, results: bool) -> Iterator[tuple[Tensor, int]]:
    """What the application writes before an invocation, or reads after it, with the tick."""
    for run in schedule.invocations:
        for tensor in _computed(run.results if results else run.inputs):
            yield tensor, run.last if results else run.first


def _loops(schedule: Schedule) -> Iterator[tuple[int, int]]:
    """First and last tick of every loop, inner ones first."""
    ticks = {id(call): tick for tick, call in reversed(list(enumerate(schedule.calls)))}

    def of(body: Body) -> Iterator[tuple[int, int]]:
        for node in body:
            if isinstance(node, KernelCall):
                continue
            for inner in bodies_of(node):
                yield from of(inner)
            spanned = [ticks[id(call)] for call in calls_in((node,))]
            if isinstance(node, Loop) and spanned:
                yield min(spanned), max(spanned)

    return of(schedule.body)


def _bodies(body: Body) -> Iterator[Body]:
    """`body` and every body in it."""
    yield body
    for node in body:
        if not isinstance(node, KernelCall):
            for inner in bodies_of(node):
                yield from _bodies(inner)


def _covers(rectangles: tuple[Live, ...], size: int, first: int, last: int) -> bool:
    """Whether together they hold bytes [0, size) at every tick from `first` to `last`."""
    begins = {first, *(tick for r in rectangles for tick in (r.first, r.last + 1) if first <= tick <= last)}
    for tick in begins:
        at = 0
        for r in sorted((r for r in rectangles if r.first <= tick <= r.last), key=lambda r: r.offset):
            at = max(at, r.offset + r.bytes) if r.offset <= at else at
        if at < size:
            return False
    return True


def _check_scratch(plan: MemoryPlan) -> None:
    for t, call in enumerate(plan.schedule.calls):
        buffer = plan.scratch.get(t)
        if not call.scratch_bytes:
            continue
        if buffer is None:
            msg = f"{_said(call.operator)} has no scratch buffer at tick {t}"
            raise InternalError(msg)
        good = buffer.bytes >= call.scratch_bytes and buffer.alignment % call.scratch_alignment == 0
        live = buffer in plan.buffers and _covers(buffer.live, call.scratch_bytes, t, t)
        _require(good and live, f"{_named(buffer)} does not serve {_said(call.operator)} at tick {t}")


# --------------------------------------------------------------------------------------------------- sentences
def _computed(tensors: Iterable[Tensor | None]) -> list[Tensor]:
    return [tensor for tensor in tensors if tensor is not None and not tensor.is_constant]


def _said(op: Operator) -> str:
    return f'operator {op.index} {op.type} "{op.name}"'


def _named(buffer: Buffer) -> str:
    return f"buffer {buffer.id} {buffer.name!r} ({buffer.bytes} bytes at {buffer.offset})"


def _require(holds: object, broken: str) -> None:
    if not holds:
        raise InternalError(broken)
