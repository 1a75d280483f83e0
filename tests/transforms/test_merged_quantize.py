"""Chains of elementwise int8 functions are one table; QUANTIZE that changes nothing is a view."""

from __future__ import annotations

import numpy as np

from codegen.graph import Tensor
from codegen.transforms.merged_quantize import merged_quantize
from tests.builders import GraphBuilder
from tests.operators.equality import every_int8
from tests.transforms.equal import check, maker, only, types

NAME = "merged_quantize"
FUNCTIONS = ("RELU", "RELU6", "ABS", "HARD_SWISH", "LEAKY_RELU", "ELU", "LOGISTIC", "TANH", "QUANTIZE")


def apply(b: GraphBuilder, type: str, x: Tensor) -> Tensor:
    if type == "LOGISTIC":
        return b.logistic(x)
    if type == "TANH":
        return b.unary(type, x, scale=1 / 128, zero_point=0)
    if type in ("LEAKY_RELU", "RELU6"):
        options = {"alpha": 0.3} if type == "LEAKY_RELU" else {}
        return b.one(type, [x], x.shape, x.quantization, **options)
    return b.unary(type, x)


def test_chains_of_random_functions(rng: np.random.Generator, full: bool) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs = []
    for _ in range(60 if full else 12):
        y = b.input((1, 256))
        for type in rng.choice(FUNCTIONS, rng.integers(2, 6)):
            y = apply(b, str(type), y)
        outputs.append(y)
    cases = [[every_int8(x) for x in b.inputs]]
    legal = check(b.build(outputs), cases, NAME, kernels=("cmsis-nn", "native"))
    assert set(types(legal)) == {"COMPOSED"} and len(legal.main.operators) == len(outputs)
    assert [op.output.name for op in legal.main.operators] == [t.name for t in outputs]
    last = legal.main.operators[-1]
    assert last.index == len(b.operators) - 1 == last.option("steps")[-1].index
    assert last.output.origin == outputs[-1].origin


def test_intermediates_with_other_readers_stay() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 256))
    a = b.unary("RELU", x)
    y = b.unary("QUANTIZE", b.unary("ABS", a))
    middle = b.unary("QUANTIZE", b.unary("QUANTIZE", a))
    z = b.unary("ABS", middle)
    twice = b.unary("ABS", x)
    graph = b.build([y, middle, z, b.add(twice, twice)])
    legal = check(graph, [[every_int8(x)]], NAME)
    assert sorted(types(legal)) == ["ABS", "ABS", "ADD", "COMPOSED", "COMPOSED", "RELU"]
    assert maker(legal, y).option("steps")[0].type == "ABS"


def test_quantize_that_changes_nothing(rng: np.random.Generator) -> None:
    b = GraphBuilder(2)
    x = b.input((1, 256), scale=0.1, zero_point=3)
    same = b.one("QUANTIZE", [x], x.shape, x.quantization)
    other = b.unary("QUANTIZE", x, scale=0.1, zero_point=4)
    words = b.one("QUANTIZE", [x], x.shape, b._quantization("int16", 0.1, 0), "int16")
    again = b.one("QUANTIZE", [words], x.shape, x.quantization)
    reals = b.input((1, 9), "float32")
    real = b.one("QUANTIZE", [reals], reals.shape, x.quantization)
    graph = b.build([same, other, again, b.add(same, same), real])
    cases = [[every_int8(x), rng.normal(0, 3, (1, 9)).astype(np.float32)]]
    legal = check(graph, cases, NAME)
    assert types(legal) == ["RESHAPE", *["QUANTIZE"] * 4, "ADD"]


def test_several_subgraphs_and_nothing_to_merge() -> None:
    b = GraphBuilder(3)
    flag, x = b.input((1,), "bool"), b.input((1, 256), scale=0.1, zero_point=3)
    sides = []
    for k in range(2):
        side = GraphBuilder(4 + k, name=f"side {k}")
        inside = side.input((1, 256), scale=0.1, zero_point=3)
        sides.append((side, [side.unary("ABS", side.unary("RELU", inside), scale=0.2, zero_point=1)]))
    out = b.tensor((1, 256), "int8", sides[0][1][0].quantization)
    b.operator("IF", [flag, x], out, then_subgraph_index=1, else_subgraph_index=2)
    graph = b.build([out], sides)
    legal = check(graph, [[np.array([value]), every_int8(x)] for value in (True, False)], NAME)
    assert [types(legal, k) for k in range(3)] == [["IF"], ["COMPOSED"], ["COMPOSED"]]
    assert types(only(graph, "dead_operators"), 1) == ["RELU", "ABS"]
    b = GraphBuilder(6)
    graph = b.build([b.softmax(b.input((1, 4)))])
    assert merged_quantize(graph) is graph
