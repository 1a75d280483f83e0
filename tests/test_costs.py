"""Cost tables: what they hold, what they say of bands, and that kernels are chosen by them."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from codegen.boards import load_board
from codegen.costs import cost_of, cost_table, counts
from codegen.graph import Operator
from codegen.operators import choose_kernel, families, family_of, is_allowed
from codegen.operators.family import Band
from codegen.resources import data_dir
from codegen.target import Target
from tests.builders import GraphBuilder

TABLES = sorted((data_dir("boards") / "costs").glob("*.toml"))
M4F = "mps2-an386"


def pointwise() -> tuple[GraphBuilder, Operator]:
    b = GraphBuilder(0)
    b.conv_2d(b.input((1, 8, 6, 16)), 24, (1, 1))
    return b, b.operators[0]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_names_kernels_and_counts_that_exist(path: object) -> None:
    values = tomllib.loads(path.read_text())  # type: ignore[attr-defined]
    kernels = {kernel.name: kernel for family in families().values() for kernel in family.kernels}
    _, op = pointwise()
    usual = set(counts(op))
    assert values["cores"]
    for name, entry in values["kernels"].items():
        assert name in kernels
        assert entry["cases"] >= 1 and entry["weights"] and min(entry["weights"].values()) > 0
        own = type(kernels[name]).work is not type(kernels[name]).__mro__[-3].work  # type: ignore[attr-defined]
        assert own or set(entry["weights"]) <= usual, name


def test_no_core_has_two_tables() -> None:
    cores = [core for path in TABLES for core in tomllib.loads(path.read_text())["cores"]]
    assert len(cores) == len(set(cores))


def test_counts_of_a_whole_operator_and_of_a_band() -> None:
    _, op = pointwise()
    whole, band = counts(op), counts(op, Band(2, 4))
    assert whole["macs"] == 8 * 6 * 16 * 24 and whole["outputs"] == 8 * 6 * 24 and whole["pixels"] == 48
    assert whole["inputs"] == 8 * 6 * 16 and whole["weights"] == 16 * 24 and whole["quads"] == 48 * 24 * 4
    for name in ("macs", "outputs", "inputs", "pixels", "rows", "quads", "row_weights"):
        assert band[name] == whole[name] / 4, name
    assert band["weights"] == whole["weights"] and band["calls"] == 1


def test_bands_cost_their_share_and_what_every_call_costs() -> None:
    _, op = pointwise()
    target = Target(load_board(M4F), kernels="cmsis-nn")
    kernel = next(k for k in family_of(op).kernels if k.name == "arm_convolve_1x1_s8_fast")
    whole = cost_of(kernel, op, target)
    rows = [cost_of(kernel, op, target, Band(y, y + 1)) for y in range(8)]
    assert whole is not None and whole.is_measured
    total = sum(cost.instructions for cost in rows if cost)
    assert whole.instructions < total < 2 * whole.instructions


def test_the_cheapest_kernel_is_chosen_and_a_preferred_one_before_it() -> None:
    b, op = pointwise()
    graph = b.build([op.output])
    target = Target(load_board(M4F))
    taking = [k for k in family_of(op).kernels if k.takes(op, target) and is_allowed(k, op, target)]
    costs = {k.name: c.instructions for k in taking if (c := cost_of(k, op, target))}
    assert len(costs) > 2
    assert choose_kernel(graph, op, target).name == min(costs, key=lambda name: costs[name])
    for name in costs:
        assert choose_kernel(graph, op, replace(target, prefer=(name,))).name == name
    assert choose_kernel(graph, op, replace(target, kernels="native")).provider == "native"


def test_a_core_that_nobody_measured_has_no_table() -> None:
    assert cost_table("host") is None
