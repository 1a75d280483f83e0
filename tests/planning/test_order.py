"""The order of operators against every order that the data allow, and models whose order changes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.graph import Graph, Operator
from codegen.host import load
from codegen.planning.lifetimes import make_demands
from codegen.planning.order import _Model, ordered
from codegen.planning.overlap import overlaps
from codegen.planning.problem import lower_bound
from codegen.planning.schedule import make_schedule
from tests.builders import GraphBuilder
from tests.operators.equality import random_cases
from tests.planning.corpus import graphs
from tests.planning.models import Net, fake_families, target


def small_graph(rng: random.Random) -> Graph:
    net = Net()
    pool = [net.input((1, rng.randint(1, 8), 4, 4))]
    for _ in range(rng.randint(3, 7)):
        x = rng.choice(pool[-3:])
        kind = rng.randrange(4)
        alike = [t for t in pool if t.shape == x.shape and t is not x]
        if kind == 0 and alike:
            pool.append(net.sum(x, rng.choice(alike)))
        elif kind == 1:
            pool.append(net.slide(x, rng.choice((2, 4, 8)), rng.choice((1, 2)), scratch=rng.choice((0, 40))))
        elif kind == 2:
            pool.append(net.view(x, x.shape))
        else:
            pool.append(net.whole(x, rng.choice(pool), shape=(1, rng.randint(1, 9), 4, 4)))
    return net.build(*pool[-2:])


def every_order(operators: tuple[Operator, ...]) -> Iterator[list[int]]:
    makers = {t: k for k, op in enumerate(operators) for t in op.outputs}
    before = [{makers[t] for t in op.inputs if t in makers} for op in operators]

    def grow(order: list[int]) -> Iterator[list[int]]:
        if len(order) == len(operators):
            yield order
        for k in range(len(operators)):
            if k not in order and before[k] <= set(order):
                yield from grow([*order, k])

    return grow([])


def bound(graph: Graph) -> int:
    """The lower bound of the plan, which the search knows nothing of."""
    schedule = make_schedule(graph, target())
    demands = [demand for demand in make_demands(schedule) if demand.kind != "state"]
    return lower_bound([demand.item for demand in demands], overlaps(schedule, demands))


@pytest.mark.parametrize("seed", range(40))
def test_no_order_is_better(seed: int) -> None:
    with fake_families():
        graph = small_graph(random.Random(seed))
        model = _Model(graph, target())
        model.measure()
        best = min(map(model.peak, every_order(graph.main.operators)))
        found = ordered(graph, target())
        places = {op: k for k, op in enumerate(graph.main.operators)}
        order = [places[op] for op in found.main.operators]
        assert model.peak(order) == best
        assert found is graph or best < model.peak(range(len(places)))


def test_the_plans_of_networks_are_never_larger() -> None:
    with fake_families():
        for name, graph in graphs(3, 20):
            assert bound(ordered(graph, target())) <= bound(graph), name


def test_a_large_branching_network_takes_little_time() -> None:
    with fake_families():
        net = Net()
        ends = []
        x = net.input((1, 16, 16, 4))
        for k in range(60):
            ends.append(net.slide(net.slide(net.slide(x, 32), 32), 4, 2))
            x = net.slide(x, 4) if k % 10 else x
        ordered(net.build(*ends), target())


def wide_branches() -> tuple[GraphBuilder, bytes]:
    """Two branches that grow and shrink again, in an order in which both are large at once."""
    b = GraphBuilder(3)
    x = b.input((1, 8, 8, 4))
    a, c = b.conv_2d(x, 32, (1, 1)), b.conv_2d(x, 32, (1, 1))
    a, c = b.conv_2d(a, 2, (3, 3)), b.conv_2d(c, 2, (3, 3))
    y = b.add(a, c)
    return b, b.model([y])


def test_emitted_operators_keep_their_numbers_and_their_bytes() -> None:
    b, model = wide_branches()
    plain = compile_with(
        model, Options("host", "net", "native", streaming=False, disable_transforms=("operator_order",))
    )
    better = compile_with(model, Options("host", "net", "native", streaming=False))
    assert better.arena_bytes < 0.7 * plain.arena_bytes
    indices = [step.operator.index for step in better.memory.schedule.calls]
    assert sorted(indices) == [0, 1, 2, 3, 4] != indices
    assert {line["id"] for line in better.plan["operators"]} == {line["id"] for line in plain.plan["operators"]}  # type: ignore[attr-defined]
    one, other = load(plain), load(better)
    for case in random_cases(b, 3):
        np.testing.assert_array_equal(one(*case)[0], other(*case)[0])


def test_variables_stay_between_their_neighbours() -> None:
    with fake_families():
        net = Net()
        x = net.input((1, 4, 4, 4))
        wide = [net.slide(x, 32) for _ in range(2)]
        state = net.tensor((64,), variable=True)
        net.op("WHOLE", [state, x], [net.tensor((64,))])
        narrow = [net.slide(t, 1) for t in wide]
        graph = net.build(*narrow)
        order = [op.index for op in ordered(graph, target()).main.operators]
        assert order.index(2) == 2
