"""Channels that are constant for every input, or that nobody reads, go; every output byte stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.frontend.writer import write_model
from codegen.graph import Array, Graph, Operator, Tensor, read_only
from codegen.oracle import run_oracle
from codegen.transforms._intervals import intervals
from codegen.transforms._rewrite import substituted
from codegen.transforms.constant_channels import constant_channels
from tests.builders import GraphBuilder
from tests.transforms.equal import check, maker, random_cases

NAME = "constant_channels"
SUMS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")


def deadened(graph: Graph, rng: np.random.Generator, share: float = 0.5) -> Graph:
    """`graph` with weights of 0 and extreme biases for some output channels, weights of 0 for some input channels."""
    new: dict[Tensor, Tensor] = {}
    for op in graph.main.operators:
        if op.type not in SUMS:
            continue
        weights, axis = op.input(1), 3 if op.type == "DEPTHWISE_CONV_2D" else 0
        assert weights.data is not None
        data = np.moveaxis(weights.data.copy(), axis, 0)
        bias = op.optional_input(2)
        sums = None if bias is None or bias.data is None else bias.data.copy()
        for channel in range(data.shape[0]):
            kind = rng.choice(["zero", "least", "greatest"]) if rng.random() < share else ""
            if kind == "zero" or (kind and sums is None):
                data[channel] = 0
            elif kind and sums is not None:
                sums[channel] = (1 << int(rng.integers(22, 31))) * (1 if kind == "greatest" else -1)
        if axis == 0:
            data[..., rng.random(data.shape[-1]) < share / 3] = 0
        new[weights] = replace(weights, data=read_only(np.moveaxis(data, 0, axis).copy()))
        if bias is not None and sums is not None:
            new[bias] = replace(bias, data=read_only(sums))
    return substituted(graph, new)


def network(b: GraphBuilder, rng: np.random.Generator) -> Tensor:
    """A random chain of what channels pass through, with side branches that keep some of them."""
    kernels = [(1, 1), (3, 3), (2, 3), (3, 1)]
    x = b.input((1, int(rng.integers(2, 7)), int(rng.integers(2, 7)), int(rng.integers(1, 9))))
    activations = ("NONE", "RELU", "RELU6")
    x = b.conv_2d(x, int(rng.integers(4, 24)), (3, 3), activation=str(rng.choice(activations)))
    for _ in range(int(rng.integers(1, 6))):
        kernel, padding = kernels[rng.integers(4)], str(rng.choice(["SAME", "SAME", "VALID"]))
        if min(x.shape[1:3]) < 3:
            padding = "SAME"
        activation, bias = str(rng.choice(activations)), bool(rng.random() < 0.8)
        match rng.integers(7):
            case 0 | 1:
                x = b.conv_2d(x, int(rng.integers(1, 24)), kernel, padding=padding, activation=activation, bias=bias)
            case 2 | 3:
                times = int(rng.choice([1, 1, 1, 2]))
                x = b.depthwise_conv_2d(x, kernel, multiplier=times, padding=padding, activation=activation)
            case 4:
                x = b.pool(x, str(rng.choice(["MAX_POOL_2D", "AVERAGE_POOL_2D"])), stride=(1, 1), padding="SAME")
            case 5:
                x = b.logistic(x)
            case 6:
                x = b.add(x, x)
    return x


def ended(b: GraphBuilder, x: Tensor, rng: np.random.Generator) -> list[Tensor]:
    match rng.integers(4):
        case 0:
            return [b.fully_connected(b.reshape(x, (1, x.size)), 5)]
        case 1:
            return [b.conv_2d(x, 3, (3, 3)), b.depthwise_conv_2d(x)]
        case 2:
            return [b.mean(x, (1, 2))]
        case _:
            return [b.conv_2d(x, 6, (1, 1)), b.fully_connected(b.reshape(x, (1, x.size)), 2)]


def extreme_cases(b: GraphBuilder) -> list[list[Array]]:
    ends = [[np.full(t.shape, value, np.int8) for t in b.inputs] for value in (-128, 127)]
    return [*random_cases(b, 3), *ends]


@pytest.mark.parametrize("board", ["host", "mps3-an547"])
def test_generated_networks(board: str, rng: np.random.Generator, full: bool) -> None:
    dropped = 0
    for _ in range((150 if full else 12) if board == "host" else 3):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        graph = deadened(b.build(ended(b, network(b, rng), rng)), rng)
        legal = check(graph, extreme_cases(b), NAME, board=board, without=False)
        dropped += sum(t.kept is not None for op in legal.main.operators for t in op.outputs)
    assert dropped > 2


def test_bounds_hold_and_are_reached(rng: np.random.Generator) -> None:
    """Single sums: at some input every channel is at its bound, so no narrower one were right."""
    b = GraphBuilder(int(rng.integers(1 << 31)))
    x = b.input((1, 1, 1, 6), scale=0.1, zero_point=-128)
    y = b.conv_2d(x, 9, (1, 1))
    graph = b.build([y])
    bounds = intervals(graph.main)[y]
    weights = maker(graph, y).input(1).data
    assert weights is not None
    greatest = np.where(weights.reshape(9, 6) > 0, 127, -128).astype(np.int8)
    least = np.where(weights.reshape(9, 6) > 0, -128, 127).astype(np.int8)
    for inputs, bound in ((greatest, bounds.high), (least, bounds.low)):
        results = run_oracle(write_model(graph), [[row.reshape(x.shape)] for row in inputs])
        assert [int(result[0].reshape(-1)[k]) for k, result in enumerate(results)] == list(bound)


def one_dead(b: GraphBuilder, x: Tensor, value: int, channels: int = 8) -> tuple[Tensor, Operator]:
    """A convolution whose channels from 4 on are `value` for every input."""
    y = b.conv_2d(x, channels, (1, 1), scale=0.05, zero_point=-3)
    op = b.operators[-1]
    w, bias = op.input(1), op.input(2)
    assert w.data is not None and bias.data is not None and w.quantization is not None
    data, sums = w.data.copy(), bias.data.copy()
    data[4:] = 0
    sums[4:] = [round((value + 3) * y.scale / (x.scale * s)) for s in w.quantization.scales[4:]]
    b.operators[-1] = replace(op, inputs=(x, replace(w, data=read_only(data)), replace(bias, data=read_only(sums))))
    return y, b.operators[-1]


@pytest.mark.parametrize(("value", "padding", "channels"), [(-3, "SAME", 4), (40, "SAME", 8), (40, "VALID", 4)])
def test_padding_decides(value: int, padding: str, channels: int) -> None:
    """The zero point is what padding is; another constant is not."""
    b = GraphBuilder(3)
    y, op = one_dead(b, b.input((1, 5, 5, 3)), value)
    z = b.conv_2d(y, 5, (3, 3), padding=padding)
    graph = b.build([z])
    assert list(intervals(graph.main)[y].is_constant) == [False] * 4 + [True] * 4
    legal = check(graph, extreme_cases(b), NAME)
    assert maker(legal, op.output).output.shape[-1] == channels
    assert (maker(legal, op.output).output.kept == (0, 1, 2, 3)) == (channels == 4)


def test_outputs_other_readers_and_the_last_channels_stay() -> None:
    b = GraphBuilder(4)
    y, _ = one_dead(b, b.input((1, 4, 4, 2)), -3)
    z = b.conv_2d(y, 5, (1, 1))
    assert constant_channels(graph := b.build([y, z])) is graph
    b = GraphBuilder(5)
    y, _ = one_dead(b, b.input((1, 4, 4, 2)), -3)
    graph = b.build([b.conv_2d(y, 5, (1, 1)), b.softmax(y)])
    assert constant_channels(graph) is graph
    b = GraphBuilder(6)
    y = b.conv_2d(b.input((1, 4, 4, 2)), 8, (1, 1))
    dead = deadened(b.build([b.conv_2d(y, 5, (1, 1))]), np.random.default_rng(0), share=2.0)
    legal = check(dead, extreme_cases(b), NAME)
    assert maker(legal, y).output.shape[-1] == 4


def test_a_bias_that_would_leave_32_bits_keeps_the_channel() -> None:
    b = GraphBuilder(7)
    y, _ = one_dead(b, b.input((1, 4, 4, 2)), 120)
    z = b.conv_2d(y, 5, (1, 1))
    op = b.operators[-1]
    bias, w = op.input(2), op.input(1)
    assert bias.data is not None and w.data is not None
    full, ones = np.full(5, (1 << 31) - 1, np.int32), np.full_like(w.data, 127)
    changed = (y, replace(w, data=read_only(ones)), replace(bias, data=read_only(full)))
    b.operators[-1] = replace(op, inputs=changed)
    graph = b.build([z])
    assert constant_channels(graph) is graph
