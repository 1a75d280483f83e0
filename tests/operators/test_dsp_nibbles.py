"""Weights of 4 bits by the DSP extension: the portable body on the host, the extension in QEMU, in bands, in place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.graph import Tensor
from codegen.target import Target
from tests.builders import GraphBuilder
from tests.planning.tight import tight_plans

from .test_packed_weights import any_weighted
from .windows import ACTIVATIONS, Plan, any_input, assert_emulated, assert_plans_equal, chosen

BOARD = "mps2-an386"
NAME = "cg_conv_2d_units_s4"
BANDS = (None, 1, 3)
PLANS = tuple(Plan(BOARD, "native", rows, optimize="size", prefer=(NAME,)) for rows in BANDS)


def _extreme(b: GraphBuilder) -> None:
    """Weights of the last operator at the ends of 4 bits."""
    op = b.operators[-1]
    weights = op.input(1)
    other = replace(weights, data=b.rng.choice(((-7, 7), (7, 7), (-7, -7))[int(b.rng.integers(3))], weights.shape))
    other = replace(other, data=np.asarray(other.data, np.int8))
    b.tensors[b.tensors.index(weights)] = other
    b.operators[-1] = replace(op, inputs=(op.inputs[0], other, *op.inputs[2:]))


def graph(rng: np.random.Generator, count: int) -> tuple[GraphBuilder, list[Tensor]]:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for k in range(count):
        outputs.append(any_weighted(b, 2 * k))  # no depthwise convolution but each third
        if rng.random() < 0.3:
            _extreme(b)
    return b, outputs


def test_where_it_is_taken(rng: np.random.Generator) -> None:
    """By its cost too. Without the objective weights are unpacked before kernels are asked."""
    b, _ = graph(rng, 40)
    target = Target(load_board(BOARD), optimize="size")
    assert sum(chosen(op, replace(target, prefer=(NAME,))) == NAME for op in b.operators) >= 10
    assert sum(chosen(op, target) == NAME for op in b.operators) >= 3
    x = b.input((1, 6, 6, 8))
    module = compile_with(b.model([b.conv_2d(x, 8, weights_dtype="int4")]), Options(BOARD))
    assert NAME not in {call.kernel.name for call in module.memory.schedule.calls}


def test_portable_body(rng: np.random.Generator, full: bool) -> None:
    for _ in range(30 if full else 1):
        assert_plans_equal(*graph(rng, 15), PLANS if full else [PLANS[int(rng.integers(3))]])


@pytest.mark.qemu
@pytest.mark.parametrize("band_rows", BANDS[:2])
def test_in_the_emulator(band_rows: int | None, rng: np.random.Generator, full: bool) -> None:
    """Inputs and outputs live throughout, beside the scratch: a byte written too many is seen."""
    for _ in range(30 if full else 1):
        b, outputs = graph(rng, 15)
        options = Options(BOARD, kernels="native", band_rows=band_rows, optimize="size", prefer=(NAME,))
        assert_emulated(b, outputs, options, [NAME])


@pytest.mark.qemu
def test_over_the_input(rng: np.random.Generator, full: bool) -> None:
    for _ in range(20 if full else 1):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        outputs = []
        for _ in range(4):
            x = any_input(b, (1, *(int(n) for n in rng.integers(1, 9, 2)), 6))
            for channels in rng.choice((3, 8, 13), 3).tolist():
                x = b.conv_2d(x, channels, weights_dtype="int4", activation=str(rng.choice(ACTIVATIONS)))
            x = b.reshape(x, (1, x.size))
            outputs.append(b.fully_connected(x, 17, weights_dtype="int4"))
        options = Options(BOARD, kernels="native", streaming=False, optimize="size", prefer=(NAME,))
        with tight_plans():
            assert assert_emulated(b, outputs, options, [NAME], on_host=True) >= 4
