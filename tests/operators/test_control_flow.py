"""IF, WHILE, CALL_ONCE and variables: plain C control flow, equal to the interpreter over sequences."""

from __future__ import annotations

import numpy as np
import pytest

import codegen
from codegen.frontend.writer import write_model
from codegen.graph import Array, Graph, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

Case = list[Array]


def check(graph: Graph, cases: list[Case], oracle: str = "tflite-micro") -> codegen.CModule:
    """The emitted C equals the oracle over the whole sequence, twice with a reset between."""
    model = write_model(graph)
    expected = run_oracle(model, cases, oracle)
    module = codegen.compile_model(model, name="m")
    run = load(module)
    for _ in range(2):
        run.reset()
        for case, wanted in zip(cases, expected, strict=True):
            for got, want in zip(run(*case), wanted, strict=True):
                np.testing.assert_array_equal(got, want)
    return module


def int8_cases(rng: np.random.Generator, count: int, *shapes: tuple[int, ...]) -> list[Case]:
    return [[rng.integers(-128, 128, shape, np.int8) for shape in shapes] for _ in range(count)]


def variable(b: GraphBuilder) -> Tensor:
    return b.operator("VAR_HANDLE", [], b.tensor((), "resource"), container="", shared_name="v").output


def counter(initial: int | None, step: int = 3) -> Graph:
    """A variable that grows by its input at every invocation, with or without CALL_ONCE."""
    b = GraphBuilder(seed=1)
    x = b.input((1, 4), scale=0.5, zero_point=0)
    others = []
    if initial is not None:
        once = GraphBuilder(seed=2, name="once")
        handle = variable(once)
        value = once.constant(np.full((1, 4), initial, np.int8), 0.5, 0)
        once.operator("ASSIGN_VARIABLE", [handle, value])
        others.append((once, []))
        b.operator("CALL_ONCE", [], init_subgraph_index=1)
    handle = variable(b)
    old = b.operator("READ_VARIABLE", [handle], b.tensor((1, 4), "int8", x.quantization)).output
    new = b.add(old, x, scale=0.5 * step, zero_point=1)
    b.operator("ASSIGN_VARIABLE", [handle, new])
    return b.build([new, b.softmax(old)], others)


@pytest.mark.parametrize("initial", [None, 17])
def test_variable_over_fifty_steps(rng: np.random.Generator, initial: int | None) -> None:
    module = check(counter(initial), int8_cases(rng, 50, (1, 4)))
    assert module.memory.state_bytes >= 4
    assert "m_reset" in module.files["m.h"]


def branches() -> Graph:
    """IF over two different computations, the condition from the input."""
    b = GraphBuilder(seed=3)
    flag, x = b.input((1,), "bool"), b.input((1, 6), scale=0.1, zero_point=3)
    then, other = GraphBuilder(seed=4, name="then"), GraphBuilder(seed=5, name="else")
    x_then, x_other = then.input((1, 6), scale=0.1, zero_point=3), other.input((1, 6), scale=0.1, zero_point=3)
    y_then = then.fully_connected(then.fully_connected(x_then, 30), 5, scale=0.2, zero_point=1)
    y_other = other.fully_connected(x_other, 5, scale=0.2, zero_point=1)
    out = b.tensor((1, 5), "int8", y_then.quantization)
    y = b.operator("IF", [flag, x], out, then_subgraph_index=1, else_subgraph_index=2).output
    return b.build([b.add(y, y), y], [(then, [y_then]), (other, [y_other])])


def test_if(rng: np.random.Generator) -> None:
    cases = [[np.array([k % 3 == 0]), *case] for k, case in enumerate(int8_cases(rng, 12, (1, 6)))]
    check(branches(), cases)


def loop() -> Graph:
    """WHILE: x = x + x until it is large, counting; a tensor from before the loop is used after it."""
    b = GraphBuilder(seed=6)
    n, x = b.input((1,), "int32"), b.input((1, 8), scale=0.1, zero_point=0)
    before = b.fully_connected(x, 8, scale=0.1, zero_point=2)
    cond, body = GraphBuilder(seed=7, name="cond"), GraphBuilder(seed=8, name="body")
    n_cond, x_cond = cond.input((1,), "int32"), cond.input((1, 8), scale=0.1, zero_point=0)
    assert x_cond is not n_cond
    small = cond.operator("LESS", [n_cond, cond.constant(np.array([5], np.int32))], cond.tensor((1,), "bool")).output
    n_body, x_body = body.input((1,), "int32"), body.input((1, 8), scale=0.1, zero_point=0)
    one = body.constant(np.array([1], np.int32))
    n_next = body.operator("ADD", [n_body, one], body.tensor((1,), "int32")).output
    x_next = body.fully_connected(body.fully_connected(x_body, 40), 8, scale=0.1, zero_point=0)
    outs = [b.tensor((1,), "int32"), b.tensor((1, 8), "int8", x.quantization)]
    n_end, x_end = b.operator("WHILE", [n, x], *outs, cond_subgraph_index=1, body_subgraph_index=2).outputs
    return b.build([b.add(before, x_end), n_end], [(cond, [small]), (body, [n_next, x_next])])


def test_while(rng: np.random.Generator) -> None:
    counts = [0, 1, 4, 5, 9, -3]
    cases = [[np.array([k], np.int32), *case] for k, case in zip(counts, int8_cases(rng, 6, (1, 8)), strict=True)]
    check(loop(), cases)


def test_a_branch_that_hands_over_the_wrong_size_is_refused() -> None:
    graph = branches()
    bad = GraphBuilder(seed=9, name="then")
    x = bad.input((1, 7), scale=0.1, zero_point=3)
    wrong = GraphBuilder(seed=3)
    flag, y = wrong.input((1,), "bool"), wrong.input((1, 6), scale=0.1, zero_point=3)
    out = wrong.tensor((1, 7), "int8", y.quantization)
    result = wrong.operator("IF", [flag, y], out, then_subgraph_index=1, else_subgraph_index=1).output
    model = write_model(wrong.build([result], [(bad, [bad.softmax(x)])]))
    with pytest.raises(codegen.CodegenError, match=r"IF.*int8 \[1, 6\] where int8 \[1, 7\]"):
        codegen.compile_model(model)
    assert len(graph.subgraphs) == 3
