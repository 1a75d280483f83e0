"""Schedules and lifetimes of hand-made graphs: what is called, what is a view, and how long every byte lives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codegen.graph import Graph
from codegen.operators.family import Band
from codegen.planning.lifetimes import Demand, make_demands
from codegen.planning.model import Schedule
from codegen.planning.regions import plan_memory
from codegen.planning.schedule import make_schedule
from codegen.verify import check_plan, check_schedule
from tests.planning.models import Net, fake_families, target


@pytest.fixture(autouse=True)
def _fakes() -> Iterator[None]:
    with fake_families():
        yield


def schedule_of(graph: Graph, band_rows: int | None = None) -> Schedule:
    schedule = check_schedule(make_schedule(graph, target(), band_rows))
    check_plan(plan_memory(schedule))
    return schedule


def lives(graph: Graph, band_rows: int | None = None) -> dict[str, tuple[str, int, int]]:
    """Name -> kind, first tick, last tick."""
    found = {}
    for demand in make_demands(schedule_of(graph, band_rows)):
        (live,) = demand.item.live
        found[demand.item.name] = (demand.kind, live.first, live.last)
    return found


def demand_of(graph: Graph, name: str) -> Demand:
    return next(d for d in make_demands(schedule_of(graph)) if d.item.name == name)


def test_a_chain_lives_from_its_making_to_its_last_read() -> None:
    net = Net()
    x = net.input((4,))
    a = net.whole(x)
    b = net.whole(a, scratch=8)
    graph = net.build(net.whole(b))
    assert lives(graph) == {
        "t0": ("input", 0, 0),
        "t1": ("intermediate", 0, 1),
        "t2": ("intermediate", 1, 2),
        "t2 scratch": ("scratch", 1, 1),
        "t3": ("output", 2, 2),
    }


def test_an_early_output_lives_to_the_end_and_inputs_from_the_start() -> None:
    net = Net()
    x, late, unused = net.input((4,)), net.input((4,)), net.input((4,))
    early = net.whole(x)
    graph = net.build(early, net.whole(net.whole(early), late))
    found = lives(graph)
    assert found[early.name] == ("output", 0, 2)
    assert found[late.name] == ("input", 0, 2)
    assert found[unused.name] == ("input", 0, 0)


def test_a_view_extends_the_life_of_its_storage() -> None:
    net = Net()
    a = net.whole(net.input((4,)), shape=(2, 8))
    v = net.view(net.view(a, (16,)), (4, 4))
    graph = net.build(net.whole(net.whole(net.input((4,))), v))
    schedule = schedule_of(graph)
    assert schedule.storage(v) is a
    assert len(schedule.calls) == 3
    assert lives(graph)[a.name] == ("intermediate", 0, 2)
    assert v.name not in lives(graph)


def test_a_view_aligns_its_storage_for_its_readers() -> None:
    net = Net()
    a = net.whole(net.input((4,)))
    graph = net.build(net.whole(net.view(a, (4, 4)), alignment=16))
    assert demand_of(graph, a.name).item.alignment == 16


def test_alignment_is_at_least_that_of_one_element() -> None:
    net = Net()
    a = net.whole(net.input((4,)), dtype="int64")
    assert demand_of(net.build(net.whole(a)), a.name).item.alignment == 8


def test_an_output_may_be_a_view_of_an_input() -> None:
    net = Net()
    x = net.input((4,))
    v = net.view(x, (2, 2))
    graph = net.build(v, net.whole(net.whole(x)))
    assert lives(graph)[x.name] == ("input", 0, 1)
    plan = check_plan(plan_memory(schedule_of(graph)))
    assert plan.buffer_of(v) is plan.buffer_of(x)


def test_a_tensor_may_be_input_and_output_and_nothing_be_called() -> None:
    net = Net()
    x = net.input((4,))
    graph = net.build(x, x)
    assert lives(graph) == {x.name: ("input", 0, 0)}
    assert plan_memory(schedule_of(graph)).arenas[0].bytes == 4


def test_a_constant_output_needs_no_memory() -> None:
    net = Net()
    net.input((4,))
    c = net.tensor((2, 3), constant=True)
    schedule = schedule_of(net.build(c))
    assert plan_memory(schedule).buffer_of(c) is None


def test_unused_outputs_live_at_their_own_tick_and_absent_inputs_are_nothing() -> None:
    net = Net()
    x = net.input((4,))
    used, unused = net.tensor((8,)), net.tensor((8,))
    net.op("WHOLE", [x, None, x], [used, unused])
    found = lives(net.build(net.whole(net.whole(used))))
    assert found[unused.name] == ("intermediate", 0, 0)
    assert found[used.name] == ("intermediate", 0, 1)


def test_a_variable_lives_throughout() -> None:
    net = Net()
    state = net.tensor((8,), variable=True)
    a = net.whole(net.input((4,)))
    graph = net.build(net.whole(net.whole(a, state)))
    assert lives(graph)[state.name] == ("state", 0, 2)


@pytest.mark.parametrize(("band_rows", "bands"), [(None, [8]), (1, [1] * 8), (3, [3, 3, 2]), (8, [8]), (9, [8])])
def test_bands_cover_all_rows_one_tick_each(band_rows: int | None, bands: list[int]) -> None:
    net = Net()
    a = net.window(net.input((1, 8, 4, 1)), 2, scratch=4)
    schedule = schedule_of(net.build(net.whole(a)), band_rows)
    assert [call.band.rows for call in schedule.calls if call.band] == bands
    assert [call.position for call in schedule.calls] == [0] * len(bands) + [1]
    assert schedule.calls[0].band == Band(0, bands[0])
    assert schedule.calls[-1].band is None


def test_a_banded_tensor_lives_over_all_bands_and_scratch_is_one_each() -> None:
    net = Net()
    x = net.input((1, 4, 4, 1))
    a = net.window(x, 2, scratch=4)
    graph = net.build(net.whole(a))
    demands = make_demands(schedule_of(graph, band_rows=2))
    assert lives(graph)[a.name] == ("intermediate", 0, 1)
    by_name = {d.item.name: d.item.live[0] for d in demands if d.tensor is not None}
    assert (by_name[x.name].first, by_name[x.name].last) == (0, 1)
    assert (by_name[a.name].first, by_name[a.name].last) == (0, 2)
    assert [d.ticks for d in demands if d.kind == "scratch"] == [(0,), (1,)]


def test_calls_of_one_kernel_share_their_scratch() -> None:
    net = Net()
    x = net.input((4,))
    net.op("PAIR", [x], [net.tensor((4,)), net.tensor((4,))], scratch=12)
    graph = net.build(*net.tensors[1:])
    plan = plan_memory(schedule_of(graph))
    assert plan.scratch[0] is plan.scratch[1]
    assert sum(buffer.kind == "scratch" for buffer in plan.buffers) == 1
