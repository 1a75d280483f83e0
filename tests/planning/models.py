"""Graphs of made-up operators, whose families declare just what planning asks for.

WINDOW computes row by row (kernel 3, same padding) and takes bands, WHOLE reads all its inputs at once, PAIR makes
two outputs in two calls, VIEW is a reshape. SUM adds element by element, SLIDE is a WINDOW of stride `stride` that
says in which order it reads and writes. Scratch bytes are the option `scratch`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from unittest.mock import patch

import numpy as np

from codegen.boards import load_board
from codegen.graph import Graph, Operator, Subgraph, Tensor, read_only
from codegen.operators._window import Axis, Window
from codegen.operators.access import Access, elementwise, windowed
from codegen.operators.family import Address, Band, Call, Family, Kernel, Rows, Scratch, Spatial, native_call, struct
from codegen.operators.move import FAMILY as MOVE
from codegen.target import Target

Shape = tuple[int, ...]


class FakeKernel(Kernel):
    provider = "native"
    name = "fake"

    def takes(self, op: Operator, target: Target) -> bool:
        return True

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        inputs = {f"input_{i}": Rows(t) for i, t in enumerate(op.inputs) if t is not None}
        outputs = struct("outputs", **{f"output_{i}": Address(t, writable=True) for i, t in enumerate(op.outputs)})
        return native_call("fake", **inputs, outputs=outputs, scratch=Scratch())

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:
        return int(op.option("scratch", 0))

    def tensor_alignment(self, op: Operator, target: Target) -> int:
        return int(op.option("alignment", 4))


class FakeWindow(FakeKernel):
    def takes_bands(self, op: Operator, target: Target) -> bool:
        return True


class FakeSlide(FakeWindow):
    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        return windowed(op.output, op.input(), slide(op), band)


class FakeSum(FakeKernel):
    def access(self, op: Operator, target: Target, band: Band | None) -> Access:
        return elementwise(op.output, *op.inputs)


class FakePair(FakeKernel):
    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:
        return (self.call(op, target, band), self.call(op, target, band))


def slide(op: Operator) -> Window:
    """A kernel of the option `kernel` (3), with the padding that keeps the size but for the stride."""
    (_, height, width, depth), (_, h, w, channels) = op.input().shape, op.output.shape
    stride, taps = op.option("stride", 1), op.option("kernel", 3)
    rows = Axis(height, h, taps, stride, 1, taps // 2)
    return Window(1, rows, Axis(width, w, taps, stride, 1, taps // 2), depth, channels)


def rows(op: Operator) -> Spatial:
    return Spatial(op.input().shape[1], op.output.shape[1], kernel=3, pad_top=1)


FAMILIES = {
    "WINDOW": Family(("WINDOW",), (), (FakeWindow(),), spatial=rows),
    "SLIDE": Family(
        ("SLIDE",), (), (FakeSlide(),), spatial=lambda op: slide(op).spatial, macs=lambda op: 100 * op.output.bytes
    ),
    "MOVE": MOVE,
    "SUM": Family(("SUM",), (), (FakeSum(),)),
    "WHOLE": Family(("WHOLE",), (), (FakeKernel(),)),
    "PAIR": Family(("PAIR",), (), (FakePair(),)),
    "VIEW": Family(("VIEW",), (), (), is_view=True),
}


@contextmanager
def fake_families() -> Iterator[None]:
    with patch("codegen.operators.families", lambda: FAMILIES):
        yield


class Net:
    """Collects one graph; every method returns the new tensor."""

    def __init__(self) -> None:
        self.tensors: list[Tensor] = []
        self.operators: list[Operator] = []
        self.inputs: list[Tensor] = []

    def tensor(self, shape: Shape, dtype: str = "int8", *, variable: bool = False, constant: bool = False) -> Tensor:
        data = read_only(np.arange(np.prod(shape), dtype=dtype).reshape(shape)) if constant else None
        new = Tensor(len(self.tensors), f"t{len(self.tensors)}", shape, dtype, data=data, is_variable=variable)
        self.tensors.append(new)
        return new

    def input(self, shape: Shape, dtype: str = "int8") -> Tensor:
        self.inputs.append(self.tensor(shape, dtype))
        return self.inputs[-1]

    def op(self, type_: str, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor], **options: int) -> Operator:
        new = Operator(len(self.operators), type_, tuple(inputs), tuple(outputs), MappingProxyType(options))
        self.operators.append(new)
        return new

    def whole(self, *inputs: Tensor | None, shape: Shape = (16,), dtype: str = "int8", **options: int) -> Tensor:
        return self.op("WHOLE", inputs, [self.tensor(shape, dtype)], **options).output

    def window(self, x: Tensor, channels: int, **options: int) -> Tensor:
        return self.op("WINDOW", [x], [self.tensor((*x.shape[:3], channels))], **options).output

    def slide(self, x: Tensor, channels: int, stride: int = 1, kernel: int = 3, scratch: int = 0) -> Tensor:
        shape = (1, -(-x.shape[1] // stride), -(-x.shape[2] // stride), channels)
        return self.op("SLIDE", [x], [self.tensor(shape)], stride=stride, kernel=kernel, scratch=scratch).output

    def sum(self, *inputs: Tensor) -> Tensor:
        return self.op("SUM", inputs, [self.tensor(inputs[0].shape)]).output

    def view(self, x: Tensor, shape: Shape) -> Tensor:
        return self.op("VIEW", [x], [self.tensor(shape, x.dtype)]).output

    def build(self, *outputs: Tensor) -> Graph:
        main = Subgraph(0, "main", tuple(self.tensors), tuple(self.operators), tuple(self.inputs), outputs)
        return Graph("net.tflite", "0" * 64, "", (main,))


def target(board: str = "host", kernels: str = "native") -> Target:
    assert kernels in ("auto", "native")
    return Target(load_board(board))
