"""One-operator models for the cost tables: sizes as networks for microcontrollers have them, and small odd ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from codegen.frontend.writer import write_model
from codegen.graph import Array, Tensor
from tests.builders import GraphBuilder

Make = Callable[[GraphBuilder], Tensor]


def _conv(h: int, w: int, c: int, filters: int, kernel: tuple[int, int], stride: int = 1, relu: bool = True) -> Make:
    def make(b: GraphBuilder) -> Tensor:
        activation = "RELU" if relu else "NONE"
        x = b.input((1, h, w, c), scale=0.05, zero_point=-128)
        return b.conv_2d(x, filters, kernel, stride=(stride, stride), activation=activation, zero_point=-128)

    return make


def _depthwise(
    h: int, w: int, c: int, kernel: tuple[int, int], stride: int = 1, multiplier: int = 1, relu: bool = True
) -> Make:
    def make(b: GraphBuilder) -> Tensor:
        x = b.input((1, h, w, c), scale=0.05, zero_point=-128)
        activation, zero_point = ("RELU", -128) if relu else ("NONE", 3)
        return b.depthwise_conv_2d(
            x, kernel, stride=(stride, stride), multiplier=multiplier, activation=activation, zero_point=zero_point
        )

    return make


def _dense(depth: int, units: int) -> Make:
    return lambda b: b.fully_connected(b.input((1, depth)), units)


def _conv_16(h: int, w: int, c: int, filters: int, kernel: tuple[int, int], stride: int = 1) -> Make:
    return lambda b: b.conv_2d(b.input((1, h, w, c), "int16"), filters, kernel, stride=(stride, stride))


def _depthwise_16(h: int, w: int, c: int, kernel: tuple[int, int], stride: int = 1) -> Make:
    return lambda b: b.depthwise_conv_2d(b.input((1, h, w, c), "int16"), kernel, stride=(stride, stride))


def _dense_16(rows: int, depth: int, units: int) -> Make:
    return lambda b: b.fully_connected(b.input((rows, depth), "int16"), units)


def _pool(type_: str, h: int, w: int, c: int, kernel: tuple[int, int]) -> Make:
    return lambda b: b.pool(b.input((1, h, w, c)), type_, kernel)


def _binary(type_: str, size: int) -> Make:
    return lambda b: b.binary(type_, b.input((1, 1, 1, size)), b.input((1, 1, 1, size)))


def _greater(size: int) -> Make:
    def make(b: GraphBuilder) -> Tensor:
        x, y = (b.input((1, size), scale=0.1, zero_point=3) for _ in range(2))
        return b.one("MAXIMUM", [x, y], x.shape, x.quantization, x.dtype)

    return make


def _softmax(rows: int, size: int) -> Make:
    return lambda b: b.softmax(b.input((rows, size)))


def _mean(h: int, w: int, c: int) -> Make:
    return lambda b: b.mean(b.input((1, h, w, c)), (1, 2))


def _unary(type_: str, size: int) -> Make:
    return lambda b: b.unary(type_, b.input((1, size)))


def _logistic(size: int) -> Make:
    return lambda b: b.logistic(b.input((1, size)))


def _pad(h: int, w: int, c: int) -> Make:
    return lambda b: b.pad(b.input((1, h, w, c)), [(0, 0), (1, 1), (1, 1), (0, 0)])


def _joined(h: int, w: int, c: int) -> Make:
    def make(b: GraphBuilder) -> Tensor:
        x, y = (b.input((1, h, w, c), scale=0.1, zero_point=3) for _ in range(2))
        return b.concatenation([x, y])

    return make


def _with_weights(make: Make, change: Callable[[np.random.Generator, Array], Array]) -> Make:
    """The same operator with other weights."""

    def made(b: GraphBuilder) -> Tensor:
        output = make(b)
        op = b.operators[-1]
        old = op.input(1)
        assert old.data is not None
        new = replace(old, data=change(b.rng, old.data.copy()))
        b.tensors[b.tensors.index(old)] = new
        b.operators[-1] = replace(op, inputs=(op.inputs[0], new, *op.inputs[2:]))
        return output

    return made


def pruned(share: float) -> Callable[[np.random.Generator, Array], Array]:
    """`share` of the blocks of four weights in a row are 0."""

    def change(rng: np.random.Generator, weights: Array) -> Array:
        weights.reshape(-1, 4)[rng.random(weights.size // 4) < share] = 0
        return weights

    return change


def clustered(rng: np.random.Generator, weights: Array) -> Array:
    """At most 16 different weights."""
    values = rng.integers(-127, 128, 16).astype(np.int8)
    return np.asarray(values[rng.integers(0, 16, weights.shape)])


CASES: tuple[tuple[str, Make], ...] = (
    *(
        (f"pointwise {h}x{w}x{c} to {n}", _conv(h, w, c, n, (1, 1)))
        for h, w, c, n in (
            (25, 5, 64, 64), (24, 24, 8, 16), (12, 12, 16, 32), (12, 12, 32, 32), (6, 6, 64, 128), (6, 6, 128, 128),
            (3, 3, 128, 256), (3, 3, 256, 256), (1, 1, 256, 2), (8, 4, 20, 28), (5, 3, 7, 9), (28, 1, 40, 128),
            (1, 1, 40, 128), (1, 1, 128, 96), (1, 5, 64, 64), (1, 2, 32, 64), (1, 3, 64, 64),  # rows of bands
        )
    ),
    *(
        (f"convolution {k}x{j} s{s} {h}x{w}x{c} to {n}", _conv(h, w, c, n, (k, j), s, relu))
        for h, w, c, n, k, j, s, relu in (
            (49, 10, 1, 64, 10, 4, 2, True), (48, 48, 3, 8, 3, 3, 2, True), (32, 32, 3, 16, 3, 3, 1, True),
            (16, 16, 16, 16, 3, 3, 1, True), (16, 16, 16, 32, 3, 3, 2, False), (8, 8, 32, 32, 3, 3, 1, True),
            (8, 8, 64, 64, 3, 3, 1, False), (16, 16, 16, 32, 1, 1, 2, False), (30, 1, 40, 32, 5, 1, 1, True),
            (7, 5, 5, 9, 3, 2, 1, True), (20, 1, 32, 40, 3, 1, 1, True),
        )
    ),
    *(
        (f"depthwise {k}x{j} s{s} {h}x{w}x{c} x{m}", _depthwise(h, w, c, (k, j), s, m))
        for h, w, c, k, j, s, m in (
            (25, 5, 64, 3, 3, 1, 1), (24, 24, 8, 3, 3, 1, 1), (24, 24, 16, 3, 3, 2, 1), (12, 12, 32, 3, 3, 1, 1),
            (6, 6, 128, 3, 3, 1, 1), (6, 6, 128, 3, 3, 2, 1), (3, 3, 256, 3, 3, 1, 1), (28, 1, 40, 10, 1, 1, 1),
            (20, 1, 128, 15, 1, 1, 1), (9, 9, 12, 5, 5, 1, 1), (49, 40, 1, 10, 8, 2, 8), (7, 5, 5, 3, 3, 1, 3),
            (8, 1, 64, 4, 1, 1, 1), (24, 24, 4, 3, 3, 1, 1), (6, 6, 4, 3, 3, 1, 1), (1, 24, 16, 3, 3, 1, 1),
            (28, 1, 4, 5, 1, 1, 1), (1, 9, 12, 5, 5, 1, 1),
        )
    ),
    ("depthwise 3x3 s1 12x12x32 x1 without activation", _depthwise(12, 12, 32, (3, 3), relu=False)),
    *((f"dense {k} to {n}", _dense(k, n))
      for k, n in ((640, 128), (128, 128), (128, 8), (8, 128), (64, 12), (64, 10), (4000, 4), (16, 16), (37, 5))),
    *(
        (f"{type_} {k}x{j} {h}x{w}x{c}", _pool(type_, h, w, c, (k, j)))
        for type_ in ("AVERAGE_POOL_2D", "MAX_POOL_2D")
        for h, w, c, k, j in (
            (25, 5, 64, 25, 5), (3, 3, 256, 3, 3), (8, 8, 64, 8, 8), (16, 16, 8, 2, 2), (9, 9, 5, 3, 3),
        )
    ),
    *((f"{type_} {size}", _binary(type_, size))
      for type_ in ("ADD", "SUB", "MUL") for size in (64, 1000, 4096)),
    *((f"MAXIMUM {size}", _greater(size)) for size in (64, 1000)),
    *((f"softmax {rows} x {size}", _softmax(rows, size)) for rows, size in ((1, 4), (1, 12), (1, 100), (20, 10))),
    *((f"mean {h}x{w}x{c}", _mean(h, w, c)) for h, w, c in ((3, 3, 256), (8, 8, 64), (5, 7, 20))),
    *((f"{type_} {size}", _unary(type_, size)) for type_ in ("QUANTIZE", "RELU") for size in (64, 1000)),
    *((f"logistic {size}", _logistic(size)) for size in (1, 64, 1000)),
    *((f"pad {h}x{w}x{c}", _pad(h, w, c)) for h, w, c in ((8, 8, 16), (24, 24, 3), (12, 12, 40))),
    *((f"concatenation {h}x{w}x{c}", _joined(h, w, c)) for h, w, c in ((8, 8, 16), (1, 1, 100), (12, 12, 5))),
    *(
        (f"convolution 3x3 s1 {h}x{w}x{c} to {n}", _conv(h, w, c, n, (3, 3), 1, relu))
        for h, w, c, n, relu in (
            (32, 32, 16, 16, False), (7, 5, 12, 10, False), (6, 6, 128, 16, True), (12, 12, 24, 12, False),
        )
    ),
    *(
        (f"int16 convolution {k}x{k} s{s} {h}x{w}x{c} to {n}", _conv_16(h, w, c, n, (k, k), s))
        for h, w, c, n, k, s in (
            (16, 16, 16, 16, 3, 1), (8, 8, 32, 64, 3, 1), (25, 5, 64, 64, 1, 1), (24, 24, 16, 32, 1, 1),
            (9, 7, 8, 5, 3, 2), (5, 5, 4, 8, 5, 1),
        )
    ),
    *(
        (f"int16 depthwise {k}x{j} s{s} {h}x{w}x{c}", _depthwise_16(h, w, c, (k, j), s))
        for h, w, c, k, j, s in (
            (25, 5, 64, 3, 3, 1), (24, 24, 16, 3, 3, 2), (12, 12, 32, 5, 5, 1), (20, 1, 40, 10, 1, 1),
            (7, 9, 6, 3, 2, 1), (4, 3, 8, 3, 3, 1), (30, 1, 4, 4, 1, 1),
        )
    ),
    *(
        (f"int16 dense {rows} x {k} to {n}", _dense_16(rows, k, n))
        for rows, k, n in ((1, 128, 128), (1, 400, 100), (1, 16, 12), (3, 37, 5), (1, 640, 8))
    ),
    *(
        (f"{what} {name}", _with_weights(make, change))
        for what, change in (
            ("pruned by half", pruned(0.5)), ("pruned", pruned(0.75)), ("much pruned", pruned(0.9)),
            ("clustered", clustered),
        )
        for name, make in (
            ("pointwise 25x5x64 to 64", _conv(25, 5, 64, 64, (1, 1))),
            ("pointwise 6x6x128 to 128", _conv(6, 6, 128, 128, (1, 1))),
            ("convolution 3x3 s1 16x16x16 to 16", _conv(16, 16, 16, 16, (3, 3))),
            ("dense 640 to 128", _dense(640, 128)),
            ("dense 128 to 8", _dense(128, 8)),
        )
    ),
)  # fmt: skip
"""(what it is, how it is made)."""


def models() -> Iterator[tuple[str, bytes]]:
    """Every case as a .tflite file; the same bytes at every call."""
    for number, (name, make) in enumerate(CASES):
        builder = GraphBuilder(number)
        yield name, write_model(builder.build([make(builder)]))
