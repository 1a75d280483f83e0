"""CIRCULAR_BUFFER equals tflite-micro over sequences, again after a reset; calls that wait give no outputs."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import refusal
from .signals import custom

STEPS = 60


@pytest.fixture
def b(rng: np.random.Generator) -> GraphBuilder:
    return GraphBuilder(int(rng.integers(1 << 31)))


def slots(b: GraphBuilder, x: Tensor, count: int, **options: int) -> Tensor:
    y = b.tensor((1, count, *x.shape[2:]), "int8", x.quantization, is_variable=True)
    return custom(b, "CIRCULAR_BUFFER", [x], [y], **options)


def check(b: GraphBuilder, outputs: list[Tensor], cycles: int) -> None:
    model = b.model(outputs)
    cases = [[b.rng.integers(-128, 128, x.shape, np.int8) for x in b.inputs] for _ in range(STEPS)]
    expected = run_oracle(model, cases)
    run = load(compile_model(model, name="m"))
    for _ in range(2):
        for step, (case, wanted) in enumerate(zip(cases, expected, strict=True)):
            outputs_now = run(*case)
            assert run.is_waiting == ((step + 1) % cycles != 0)
            if not run.is_waiting:
                for got, want in zip(outputs_now, wanted, strict=True):
                    np.testing.assert_array_equal(got.reshape(-1), want.reshape(-1))
        run.reset()


def test_every_frame(b: GraphBuilder, full: bool) -> None:
    outputs = []
    for k in range(30 if full else 8):
        x = b.input((1, 1, *map(int, b.rng.integers(1, 6, 2))))
        buffer = slots(b, x, int(b.rng.integers(1, 9)), cycles_max=1)
        outputs += [buffer, b.add(b.reshape(buffer, (1, prod(buffer.shape))), b.input((1, 1)))] if k % 2 else [buffer]
    check(b, outputs, 1)


@pytest.mark.parametrize("cycles", [2, 3, 7])
def test_some_frames(b: GraphBuilder, cycles: int) -> None:
    """What comes before the buffer runs at every call, what comes after it waits, a buffer there too."""
    x = b.input((1, 1, 1, 6))
    first = slots(b, x, 3, cycles_max=cycles)
    y = b.conv_2d(first, 4, (3, 1), padding="VALID")
    second = slots(b, y, 4, cycles_max=2)
    check(b, [b.softmax(b.reshape(second, (1, 16)))], 2 * cycles)


@pytest.mark.parametrize(("count", "cycles"), [(5, 1), (13, 1), (4, 2), (25, 1), (6, 2)])
def test_without_options(b: GraphBuilder, count: int, cycles: int) -> None:
    """The reference guesses from the number of slots."""
    x = b.input((1, 1, 1, 3))
    y = b.tensor((1, count, 1, 3), "int8", x.quantization, is_variable=True)
    b.operator("CIRCULAR_BUFFER", [x], y, custom_options=b"")
    check(b, [b.softmax(b.reshape(y, (1, 3 * count)))], cycles)


def test_header_says_that_it_may_wait(b: GraphBuilder) -> None:
    x = b.input((1, 1, 1, 3))
    waits = compile_model(b.model([slots(b, x, 3, cycles_max=2)]), name="m").files["m.h"]
    assert "M_WAITING = 4" in waits
    b = GraphBuilder(1)
    goes_on = compile_model(b.model([slots(b, b.input((1, 1, 1, 3)), 3, cycles_max=1)]), name="m").files["m.h"]
    assert "WAITING" not in goes_on


def test_refusals(b: GraphBuilder) -> None:
    x = b.input((1, 1, 1, 3))
    y = b.tensor((1, 4, 1, 3), "int8", x.quantization)
    assert "Found: int8 to int8." in refusal(b, custom(b, "CIRCULAR_BUFFER", [x], [y], cycles_max=1))
    wide = b.input((2, 1, 1, 3))
    assert "Found: [2, 1, 1, 3] and [1, 4, 1, 3]" in refusal(b, slots(b, wide, 4, cycles_max=1))
    assert "another option" in refusal(b, slots(b, x, 4, cycle=1))
    large = b.input((1, 1, 2, 96))
    assert "cycles_max 0 with [1, 6, 2, 96]" in refusal(b, slots(b, large, 6, cycles_max=0))
    frame = b.tensor((1, 1, 1, 3), "int16")
    b.inputs.append(frame)
    assert "Found: int16 to int8 variable" in refusal(b, slots(b, frame, 4, cycles_max=1))
