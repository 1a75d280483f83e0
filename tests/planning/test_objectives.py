"""What `--optimize` and `--ram` make of real kernels: less memory, in the order of the objectives, or a refusal."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.graph import Array
from codegen.host import load
from codegen.operators import graph_checked
from codegen.planning.lifetimes import make_demands
from codegen.planning.model import Schedule, Segment
from codegen.planning.schedule import Stream, make_schedule
from codegen.planning.search import SHARE, Search, arena_bytes, choose_streams
from codegen.planning.trial import Trials
from codegen.planning.ways import LEVELS
from codegen.target import Objective, Target
from codegen.transforms import legalise
from tests.builders import GraphBuilder
from tests.host.test_streaming import BOARD, network
from tests.operators.equality import random_cases


def residual() -> tuple[GraphBuilder, bytes]:
    """Wide maps at the front: streaming pays."""
    b = GraphBuilder(7)
    x = b.conv_2d(b.input((1, 24, 24, 3)), 8)
    for _ in range(2):
        x = b.add(b.conv_2d(b.depthwise_conv_2d(x), 8, kernel=(1, 1)), x)
    x = b.conv_2d(x, 16, stride=(2, 2))
    return b, b.model([b.softmax(b.fully_connected(b.pool(x, "AVERAGE_POOL_2D", (12, 12)), 4))])


def arena(source: bytes, **options: object) -> int:
    return compile_with(source, Options(BOARD, "net", "native", **options)).arena_bytes  # type: ignore[arg-type]


def test_the_objectives_take_less_and_less_memory() -> None:
    _, source = residual()
    whole = arena(source, streaming=False)
    speed, balanced, ram = (arena(source, optimize=o) for o in ("speed", "balanced", "ram"))
    assert whole == speed
    assert ram <= balanced <= speed
    assert ram < speed / 2


@pytest.mark.parametrize("objective", ["balanced", "ram"])
def test_savings_cost_no_more_than_the_share_of_the_objective(objective: Objective, rng: np.random.Generator) -> None:
    for source in [residual()[1], *(network(rng) for _ in range(3))]:
        target = Target(load_board("mps2-an386"), kernels="native", optimize=objective)
        graph = graph_checked(legalise(read_model(source), ()), target)
        trials = Trials.of(graph, target)
        assert trials is not None
        chosen = choose_streams(graph, target)
        assert chosen.cost <= Search(trials).allowance(objective)
        assert Search(trials).allowance(objective) == pytest.approx(SHARE[objective] * Search(trials).base_cost())
        smallest = Search(trials).smallest(inf)
        if chosen.streams:  # a number of bytes that was asked for may cost more
            limited = choose_streams(graph, target, arena_bytes(graph, target, smallest))
            assert arena_bytes(graph, target, limited) <= arena_bytes(graph, target, smallest)


@pytest.mark.parametrize("percent", [100, 70, 50])
def test_a_limit_is_kept_with_equal_outputs(percent: int) -> None:
    b, source = residual()
    plain = compile_with(source, Options(BOARD, "net", "native", optimize="speed"))
    limit = plain.arena_bytes * percent // 100
    limited = compile_with(source, Options(BOARD, "net", "native", optimize="speed", ram=limit))
    assert limited.arena_bytes <= limit
    one, other = load(plain), load(limited)
    for case in random_cases(b, 2):
        np.testing.assert_array_equal(one(*case)[0], other(*case)[0])


def test_what_cannot_fit_is_refused_by_how_much_and_with_the_tensors_in_the_way() -> None:
    _, source = residual()
    with pytest.raises(CodegenError) as caught:
        arena(source, ram=500)
    text = str(caught.value)
    assert "more than the 500 that they may have" in text
    assert "are live at this operator: " in text
    assert "or --input-rows" in text


@pytest.mark.parametrize("number", range(6))
def test_trial_segments_have_the_bytes_of_made_ones(number: int, rng: np.random.Generator, full: bool) -> None:
    for _ in range(20 if full else 2):
        target = Target(load_board(BOARD), kernels="native")
        graph = graph_checked(legalise(read_model(network(rng)), ()), target)
        trials = Trials.of(graph, target)
        assert trials is not None
        ends = [k for k, place in enumerate(trials.places) if place.kernel is None and not place.is_view]
        last = ends[0] if ends else len(trials.places)
        for first in range(min(last, 2)):
            for level in (1, 4, len(LEVELS)):
                trial = trials.level(first, last, level)
                within = trial.within(trial.bytes) if trial else None
                assert (trial is None) == (within is None)
                bands = tuple(0 if p.is_view else p.band(level) for p in trials.places[first:last])
                ways = zip(trials.places[first:last], within[1] if within else (), strict=False)
                kernels = {place.operator.output: way.kernel.name for place, way in ways if way is not None}
                schedule = make_schedule(graph, target, streams=[Stream(first, bands)], kernels=kernels)
                segments = [node for node in schedule.body if isinstance(node, Segment)]
                assert bool(segments) == (trial is not None), number
                if trial is None:
                    continue
                begin = schedule.calls.index(segments[0].calls[0])
                assert live_bytes(schedule)[begin : begin + len(segments[0].calls)].max() == trial.bytes


def live_bytes(schedule: Schedule) -> Array:
    """Of every tick: rings as a whole where any of their rows lives, other items by their rows."""
    live = np.zeros(len(schedule.calls), np.int64)
    for demand in make_demands(schedule):
        own = np.zeros(len(schedule.calls), np.int64)
        for r in demand.item.live:
            own[r.first : r.last + 1] += r.bytes
        live += own if demand.ring is None else (own > 0) * demand.item.bytes
    return live


def test_the_curve_goes_down_and_its_costs_go_up() -> None:
    _, source = residual()
    target = Target(load_board(BOARD), kernels="native")
    trials = Trials.of(graph_checked(legalise(read_model(source), ()), target), target)
    assert trials is not None
    points = [(choice.bytes, choice.cost) for choice in Search(trials).curve()]
    assert len(points) > 3
    assert [b for b, _ in points] == sorted({b for b, _ in points}, reverse=True)
    assert [c for _, c in points] == sorted(c for _, c in points)
