"""The solver against a simulation that shares nothing with it, and against its own lower bound."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.planning.extents import extent_bound
from codegen.planning.model import Item, Live
from codegen.planning.problem import Problem, lower_bound
from codegen.planning.solver import MOST_STEPS, STEPS_PER_ITEM, _Solver, solve
from tests.planning.simulation import interval, item_sets, largest_sum, least_height, occupancy


@given(item_sets())
@settings(deadline=None, max_examples=150)
def test_no_byte_is_held_twice_and_every_item_is_aligned(items: list[Item]) -> None:
    placement = solve(items)
    occupancy(items, placement.offsets)
    assert placement.bytes == max((at + i.bytes for at, i in zip(placement.offsets, items, strict=True)), default=0)


@given(item_sets())
@settings(deadline=None, max_examples=150)
def test_the_bound_is_at_least_the_live_bytes_and_at_most_the_placement(items: list[Item]) -> None:
    placement = solve(items)
    assert largest_sum(items) <= lower_bound(items) <= placement.bound <= placement.bytes


@st.composite
def small_solid(draw: st.DrawFn) -> list[Item]:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    return [Item(str(i), size, 1, (Live(0, size, *draw(interval())),)) for i, size in enumerate(sizes)]


@given(small_solid())
@settings(deadline=None, max_examples=60)
def test_small_problems_are_solved_to_the_optimum(items: list[Item]) -> None:
    """Where the bound is out of reach, the exact search proves it."""
    placement = solve(items)
    assert placement.bytes == least_height(items, placement.bytes)


@given(item_sets(most=20))
@settings(deadline=None, max_examples=20)
def test_the_same_items_give_the_same_plan(items: list[Item]) -> None:
    assert solve(items) == solve(tuple(items))


@given(item_sets(most=10))
@settings(deadline=None, max_examples=150)
def test_no_placement_is_below_the_bound_of_whole_items(items: list[Item]) -> None:
    problem = Problem.of(items)
    assert extent_bound(problem) <= solve(items).bytes


def test_rings_that_are_never_full_at_once_stay_apart() -> None:
    """Each pair meets somewhere, whatever their offsets: no tick tells, both together do."""
    one = Item("one", 20, 1, (Live(0, 10, 0, 3), Live(10, 10, 4, 7)))
    other = Item("other", 20, 1, (Live(0, 10, 0, 0), Live(10, 10, 3, 3), Live(0, 10, 4, 4), Live(10, 10, 7, 7)))
    assert lower_bound([one, other]) == 20
    placement = solve([one, other])
    assert extent_bound(Problem.of([one, other])) == placement.bytes == placement.bound == 40


def test_every_item_may_reach_the_arena_end_at_the_bound() -> None:
    chain = [Item(str(i), 64, 16, (Live(0, 64, i, i + 1),)) for i in range(40)]
    placement = solve(chain)
    assert placement.bytes == placement.bound == 128


def test_a_dying_input_and_a_growing_output_overlay_each_other() -> None:
    rows = 8
    dying = Item("dying", rows * 4, 4, tuple(Live(4 * r, 4, 0, r) for r in range(rows)))
    growing = Item("growing", rows * 4, 4, tuple(Live(4 * r, 4, r, rows) for r in range(rows)))
    placement = solve([dying, growing])
    occupancy([dying, growing], placement.offsets)
    assert placement.bytes == placement.bound == (rows + 1) * 4


def test_an_item_lies_in_the_hole_of_another() -> None:
    hollow = Item("hollow", 100, 4, (Live(0, 20, 0, 3), Live(80, 20, 0, 3)))
    guest = Item("guest", 60, 4, (Live(0, 60, 1, 2),))
    placement = solve([hollow, guest])
    assert placement.bytes == placement.bound == 100


def test_a_ring_is_free_between_its_intervals() -> None:
    rings = [
        Item("even", 32, 4, (Live(0, 32, 0, 0), Live(0, 32, 2, 2))),
        Item("odd", 32, 4, (Live(0, 32, 1, 1), Live(0, 32, 3, 3))),
    ]
    assert solve(rings).bytes == 32


def test_alignment_is_part_of_the_bound() -> None:
    items = [Item(str(i), 17, 16, (Live(0, 17, 0, 0),)) for i in range(3)]
    placement = solve(items)
    assert placement.bytes == placement.bound == 32 + 32 + 17


def test_nothing_needs_nothing() -> None:
    assert solve([]).bytes == 0
    assert solve([Item("never", 8, 4, ())]).offsets == (0,)


@pytest.mark.parametrize(
    "item",
    [
        Item("past its end", 8, 4, (Live(4, 8, 0, 0),)),
        Item("before its start", 8, 4, (Live(-4, 4, 0, 0),)),
        Item("backwards", 8, 4, (Live(0, 8, 2, 1),)),
        Item("unaligned", 8, 0, ()),
    ],
    ids=lambda item: item.name,
)
def test_an_item_that_contradicts_itself_is_refused(item: Item) -> None:
    with pytest.raises(ValueError, match=item.name):
        solve([item])


@pytest.mark.parametrize(("count", "length"), [(30, 6), (200, 20), (500, 50)])
def test_work_is_bounded_by_steps(count: int, length: int) -> None:
    rng = random.Random(count)
    items = []
    for i in range(count):
        first, size = rng.randrange(count), rng.randint(1, 4096)
        items.append(Item(str(i), size, 4, (Live(0, size, first, first + rng.randrange(length)),)))
    problem = Problem.of(items)
    solver = _Solver(problem)
    offsets = solver.run()
    assert problem.height(offsets) <= 1.1 * problem.bound
    pairs = sum(len(near) + 1 for near in problem.neighbours)
    greedy, wheels = 18 * pairs, min(STEPS_PER_ITEM * count, MOST_STEPS)
    assert solver.steps <= greedy + wheels + pairs  # the last round may end late
