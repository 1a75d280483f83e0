"""PAD in front of a convolution is its padding, by every kernel, in bands and whole."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.graph import Tensor
from codegen.transforms.merged_pad import merged_pad
from tests.builders import GraphBuilder, Pair
from tests.transforms.equal import check, random_cases, types

NAME = "merged_pad"


def convolution(b: GraphBuilder, x: Tensor, kernel: Pair, kind: int, stride: Pair, dilation: Pair) -> Tensor:
    if kind == 0:
        return b.conv_2d(x, 3, kernel, stride=stride, padding="VALID", dilation=dilation)
    return b.depthwise_conv_2d(x, kernel, multiplier=kind, stride=stride, padding="VALID", dilation=dilation)


def padded(b: GraphBuilder, x: Tensor, around: tuple[Pair, Pair], value: int | None = None) -> Tensor:
    return b.pad(x, [(0, 0), *around, (0, 0)], value)


def many(b: GraphBuilder, rng: np.random.Generator, count: int) -> list[Tensor]:
    outputs: list[Tensor] = []
    while len(outputs) < count:
        kernel = tuple(int(k) for k in rng.choice([1, 2, 3, 3, 4, 5], 2))
        stride = tuple(int(k) for k in rng.integers(1, 4, 2))
        dilation = tuple(int(k) for k in rng.choice([1, 1, 1, 2], 2))
        span = [(kernel[k] - 1) * dilation[k] + 1 for k in (0, 1)]
        around = [(int(rng.integers(0, (s - 1) // 2 + 1)), int(rng.integers(0, s // 2 + 1))) for s in span]
        size = [int(rng.integers(1, 9)) for _ in span]
        if any(size[k] + sum(around[k]) < span[k] for k in (0, 1)):
            continue
        x = b.input((int(rng.choice([1, 1, 2])), *size, int(rng.choice([1, 3, 4, 6]))))
        y = padded(b, x, (around[0], around[1]), x.zero_point if rng.random() < 0.3 else None)
        kind = int(rng.choice([0, 1, 1, 2]))
        outputs.append(
            convolution(b, y, (kernel[0], kernel[1]), kind, (stride[0], stride[1]), (dilation[0], dilation[1]))
        )
    return outputs


@pytest.mark.parametrize("board", ["host", "mps3-an547", "mps2-an386"])
def test_generated_paddings_windows_strides_and_bands(board: str, rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = many(b, rng, 120 if full else 30)
    bands = (None, 1, 2) if board == "host" else (None, 2)
    legal = check(b.build(outputs), random_cases(b, 2), NAME, band_rows=bands, board=board)
    assert set(types(legal)) == {"CONV_2D", "DEPTHWISE_CONV_2D"}
    assert {op.option("padding") for op in legal.main.operators} == {"EXPLICIT"}


def test_windows_that_tile_only_the_unpadded_input() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 4, 4, 2))
    shifted = [((1, 1), (1, 1)), ((0, 0), (1, 1)), ((1, 0), (0, 1))]
    outputs = [b.conv_2d(padded(b, x, a), 3, (3, 3), stride=(3, 3), padding="VALID") for a in shifted]
    line = b.input((1, 1, 8, 4))
    outputs += [b.conv_2d(padded(b, line, ((0, 0), a)), 3, (1, 3), padding="VALID") for a in ((1, 0), (0, 1), (1, 1))]
    outputs += [b.conv_2d(padded(b, line, ((0, 0), (1, 1))), 3, (1, 4), stride=(1, 2), padding="VALID")]
    for board in ("host", "mps3-an547"):
        legal = check(b.build(outputs), random_cases(b), NAME, board=board)
        assert types(legal) == ["CONV_2D"] * len(outputs)


def test_what_is_not_exact_stays() -> None:
    b = GraphBuilder(2)
    x = b.input((1, 5, 5, 2), scale=0.1, zero_point=7)
    one = ((1, 1), (1, 1))

    def conv(y: Tensor, padding: str = "VALID", kernel: Pair = (3, 3)) -> Tensor:
        return b.conv_2d(y, 3, kernel, padding=padding)

    read_twice = padded(b, x, one)
    an_output = padded(b, x, one)
    outputs = [
        conv(padded(b, x, one, value=3)), conv(padded(b, x, one), "SAME"), conv(padded(b, x, ((2, 2), (1, 1)))),
        conv(padded(b, x, one), "VALID", (1, 1)), conv(b.pad(x, [(0, 0), (1, 1), (1, 1), (0, 1)])),
        conv(b.pad(x, [(1, 0), (1, 1), (1, 1), (0, 0)])), conv(read_twice), conv(read_twice), an_output,
        conv(an_output), b.pool(padded(b, x, one)),
    ]  # fmt: skip
    graph = b.build(outputs)
    check(graph, random_cases(b), NAME)
    assert merged_pad(graph) is graph
