"""Generated graphs for emulated cores: every operator by itself, and chains in which they share memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from codegen.graph import Tensor
from tests.builders import GraphBuilder
from tests.operators.test_add import ACTIVATIONS, add, operand, random_shapes
from tests.operators.test_concatenation import random_concatenation
from tests.operators.test_conv_2d import conv, one_row
from tests.operators.test_depthwise_conv_2d import depthwise
from tests.operators.test_fully_connected import dense
from tests.operators.test_lookup import random_zero_point
from tests.operators.test_mean import random_mean
from tests.operators.test_pad import random_pad
from tests.operators.test_pool_2d import pool
from tests.operators.test_quantize import quantize
from tests.operators.test_reshape import reshape_once
from tests.operators.windows import any_input, any_window

SOFTMAX_ROWS = (1, 2, 3, 4, 5, 8, 10, 16, 17, 31, 100, 255)


@dataclass
class Generated:
    """A graph with its outputs. `no_bias` lists operators that lose their bias of zeros for the compiler."""

    builder: GraphBuilder
    outputs: list[Tensor] = field(default_factory=list)
    no_bias: list[int] = field(default_factory=list)


def generate(seed: int, *, of_each: int, chains: int) -> Generated:
    """A graph of `of_each` operators of every kind, and `chains` small networks."""
    made = Generated(GraphBuilder(seed))
    for k in range(of_each):
        images = 2 if k % 3 == 2 else 1
        made.outputs.append(depthwise(made.builder, made.no_bias, images=images, dilated=k % 2 == 0))
        made.outputs += [one(made.builder) for one in SINGLE]
    made.outputs += [chain(made.builder) for _ in range(chains)]
    return made


# ------------------------------------------------------------------------------------------------- single operators
def _conv(b: GraphBuilder) -> Tensor:
    return conv(b, images=int(b.rng.choice((1, 1, 2))))


def _average(b: GraphBuilder) -> Tensor:
    return pool(b, "AVERAGE_POOL_2D", images=int(b.rng.choice((1, 1, 2))))


def _maximum(b: GraphBuilder) -> Tensor:
    return pool(b, "MAX_POOL_2D", images=int(b.rng.choice((1, 1, 2))))


def _dense(b: GraphBuilder) -> Tensor:
    return dense(b, int(b.rng.integers(0, 4)))


def _add(b: GraphBuilder) -> Tensor:
    shape = b.rng.integers(1, 8, b.rng.integers(0, 5)).tolist()
    return add(b, operand(b, shape, constant=False), operand(b, shape, constant=b.rng.random() < 0.2))


def _broadcast_add(b: GraphBuilder) -> Tensor:
    one, other = random_shapes(b.rng, int(b.rng.integers(1, 6)))
    return add(b, operand(b, one, constant=False), operand(b, other, constant=b.rng.random() < 0.2))


def _softmax(b: GraphBuilder) -> Tensor:
    shape = [*b.rng.integers(1, 4, b.rng.integers(0, 4)).tolist(), int(b.rng.choice(SOFTMAX_ROWS))]
    beta = float(b.rng.choice((1.0, 1.0, 0.5, 3.7)))
    return b.softmax(b.input(shape, scale=float(10.0 ** b.rng.uniform(-3, 1))), beta)


def _reshape(b: GraphBuilder) -> Tensor:
    x = b.input(b.rng.integers(1, 5, b.rng.integers(1, 5)).tolist(), scale=0.05)
    return reshape_once(b, x, str(b.rng.choice(("RESHAPE", "SQUEEZE", "EXPAND_DIMS"))))


def _pad(b: GraphBuilder) -> Tensor:
    return random_pad(b, "int8", None if b.rng.random() < 0.7 else int(b.rng.integers(-128, 128)))


def _mean(b: GraphBuilder) -> Tensor:
    return random_mean(b, "MEAN")


def _concatenation(b: GraphBuilder) -> Tensor:
    return random_concatenation(b, "int8")


def _quantize(b: GraphBuilder) -> Tensor:
    x = b.input((1, int(b.rng.integers(1, 100))), "float32")
    return quantize(b, x, 10 ** b.rng.uniform(-3, 1), random_zero_point(b))


def _dequantize(b: GraphBuilder) -> Tensor:
    return b.unary("DEQUANTIZE", _lookup_input(b), dtype="float32")


def _lookup_input(b: GraphBuilder) -> Tensor:
    shape = b.rng.integers(1, 7, b.rng.integers(1, 5)).tolist()
    return b.input(shape, scale=float(10.0 ** b.rng.uniform(-4, 1)), zero_point=random_zero_point(b))


def _rescaled(type: str) -> Callable[[GraphBuilder], Tensor]:
    def one(b: GraphBuilder) -> Tensor:
        x = _lookup_input(b)
        ratio = float(b.rng.choice((1.0, 10.0 ** b.rng.uniform(-2, 2))))
        return b.unary(type, x, scale=x.scale * ratio, zero_point=random_zero_point(b))

    return one


def _logistic(b: GraphBuilder) -> Tensor:
    return b.logistic(_lookup_input(b))


SINGLE: tuple[Callable[[GraphBuilder], Tensor], ...] = (
    _conv,
    _conv,
    one_row,
    _average,
    _maximum,
    _dense,
    _add,
    _broadcast_add,
    _softmax,
    _reshape,
    _pad,
    _mean,
    _concatenation,
    _quantize,
    _dequantize,
    _rescaled("RELU"),
    _rescaled("RELU6"),
    _rescaled("QUANTIZE"),
    _logistic,
)
"""Makers of one operator each; depthwise convolution is apart, for what it does without a bias."""


# ------------------------------------------------------------------------------------------------------------ chains
def chain(b: GraphBuilder) -> Tensor:
    """A small network: layers with windows, residuals, concatenations; then a head."""
    x = any_input(b, (1, *b.rng.integers(4, 13, 2).tolist(), int(b.rng.choice((1, 2, 3, 4, 8)))))
    for _ in range(int(b.rng.integers(3, 7))):
        x = _layer(b, x)
    return _head(b, x)


def _fitting_window(b: GraphBuilder, x: Tensor, *, dilated: bool = True) -> tuple[tuple[int, int], dict[str, object]]:
    """A window that gives an output of any `x`."""
    kernel, window = any_window(b, dilated=dilated)
    window["padding"] = "SAME" if min(x.shape[1:3]) < 14 else window["padding"]
    return kernel, window


def _layer(b: GraphBuilder, x: Tensor) -> Tensor:
    kind = int(b.rng.integers(0, 8))
    if kind <= 1:
        kernel, window = _fitting_window(b, x)
        return b.conv_2d(x, int(b.rng.integers(1, 9)), kernel, **window)  # type: ignore[arg-type]
    if kind == 2:
        kernel, window = _fitting_window(b, x)
        multiplier = int(b.rng.choice((1, 1, 2))) if x.shape[3] < 9 else 1
        return b.depthwise_conv_2d(x, kernel, multiplier=multiplier, **window)  # type: ignore[arg-type]
    if kind == 3:
        kernel, window = _fitting_window(b, x, dilated=False)
        return b.pool(x, str(b.rng.choice(("AVERAGE_POOL_2D", "MAX_POOL_2D"))), kernel, **window)  # type: ignore[arg-type]
    if kind == 4:
        return b.pad(x, [(0, 0), (1, 0), (1, 1), (0, 0)])
    if kind == 5:
        return b.add(x, b.conv_2d(x, x.shape[3], (3, 3)), str(b.rng.choice(ACTIVATIONS)))
    if kind == 6 and x.shape[3] < 17:
        quantization = x.quantization
        assert quantization is not None
        same = b.unary("RELU", x, scale=quantization.scales[0], zero_point=quantization.zero_points[0])
        return b.concatenation([x, same], 3)
    return b.unary(str(b.rng.choice(("RELU6", "QUANTIZE"))), x)


def _head(b: GraphBuilder, x: Tensor) -> Tensor:
    kind = int(b.rng.integers(0, 4))
    if kind == 0:
        return b.logistic(b.mean(x, (1, 2)))
    if kind == 1:
        return b.unary("DEQUANTIZE", b.softmax(b.fully_connected(b.reshape(x, (1, x.size)), 5)), dtype="float32")
    if kind == 2:
        return b.softmax(b.fully_connected(x, 7, per_channel=True, activation="RELU6"))
    return x
