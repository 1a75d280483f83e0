"""Every invariant of Schedule and MemoryPlan is broken once, and the check says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from codegen.errors import InternalError
from codegen.operators.family import Address, Band, Rows, native_call
from codegen.planning.model import Buffer, KernelCall, MemoryPlan, Schedule
from codegen.planning.regions import plan_memory
from codegen.planning.schedule import make_schedule
from codegen.verify import check_plan, check_schedule
from tests.planning.models import Net, fake_families, target


@pytest.fixture(autouse=True)
def _fakes() -> Iterator[None]:
    with fake_families():
        yield


def good_schedule() -> Schedule:
    """Ticks 0 to 3 are the bands of a window, 4 reads it through a view, 5 makes the output."""
    net = Net()
    a = net.window(net.input((1, 8, 4, 1)), 2, scratch=20)
    b = net.whole(net.view(a, (64,)), shape=(32,))
    return make_schedule(net.build(net.whole(b, a)), target(), band_rows=2)


def good_plan() -> MemoryPlan:
    return plan_memory(good_schedule())


def test_what_is_good_passes_unchanged() -> None:
    schedule, plan = good_schedule(), good_plan()
    assert check_schedule(schedule) is schedule
    assert check_plan(plan) is plan


def calls_but(schedule: Schedule, tick: int, **changes: object) -> Schedule:
    calls = list(schedule.calls)
    calls[tick] = replace(calls[tick], **changes)  # type: ignore[arg-type]
    return replace(schedule, body=tuple(calls))


def foreign(call: KernelCall, schedule: Schedule) -> KernelCall:
    other = schedule.graph.main.inputs[0]
    return replace(call, call=native_call("fake", x=Rows(other)))


def writes(call: KernelCall) -> KernelCall:
    return replace(call, call=native_call("fake", x=Address(call.operator.input(), writable=True)))


SCHEDULES: dict[str, tuple[Callable[[Schedule], Schedule], str]] = {
    "a band is missing": (lambda s: replace(s, body=s.calls[:2] + s.calls[3:]), "computes bands"),
    "the last band is missing": (lambda s: replace(s, body=s.calls[:3] + s.calls[4:]), "computes bands"),
    "bands out of order": (lambda s: replace(s, body=(s.calls[1], s.calls[0], *s.calls[2:])), "computes bands"),
    "a band twice": (lambda s: replace(s, body=(s.calls[0], *s.calls)), "computes bands"),
    "bands overlap": (lambda s: calls_but(s, 1, band=Band(1, 4)), "computes bands"),
    "an empty band": (lambda s: calls_but(s, 0, band=Band(0, 0)), "computes bands"),
    "no band for rows": (lambda s: calls_but(s, 0, band=None), "computes bands"),
    "a band without rows": (lambda s: calls_but(s, 4, band=Band(0, 1)), "has no rows"),
    "read before made": (lambda s: replace(s, body=(s.calls[4], *s.calls[:4], s.calls[5])), "before it is made"),
    "read between bands": (
        lambda s: replace(s, body=(*s.calls[:3], s.calls[4], s.calls[3], s.calls[5])),
        "before it is made",
    ),
    "output never made": (lambda s: replace(s, body=s.calls[:5]), "is made by no call"),
    "another operator's place": (lambda s: calls_but(s, 5, position=0), "shares its place|is not at place"),
    "a foreign tensor": (
        lambda s: replace(s, body=(*s.calls[:4], foreign(s.calls[4], s), s.calls[5])),
        "of another operator",
    ),
    "an input written": (lambda s: replace(s, body=(*s.calls[:5], writes(s.calls[5]))), "write its input"),
    "a view of another size": (
        lambda s: replace(s, views=dict.fromkeys(s.views, s.graph.main.inputs[0])),
        "cannot be a view",
    ),
}


@pytest.mark.parametrize("case", SCHEDULES)
def test_a_broken_schedule_is_reported(case: str) -> None:
    spoil, said = SCHEDULES[case]
    with pytest.raises(InternalError, match=said) as caught:
        check_schedule(spoil(good_schedule()))
    assert "this is a bug in codegen, please report it" in str(caught.value)


def buffer_but(plan: MemoryPlan, place: int, **changes: object) -> MemoryPlan:
    old = plan.buffers[place]
    new = replace(old, **changes)  # type: ignore[arg-type]

    def swap(buffer: Buffer) -> Buffer:
        return new if buffer is old else buffer

    return replace(
        plan,
        buffers=tuple(map(swap, plan.buffers)),
        by_tensor=MappingProxyType({t: swap(b) for t, b in plan.by_tensor.items()}),
        scratch=MappingProxyType({t: swap(b) for t, b in plan.scratch.items()}),
    )


def place(plan: MemoryPlan, kind: str) -> int:
    return next(b.id for b in plan.buffers if b.kind == kind)


def overlapping(plan: MemoryPlan) -> MemoryPlan:
    return buffer_but(plan, place(plan, "input"), offset=plan.buffers[place(plan, "intermediate")].offset)


def shorter(plan: MemoryPlan, kind: str) -> MemoryPlan:
    buffer = plan.buffers[place(plan, kind)]
    live = replace(buffer.live[0], last=buffer.live[0].last - 1)
    return buffer_but(plan, buffer.id, live=(live,))


def arena_but(plan: MemoryPlan, **changes: object) -> MemoryPlan:
    return replace(plan, arenas=(replace(plan.arenas[0], **changes),))  # type: ignore[arg-type]


def halved(plan: MemoryPlan) -> MemoryPlan:
    buffer = plan.buffers[place(plan, "input")]
    return buffer_but(plan, buffer.id, live=(replace(buffer.live[0], bytes=buffer.bytes // 2),))


def holed(plan: MemoryPlan) -> MemoryPlan:
    buffer = plan.buffers[place(plan, "intermediate")]
    live = buffer.live[0]
    return buffer_but(plan, buffer.id, live=(replace(live, last=1), replace(live, first=3)))


PLANS: dict[str, tuple[Callable[[MemoryPlan], MemoryPlan], str]] = {
    "overlap": (overlapping, "overlap at tick"),
    "unaligned": (lambda p: buffer_but(p, p.buffers[-1].id, offset=p.buffers[-1].offset + 1), "not aligned|leaves"),
    "more alignment than the base": (lambda p: buffer_but(p, 0, alignment=32, offset=0), "not aligned"),
    "outside the arena": (lambda p: arena_but(p, bytes=p.arenas[0].bytes - 1), "leaves the arena"),
    "below the arena": (lambda p: buffer_but(p, 0, offset=-16), "leaves the arena"),
    "arena outside the region": (lambda p: arena_but(p, bytes=2**40), "arena of"),
    "no such region": (lambda p: buffer_but(p, 0, region="moon"), "where no arena is"),
    "two arenas in one region": (lambda p: replace(p, arenas=p.arenas * 2), "two arenas"),
    "ids": (lambda p: replace(p, buffers=p.buffers[::-1]), "is at place"),
    "dies before its last read": (lambda p: shorter(p, "input"), "does not keep"),
    "an output dies": (lambda p: shorter(p, "output"), "impossible lifetime|does not keep"),
    "half of a tensor": (halved, "does not keep"),
    "a hole in a life": (holed, "does not keep"),
    "too small": (lambda p: buffer_but(p, place(p, "input"), bytes=8), "impossible lifetime|too small"),
    "aligned too little": (lambda p: buffer_but(p, place(p, "input"), alignment=1), "not aligned"),
    "no buffer": (lambda p: replace(p, by_tensor={}), "has no buffer"),
    "a buffer that is not in the plan": (
        lambda p: replace(p, by_tensor={t: replace(b) for t, b in p.by_tensor.items()}),
        "is not in the plan",
    ),
    "no scratch": (lambda p: replace(p, scratch={}), "has no scratch"),
    "small scratch": (
        lambda p: buffer_but(
            p, place(p, "scratch"), bytes=4, live=(replace(p.buffers[place(p, "scratch")].live[0], bytes=4),)
        ),
        "does not serve",
    ),
    "scratch of another tick": (lambda p: replace(p, scratch=dict.fromkeys(p.scratch, p.scratch[0])), "does not serve"),
}


@pytest.mark.parametrize("case", PLANS)
def test_a_broken_plan_is_reported(case: str) -> None:
    spoil, said = PLANS[case]
    with pytest.raises(InternalError, match=said):
        check_plan(spoil(good_plan()))
