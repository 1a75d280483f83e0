"""Segments as emitted C: streamed networks give the bytes of the whole-tensor build, whatever the bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.frontend.reader import read_model
from codegen.graph import Tensor
from codegen.host import load
from codegen.operators import graph_checked
from codegen.planning.model import Segment
from codegen.planning.schedule import Stream
from codegen.planning.segments import computed_inputs, needs_run, streaming_kernel
from codegen.target import Target, parse_kernels
from codegen.transforms import legalise
from tests.builders import GraphBuilder
from tests.operators.equality import random_cases

BOARD = "mps2-an386"
STRICT = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wundef", "-Wpedantic", "-Werror")


def network(rng: np.random.Generator) -> bytes:
    """A chain of windows with strides, dilations and paddings, skip connections and several readers."""
    b = GraphBuilder(int(rng.integers(1 << 30)))
    height, width = (int(n) for n in rng.integers(5, 14, 2))
    x = b.input((1, height, width, int(rng.integers(1, 6))))
    seen: list[Tensor] = [x]
    for _ in range(int(rng.integers(3, 9))):
        x = _layer(b, rng, x, seen)
        seen.append(x)
    if rng.integers(0, 2):
        x = _head(b, rng, x, int(rng.integers(0, 6)))
    extra = [seen[int(k)] for k in rng.integers(1, len(seen), int(rng.integers(0, 2)))]
    return b.model(list(dict.fromkeys([x, *extra])))


def _head(b: GraphBuilder, rng: np.random.Generator, x: Tensor, kind: int) -> Tensor:
    """What makes one row of all rows: of these, segments keep sums."""
    _, height, width, channels = x.shape
    if kind == 0:
        return b.pool(x, "AVERAGE_POOL_2D", (height, int(rng.integers(1, width + 1))), stride=(1, 1))
    if kind == 1:
        return b.fully_connected(x, int(rng.integers(1, 6)), per_channel=bool(rng.integers(0, 2)))
    if kind == 2:
        return b.conv_2d(x, int(rng.integers(1, 6)), kernel=(height, 1), padding="VALID")
    if kind == 3:
        kernel = (height, min(width, 2))
        return b.depthwise_conv_2d(x, kernel, multiplier=int(rng.integers(1, 3)), padding="VALID")
    axes, shape = (((1,), (1, width, channels)), ((1, 2), (1, channels)))[kind - 4]
    sum_or_mean = ("SUM", "MEAN")[int(rng.integers(2))]
    return b.one(sum_or_mean, [x, b.constant(np.array(axes, np.int32))], shape, x.quantization)


def _layer(b: GraphBuilder, rng: np.random.Generator, x: Tensor, seen: list[Tensor]) -> Tensor:
    alike = [t for t in seen if t.shape == x.shape and t is not x]
    kind = int(rng.integers(0, 7))
    kernel = (int(rng.integers(1, 5)), int(rng.integers(1, 4)))
    stride = (int(rng.integers(1, 3)), int(rng.integers(1, 3)))
    padding = "SAME" if x.shape[1] < 7 or x.shape[2] < 5 or rng.integers(0, 2) else "VALID"
    if kind == 0 and alike:
        return b.binary(("ADD", "MUL", "SUB")[int(rng.integers(3))], x, alike[int(rng.integers(len(alike)))])
    if kind == 6:
        return b.one("HARD_SWISH", [x], x.shape, x.quantization)
    if kind == 1:
        return b.conv_2d(x, int(rng.integers(1, 9)), kernel=(1, 1))
    if kind == 2:
        types = ("MAX_POOL_2D", "AVERAGE_POOL_2D")
        small = (min(kernel[0], x.shape[1]), min(kernel[1], x.shape[2]))
        return b.pool(x, types[int(rng.integers(2))], small, stride=stride, padding=padding)
    if kind == 3:
        dilation = (int(rng.integers(1, 3)), 1)
        return b.conv_2d(x, int(rng.integers(1, 9)), kernel=kernel, padding="SAME", dilation=dilation)
    if kind == 4:
        return b.depthwise_conv_2d(x, kernel, multiplier=int(rng.integers(1, 3)), stride=stride, padding=padding)
    return b.conv_2d(x, int(rng.integers(1, 9)), kernel=kernel, stride=stride, padding=padding)


def streams_of(model: bytes, options: Options, rng: np.random.Generator) -> tuple[Stream, ...]:
    """Random segments over the operators that can be streamed, with random bands."""
    target = Target(load_board(options.board), kernels=parse_kernels(options.kernels))
    graph = graph_checked(legalise(read_model(model), ()), target)
    found: list[Stream] = []
    run: list[int] = []
    for position, op in enumerate((*graph.main.operators, None)):
        if op is not None and streaming_kernel(op, target) is not None and rng.random() < 0.9:
            run.append(int(rng.integers(1, 5)))
        elif run:
            found.append(Stream(position - len(run), tuple(run)))
            run = []
    return tuple(found)


@pytest.mark.parametrize("number", range(4))
def test_cmsis_nn_computes_rows_where_they_are(number: int, rng: np.random.Generator, full: bool) -> None:
    segments = 0
    for _ in range(20 if full else 2):
        model = network(rng)
        options = Options(BOARD, "net", "cmsis-nn")
        streams = streams_of(model, options, rng)
        whole, streamed = compile_with(model, options), compile_with(model, replace(options, streams=streams))
        plan = streamed.memory
        for node in plan.schedule.body:
            for stage in node.stages if isinstance(node, Segment) else ():
                segments += 1
                for tensor in computed_inputs(stage.operator) if needs_run(stage.operator, stage.kernel) else ():
                    buffer = plan.buffer_of(tensor)
                    assert buffer is not None, number
                    assert buffer.ring is None, number
        a, b = load(whole), load(streamed, flags=STRICT)
        builder = GraphBuilder(int(rng.integers(1 << 30)))
        builder.inputs = [port.tensor for port in whole.interface.inputs]
        for case in random_cases(builder, 2):
            for one, other in zip(a(*case), b(*case), strict=True):
                np.testing.assert_array_equal(one, other, err_msg=str(number))
    assert segments


@pytest.mark.parametrize("number", range(12))
def test_generated_networks_give_the_bytes_of_the_whole_build(
    number: int, rng: np.random.Generator, full: bool
) -> None:
    for _ in range(20 if full else 1):
        model = network(rng)
        options = Options(BOARD, "net", "native")
        whole = compile_with(model, options)
        streamed = compile_with(model, Options(BOARD, "net", "native", streams=streams_of(model, options, rng)))
        sanitized = ("-fsanitize=undefined", "-fno-sanitize-recover=all", *STRICT) if number == 0 else STRICT
        a, b = load(whole), load(streamed, flags=sanitized)
        builder = GraphBuilder(int(rng.integers(1 << 30)))
        builder.inputs = [port.tensor for port in whole.interface.inputs]
        for case in random_cases(builder, 3):
            for one, other in zip(a(*case), b(*case), strict=True):
                np.testing.assert_array_equal(one, other)


def test_a_segment_is_one_loop_that_calls_a_function_for_each_operator() -> None:
    b = GraphBuilder(1)
    y = b.conv_2d(b.depthwise_conv_2d(b.conv_2d(b.input((1, 12, 8, 3)), 4)), 8, kernel=(1, 1))
    module = compile_with(b.model([y]), Options(BOARD, "net", "native", streams=(Stream(0, (1, 1, 2)),)))
    text = module.files["net.c"]
    assert "if (made_2 < 12 && made_1 >= made_2 + 2) {" in text
    assert "} else if (made_1 < 12 && (made_0 >= made_1 + 2 || made_0 == 12)) {" in text
    assert "} else if (made_0 < 12) {" in text
    assert "% 3) * 32" in text  # a ring of three rows of 8 x 4 bytes


@pytest.mark.parametrize("kind", range(6))
def test_sums_grow_as_rows_come(kind: int, rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 30)))
    x = b.conv_2d(b.input((1, 9, 5, 2)), 6)

    model = b.model([_head(b, rng, x, kind)])
    for bands in ((1, 1), (2, 4), (9, 2)):
        options = Options(BOARD, "net", "native", streams=(Stream(0, bands),))
        streamed, whole = compile_with(model, options), compile_with(model, Options(BOARD, "net", "native"))
        assert "_sums_s8(" in streamed.files["net.c"]
        a, c = load(whole), load(streamed, flags=STRICT)
        for case in random_cases(b, 3):
            np.testing.assert_array_equal(a(*case)[0], c(*case)[0])


def test_what_cannot_be_streamed_is_computed_whole() -> None:
    b = GraphBuilder(1)
    y = b.softmax(b.fully_connected(b.conv_2d(b.input((1, 6, 6, 2)), 4), 5))
    module = compile_with(b.model([y]), Options(BOARD, "net", "native", streams=(Stream(0, (1, 1, 1)),)))
    assert "made_0" not in module.files["net.c"]
