"""Operators that nobody needs are dropped, whatever acts by itself stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.graph import Graph, Signature
from codegen.transforms import OPTIONAL, legalise
from codegen.transforms.dead_operators import dead_operators
from tests.builders import GraphBuilder
from tests.transforms.equal import check, only, random_cases, types

NAME = "dead_operators"


def test_a_dead_chain_goes_and_the_rest_stays(rng: np.random.Generator) -> None:
    for _ in range(3):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        x = b.input((1, 6, 5, 4))
        a = b.conv_2d(x, 4)
        dead = b.softmax(b.add(a, b.conv_2d(x, 4)))
        b.logistic(dead)
        y = b.pool(a)
        graph = b.build([y, b.unary("RELU", a)])
        legal = check(graph, random_cases(b), NAME)
        assert types(legal) == ["CONV_2D", "MAX_POOL_2D", "RELU"]
        assert [op.index for op in legal.main.operators] == [0, 5, 6], "operators keep their place in the file"


def test_a_result_that_is_read_twice_or_is_an_output_in_the_middle_stays() -> None:
    b = GraphBuilder(3)
    x = b.input((1, 8))
    a = b.softmax(x)
    middle = b.unary("RELU", a)
    b.unary("TANH", middle, scale=1 / 128, zero_point=0)
    both = b.add(a, a)
    legal = check(b.build([middle, both, middle]), random_cases(b), NAME)
    assert types(legal) == ["SOFTMAX", "RELU", "ADD"]


def test_one_of_several_outputs_keeps_an_operator() -> None:
    b = GraphBuilder(4)
    x = b.input((2, 6))
    axis = b.constant(np.array(1, np.int32))
    parts = [b.tensor((2, 3), "int8", x.quantization) for _ in range(2)]
    b.operator("SPLIT", [axis, x], *parts, num_splits=2)
    b.softmax(parts[0])
    legal = check(b.build([parts[1]]), random_cases(b), NAME)
    assert types(legal) == ["SPLIT"]


def test_a_model_whose_outputs_are_its_inputs_or_constants_does_nothing() -> None:
    b = GraphBuilder(5)
    x = b.input((1, 4))
    c = b.constant(np.arange(4, dtype=np.int8).reshape(1, 4), 0.1, 0)
    b.add(x, c)
    graph = b.build([x, c])
    assert types(only(graph, NAME)) == []


def test_assignments_and_what_they_read_stay(rng: np.random.Generator) -> None:
    b = GraphBuilder(6)
    x = b.input((1, 4), scale=0.5, zero_point=0)
    handle = b.operator("VAR_HANDLE", [], b.tensor((), "resource"), container="", shared_name="v").output
    old = b.operator("READ_VARIABLE", [handle], b.tensor((1, 4), "int8", x.quantization)).output
    new = b.add(old, x, scale=0.5, zero_point=0)
    b.softmax(new)
    b.operator("ASSIGN_VARIABLE", [handle, new])
    b.operator("READ_VARIABLE", [handle], b.tensor((1, 4), "int8", x.quantization))
    legal = check(b.build([b.softmax(old)]), [[rng.integers(-99, 99, (1, 4), np.int8)] for _ in range(20)], NAME)
    assert types(legal) == ["READ_VARIABLE", "ADD", "ASSIGN_VARIABLE", "SOFTMAX"]


def test_control_flow_and_operators_of_other_subgraphs(rng: np.random.Generator) -> None:
    b = GraphBuilder(7)
    flag, x = b.input((1,), "bool"), b.input((1, 6), scale=0.1, zero_point=3)
    sides = []
    for k in range(2):
        side = GraphBuilder(8 + k, name=f"side {k}")
        inside = side.input((1, 6), scale=0.1, zero_point=3)
        side.softmax(inside)
        sides.append((side, [side.unary("RELU", inside, scale=0.1 + k / 10, zero_point=3)]))
    out = b.tensor((1, 6), "int8", x.quantization)
    b.operator("IF", [flag, x], out, then_subgraph_index=1, else_subgraph_index=2)
    unread = b.tensor((1, 6), "int8", x.quantization)
    b.operator("IF", [flag, x], unread, then_subgraph_index=1, else_subgraph_index=2)
    cases = [[np.array([k % 2 == 0]), rng.integers(-128, 128, (1, 6), np.int8)] for k in range(6)]
    legal = check(b.build([out], sides), cases, NAME)
    assert [types(legal, k) for k in range(3)] == [["IF", "IF"], ["RELU"], ["RELU"]]


def test_a_variable_that_is_read_in_place_keeps_its_reader() -> None:
    b = GraphBuilder(9)
    x = b.input((1, 4))
    state = b.variable((1, 4))
    b.add(x, state)
    graph = b.build([b.softmax(x)])
    assert types(dead_operators(graph)) == ["ADD", "SOFTMAX"], "SVDF writes the variable that it reads"


def test_unknown_operators_stay_to_be_refused() -> None:
    b = GraphBuilder(10)
    x = b.input((1, 4))
    b.operator("mystery", [x], b.tensor((1, 4)), custom_options=b"")
    with pytest.raises(CodegenError, match="mystery"):
        compile_model(b.model([b.softmax(x)]))


def test_outputs_of_a_signature_alone_are_needed() -> None:
    b = GraphBuilder(11)
    x = b.input((1, 4))
    a, y = b.softmax(x), b.unary("RELU", x)
    graph = b.build([y])
    signature = Signature("other", 0, (("x", x),), (("a", a),))
    assert types(dead_operators(replace(graph, signatures=(signature,)))) == ["SOFTMAX", "RELU"]


def test_nothing_to_drop_is_the_same_graph() -> None:
    b = GraphBuilder(12)
    graph = b.build([b.softmax(b.input((1, 4)))])
    assert dead_operators(graph) is graph


def test_transforms_are_switched_off_by_name_and_others_refused() -> None:
    b = GraphBuilder(13)
    x = b.input((1, 4))
    b.softmax(x)
    model = b.model([b.unary("RELU", x)])

    def of(*disabled: str) -> list[str]:
        return types(_legal(model, disabled))

    assert of() == of(*(name for name in OPTIONAL if name != NAME)) == ["RELU"]
    assert of(NAME) == ["SOFTMAX", "RELU"]
    for name in ("state", "resources", "nonsense"):
        with pytest.raises(CodegenError, match=f"(?s)no transform '{name}'.*choose of: .*{NAME}"):
            compile_model(model, disable_transforms=[name])


def _legal(model: bytes, disabled: tuple[str, ...]) -> Graph:
    return legalise(read_model(model), disabled)
