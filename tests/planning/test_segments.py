"""Segments: the order of their calls, rings and staircases, and that the replay finds what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from codegen.errors import InternalError
from codegen.graph import Graph
from codegen.planning.lifetimes import Demand, make_demands
from codegen.planning.model import MemoryPlan, Schedule, Segment
from codegen.planning.regions import plan_memory
from codegen.planning.schedule import Stream, make_schedule
from codegen.planning.segments import firing_order
from codegen.verify import check_plan, check_schedule
from tests.planning.models import Net, fake_families, target


@pytest.fixture(autouse=True)
def _fakes() -> Iterator[None]:
    with fake_families():
        yield


def chain(rows: int = 12, length: int = 3) -> Graph:
    net = Net()
    x = net.input((1, rows, 4, 2))
    for _ in range(length):
        x = net.window(x, 2)
    return net.build(net.whole(x))


def streamed(graph: Graph, *streams: Stream) -> Schedule:
    return check_schedule(make_schedule(graph, target(), streams=streams))


def demands(schedule: Schedule) -> dict[str, Demand]:
    check_plan(plan_memory(schedule))
    return {demand.item.name: demand for demand in make_demands(schedule)}


def test_always_the_last_stage_that_has_its_rows_runs() -> None:
    # A window of three rows over four: the first output needs two rows, the last one adds no more.
    assert firing_order([4, 4], [1, 1], [[], [(0, 1, 2, 4, 1)]]) == [0, 0, 1, 0, 1, 0, 1, 1]
    assert firing_order([4, 2], [1, 1], [[], [(0, 2, 2, 4, 1)]]) == [0, 0, 1, 0, 0, 1]
    assert firing_order([4, 4], [3, 2], [[], [(0, 1, 3, 4, 1)]]) == [0, 1, 0, 1]


def test_rings_hold_the_rows_of_a_window_and_whole_tensors_are_staircases() -> None:
    found = demands(streamed(chain(), Stream(0, (1, 1, 1))))
    row = 8
    assert [(found[name].kind, found[name].ring, found[name].item.bytes) for name in ("t0", "t1", "t2", "t3")] == [
        ("input", None, 12 * row),
        ("ring", 3, 3 * row),
        ("ring", 3, 3 * row),
        ("intermediate", None, 12 * row),
    ]
    ends = [live.last for live in sorted(found["t0"].item.live, key=lambda live: live.offset)]
    assert ends == sorted(ends)
    assert len(set(ends)) >= 11  # the last two rows die together
    starts = [live.first for live in sorted(found["t3"].item.live, key=lambda live: live.offset)]
    assert starts == sorted(set(starts))
    assert len(starts) == 12


@pytest.mark.parametrize("bands", [(1, 1, 1), (2, 1, 3), (5, 4, 2), (12, 12, 12), (1, 12, 1)])
def test_every_band_is_planned_and_replayed(bands: tuple[int, ...]) -> None:
    schedule = streamed(chain(), Stream(0, bands))
    check_plan(plan_memory(schedule))
    (segment,) = (node for node in schedule.body if isinstance(node, Segment))
    assert len(segment.calls) == sum(-(-12 // band) for band in bands)


def test_a_skip_connection_holds_more_rows() -> None:
    net = Net()
    x = net.window(net.input((1, 12, 4, 2)), 2)
    y = net.window(net.window(x, 2), 2)
    net.op("WINDOW", [y, x], [net.tensor((1, 12, 4, 2))])
    found = demands(streamed(net.build(net.whole(net.tensors[-1])), Stream(0, (1,) * 4)))
    assert (found[x.name].ring, found[y.name].ring) == (5, 3)


def test_what_is_used_elsewhere_too_is_whole() -> None:
    net = Net()
    x = net.window(net.input((1, 12, 4, 2)), 2)
    y = net.window(x, 2)
    found = demands(streamed(net.build(net.whole(y, x)), Stream(0, (1, 1))))
    assert found[x.name].ring is found[y.name].ring is None


def test_scratch_of_an_operator_is_one_buffer_in_all_of_its_calls() -> None:
    net = Net()
    x = net.window(net.window(net.input((1, 6, 4, 2)), 2, scratch=32), 2)
    found = demands(streamed(net.build(net.whole(x)), Stream(0, (1, 1))))
    assert len(found["t1 scratch"].ticks) == 6
    assert len(found["t1 scratch"].item.live) > 1


# ------------------------------------------------------------------------------------- the replay finds mistakes
def planned() -> MemoryPlan:
    return check_plan(plan_memory(streamed(chain(), Stream(0, (1, 1, 1)))))


def without(plan: MemoryPlan, **changes: object) -> MemoryPlan:
    """`plan` in which the ring of t1 is another."""
    ring = next(b for b in plan.buffers if b.name == "t1")
    other = replace(ring, **changes)  # type: ignore[arg-type]
    assert ring.tensor is not None
    by_tensor = {**plan.by_tensor, ring.tensor: other}
    return replace(plan, buffers=tuple(other if b is ring else b for b in plan.buffers), by_tensor=by_tensor)


def test_a_ring_that_is_too_small_is_found() -> None:
    with pytest.raises(InternalError, match="is not there when operator"):
        check_plan(without(planned(), ring=2))


def test_rows_that_something_else_overwrites_are_found() -> None:
    plan = planned()
    whole = next(b for b in plan.buffers if b.name == "t3")
    with pytest.raises(InternalError, match="is not there when"):
        check_plan(without(plan, offset=whole.offset, live=()))


def test_calls_in_another_order_than_the_loop_makes_are_found() -> None:
    plan = planned()
    segment, rest = plan.schedule.body[0], plan.schedule.body[1:]
    assert isinstance(segment, Segment)
    turned = replace(segment, calls=(segment.calls[1], segment.calls[0], *segment.calls[2:]))
    schedule = replace(plan.schedule, body=(turned, *rest))
    with pytest.raises(InternalError, match="at another time"):
        check_plan(replace(plan, schedule=schedule))
