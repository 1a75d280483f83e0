"""TRANSPOSE of dimensions of extent 1 is a view; all others stay."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from codegen.transforms.views import views
from tests.builders import GraphBuilder
from tests.transforms.equal import check, random_cases, types

NAME = "views"


def test_every_permutation_with_extents_of_one(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    outputs, moves = [], []
    for shape in ((1, 3, 1, 4), (1, 1, 1, 1), (2, 1, 3), (1, 5), (2, 3)):
        x = b.input(shape)
        for order in permutations(range(len(shape))):
            if rng.random() < 0.6:
                continue
            to = [shape[k] for k in order]
            y = b.one("TRANSPOSE", [x, b.constant(np.array(order, np.int32))], to, x.quantization)
            outputs.append(b.unary("RELU", y))
            kept = [k for k in order if shape[k] > 1]
            moves.append("TRANSPOSE" if kept != sorted(kept) else "RESHAPE")
    legal = check(b.build(outputs), random_cases(b, 2), NAME)
    assert types(legal)[::2] == moves


def test_of_inputs_as_outputs_of_variables_and_of_computed_permutations() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 4))
    order = b.constant(np.array([1, 0], np.int32))
    y = b.one("TRANSPOSE", [x, order], (4, 1), x.quantization)
    z = b.one("TRANSPOSE", [y, order], (1, 4), x.quantization)
    legal = check(b.build([y, x, z, b.add(x, z)]), random_cases(b), NAME)
    assert types(legal) == ["RESHAPE", "RESHAPE", "ADD"]
    b = GraphBuilder(2)
    graph = b.build([b.one("TRANSPOSE", [b.input((1, 4)), b.input((2,), "int32")], (4, 1))])
    assert views(graph) is graph
