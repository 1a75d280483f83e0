"""Outputs that stay in the buffer of the input that they are next time, against the interpreter with its outputs handed
back by hand, over many steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from codegen import CodegenError, compile_model
from codegen.api import Options, compile_with
from codegen.graph import Array, Quantization, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder

from .conftest import Run, document

STEPS = 60
SCALE = 0.05
ZERO = 3


class Streaming:
    """A model with explicit state, its --alias pairs and which outputs go where."""

    def __init__(self, seed: int) -> None:
        self.b = GraphBuilder(seed)
        self.x = self.b.input((1, 4), scale=SCALE, zero_point=ZERO, name="x")
        self.outputs: list[Tensor] = []
        self.pairs: list[tuple[int, int]] = []

    def state(self, name: str, width: int = 4) -> Tensor:
        return self.b.input((1, width), scale=SCALE, zero_point=ZERO, name=name)

    def add(self, a: Tensor, b: Tensor) -> Tensor:
        return self.b.add(a, b, scale=SCALE, zero_point=ZERO)

    def window(self, state: Tensor, new: Tensor) -> Tensor:
        """The newest values of state and new, as many as state has: what streaming convolutions keep."""
        both = self.b.concatenation([state, new])
        begin = self.b.constant(np.array([0, new.shape[1]], np.int32))
        size = self.b.constant(np.array(state.shape, np.int32))
        return self.b.one("SLICE", [both, begin, size], state.shape, state.quantization)

    def feed(self, y: Tensor, state: Tensor) -> None:
        self.pairs.append((len(self.outputs), self.b.inputs.index(state)))
        self.outputs.append(y)

    @property
    def alias(self) -> list[str]:
        return [f"{o}={i}" for o, i in self.pairs]

    def expected(self, xs: list[Array]) -> list[tuple[Array, ...]]:
        """Explicit feedback: one step of a fresh interpreter at a time."""
        model, found = self.b.model(self.outputs), list[tuple[Array, ...]]()
        inputs = [np.full(t.shape, t.zero_point, np.int8) for t in self.b.inputs]
        for x in xs:
            inputs[0] = x
            found += run_oracle(model, [inputs])
            for o, i in self.pairs:
                inputs[i] = found[-1][o]
        return found


def accumulator(s: Streaming) -> None:
    """Reads the state and writes it in one operator."""
    state = s.state("state")
    s.feed(s.add(state, s.x), state)


def window(s: Streaming) -> None:
    """A ring of the newest values, and an output made of it."""
    state = s.state("ring", 12)
    new = s.window(state, s.x)
    s.outputs.append(s.b.fully_connected(new, 3))
    s.feed(new, state)


def late(s: Streaming) -> None:
    """The state is read by the last operator, after its new value is made."""
    state = s.state("state")
    s.feed(s.b.fully_connected(s.x, 4, scale=SCALE, zero_point=ZERO), state)
    s.outputs.append(s.add(state, s.x))


def early(s: Streaming) -> None:
    """The state is read only before its new value is made, which others then read: no copy is needed."""
    state = s.state("state")
    y = s.add(state, s.x)
    new = s.b.fully_connected(y, 4, scale=SCALE, zero_point=ZERO)
    s.feed(new, state)
    s.outputs.append(s.b.softmax(new))


def swap(s: Streaming) -> None:
    """A delay line: one state is handed to the other, which is an output too."""
    first, second = s.state("first"), s.state("second")
    s.feed(s.b.fully_connected(s.x, 4, scale=SCALE, zero_point=ZERO), first)
    s.feed(first, second)
    s.outputs.append(s.add(second, s.x))
    s.outputs.append(second)


def exchange(s: Streaming) -> None:
    """Two states change places."""
    first, second = s.state("first"), s.state("second")
    s.outputs.append(s.add(first, s.x))
    s.feed(second, first)
    s.feed(s.add(second, s.x), second)


def viewed(s: Streaming) -> None:
    """The new state is a reshape, as the old one is."""
    state = s.state("state")
    flat = s.b.reshape(state, (4, 1))
    total = s.b.reshape(s.add(s.b.reshape(flat, (1, 4)), s.x), (1, 4))
    s.feed(total, state)


def twice(s: Streaming) -> None:
    """One output is the next value of two inputs; another state never changes."""
    first, second, third = s.state("first"), s.state("second"), s.state("third")
    new = s.add(s.add(s.add(first, second), third), s.x)
    s.pairs += [(0, s.b.inputs.index(first)), (0, s.b.inputs.index(second)), (1, s.b.inputs.index(third))]
    s.outputs += [new, third]


MODELS = (accumulator, window, late, early, swap, exchange, viewed, twice)


def made(model: Callable[[Streaming], None], seed: int = 11) -> Streaming:
    s = Streaming(seed)
    model(s)
    return s


@pytest.fixture
def xs(rng: np.random.Generator) -> list[Array]:
    return [rng.integers(-30, 31, (1, 4)).astype(np.int8) for _ in range(STEPS)]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kernels", ["native", "cmsis-nn"])
def test_many_steps(model: Callable[[Streaming], None], kernels: str, xs: list[Array]) -> None:
    s = made(model)
    expected = s.expected(xs)
    compiled = load(compile_model(s.b.model(s.outputs), name="m", kernels=kernels, alias=s.alias))
    fed = {i for _, i in s.pairs}
    for _ in range(2):
        for x, wanted in zip(xs, expected, strict=True):
            found = compiled(*(x if k == 0 else None if k in fed else np.zeros(()) for k in range(len(s.b.inputs))))
            assert all(np.array_equal(a, b.reshape(a.shape)) for a, b in zip(found, wanted, strict=True))
        compiled.reset()


def test_the_bytes_are_the_same_and_apart(xs: list[Array]) -> None:
    """Input and output are one address in the state; the arena may be overwritten between two calls."""
    s = made(window)
    module = compile_model(s.b.model(s.outputs), name="m", alias=s.alias)
    assert module.memory.state_bytes == 12
    code = module.files["m.c"]
    assert "return (int8_t *)&self->state.bytes[AT_RING];" in code
    assert "return (const int8_t *)&self->state.bytes[AT_RING];" in code
    header = module.files["m.h"]
    assert "kept in the state" in header
    assert "m_output_" in header and "m_input_ring" in header
    compiled = load(module)
    for x, wanted in zip(xs, s.expected(xs), strict=True):
        for _, arena in compiled._arenas:
            arena[:] = 0x5A
        assert np.array_equal(compiled(x, None)[0], wanted[0])


def test_no_copy_where_none_is_needed() -> None:
    def calls(model: Callable[[Streaming], None]) -> list[str]:
        s = made(model)
        plan = json.loads(compile_model(s.b.model(s.outputs), name="m", alias=s.alias).files["m.json"])
        return [call["function"] for call in plan["calls"]]

    assert calls(early).count("cg_copy_strided") == 0
    assert calls(late).count("cg_copy_strided") == 1


def test_a_state_that_is_set_by_hand() -> None:
    s = made(accumulator)
    compiled = load(compile_model(s.b.model(s.outputs), name="m", alias=s.alias))
    ten = np.full((1, 4), 10 + ZERO, np.int8)
    zero = np.full((1, 4), ZERO, np.int8)
    assert compiled(zero, ten)[0].tolist() == ten.tolist()
    assert compiled(zero, None)[0].tolist() == ten.tolist()
    compiled.reset()
    assert compiled(zero, None)[0].tolist() == zero.tolist()


@pytest.mark.qemu
@pytest.mark.parametrize("board", ["mps2-an386-m0plus", "mps3-an547"])
def test_on_a_core(board: str, xs: list[Array]) -> None:
    s = made(twice)
    module = compile_with(s.b.model(s.outputs), Options(board, "m", alias=tuple(s.alias)))
    held = [np.zeros(t.shape, np.int8) for t in s.b.inputs[1:]]
    observed = QemuRunner(module).run([(x, *held) for x in xs])
    assert not observed.damage
    for found, wanted in zip(observed.outputs, s.expected(xs), strict=True):
        assert found is not None
        assert all(np.array_equal(a, b.reshape(a.shape)) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("where", [["--on", "host"], ["--on", "qemu"]])
def test_verify_hands_back(run: Run, tmp_path: Path, where: list[str]) -> None:
    s = made(window)
    path = tmp_path / "m.tflite"
    path.write_bytes(s.b.model(s.outputs))
    arguments = [path, "--alias", s.alias[0], "--cases", 50, "--json", *where]
    assert document(run("verify", *arguments))["mismatches"] == 0
    assert document(run("verify", *arguments, "--layers"))["layers"]["different"] == 0
    inputs = tmp_path / "x.npz"
    xs = np.random.default_rng(1).integers(-30, 31, (50, 1, 4)).astype(np.int8)
    np.savez(inputs, input_0=xs)
    assert document(run("verify", path, "--alias", s.alias[0], "--inputs", inputs, "--json", *where))["cases"] == 50
    np.savez(inputs, input_0=xs, input_1=np.zeros((50, 1, 12), np.int8))
    said = run("verify", path, "--alias", s.alias[0], "--inputs", inputs)
    assert said.exit_code == 2
    assert "an output of the model stays there" in " ".join(said.output.split())


# ----------------------------------------------------------------------------------------------------- refusals
def test_what_cannot_be_fed_back() -> None:
    s = made(accumulator)
    other = s.b.input((1, 4), scale=SCALE, zero_point=ZERO + 1, name="other")
    wide = s.b.input((1, 5), scale=SCALE, zero_point=ZERO, name="wide")
    short = s.b.input((1, 4), "int16", name="short")
    model = s.b.model([*s.outputs, s.b.softmax(other), s.b.softmax(wide), s.b.softmax(short)])

    def said(*alias: str) -> str:
        with pytest.raises(CodegenError) as refused:
            compile_model(model, alias=alias)
        return str(refused.value)

    assert "the quantization scale" in said("0=other")
    assert "the shape [1, 4], the input [1, 5]" in said("0=wide")
    assert "the type int8, the input int16" in said("0=short")
    assert "is to be two outputs" in said("0=state", "1=state")
    assert "there is no output 'nothing'" in said("nothing=state")
    assert "there is no input 'nothing'" in said("0=nothing")
    assert "is not understood" in said("state")


def test_names_with_an_equals_sign() -> None:
    b = GraphBuilder(2)
    x, state = b.input((1, 4), scale=SCALE, zero_point=0, name="a=b"), b.input((1, 4), scale=SCALE, zero_point=0)
    y = b.one("ADD", [x, state], (1, 4), Quantization((float(np.float32(SCALE)),), (0,)), name="c=d", version=2)
    assert compile_model(b.model([y]), name="m", alias=["c=d=a=b"]).memory.state_bytes == 4
