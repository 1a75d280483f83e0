"""Operators that move elements or change their type, with anything wrong in them: constraints never raise, and what
they let pass every kernel that takes it can call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pytest

from codegen.graph import Operator
from codegen.operators import families, rule
from tests.builders import GraphBuilder

from . import test_batches, test_gather, test_movement, test_parts, test_resize, test_slices
from .test_conv_2d_hostile import spoiled
from .test_hostile import random_operator
from .windows import describe, targets


def _small(type: str, b: GraphBuilder) -> None:
    """One operator of the kinds that have few shapes."""
    x = b.input((2, 3))
    numbers = [b.constant(np.array(values, np.int32)) for values in ([2, 3], [1, 1], 0, 4, 1)]
    dims, ones, zero, four, one = numbers
    scalar, ids = b.input(()), b.input((2,), "int32")
    cases: Mapping[str, Callable[[], object]] = {
        "TILE": lambda: b.one(type, [x, ones], (2, 3), x.quantization),
        "BROADCAST_TO": lambda: b.one(type, [x, dims], (2, 3), x.quantization),
        "REVERSE_V2": lambda: b.one(type, [x, b.constant(np.array([0], np.int32))], (2, 3), x.quantization),
        "MIRROR_PAD": lambda: b.one(
            type, [x, b.constant(np.array([[1, 0], [0, 2]], np.int32))], (3, 5), x.quantization, mode="REFLECT"
        ),
        "DEPTH_TO_SPACE": lambda: b.one(type, [b.input((1, 2, 2, 4))], (1, 4, 4, 1), None, block_size=2),
        "SPACE_TO_DEPTH": lambda: b.one(type, [b.input((1, 2, 2, 4))], (1, 1, 1, 16), None, block_size=2),
        "DYNAMIC_UPDATE_SLICE": lambda: b.one(type, [x, b.input((1, 2)), ids], (2, 3), x.quantization),
        "EMBEDDING_LOOKUP": lambda: b.one(type, [ids, x], (2, 3), x.quantization),
        "SCATTER_ND": lambda: b.one(type, [b.input((4, 1), "int32"), b.input((4, 3)), dims], (2, 3)),
        "TOPK_V2": lambda: b.operator(type, [x, one], b.tensor((2, 1)), b.tensor((2, 1), "int32")),
        "FILL": lambda: b.one(type, [dims, scalar], (2, 3), scalar.quantization),
        "ZEROS_LIKE": lambda: b.one(type, [x], (2, 3), x.quantization),
        "SHAPE": lambda: b.one(type, [x], (2,), None, "int32"),
        "BROADCAST_ARGS": lambda: b.one(type, [ids, dims], (2,), None, "int32"),
        "RANGE": lambda: b.one(type, [zero, four, one], (4,), None, "int32"),
        "CAST": lambda: b.one(type, [x], (2, 3), None, "float32"),
        "QUANTIZE": lambda: b.one(type, [x], (2, 3), x.quantization, "int16"),
        "DEQUANTIZE": lambda: b.one(type, [x], (2, 3), None, "float32"),
        "CONCATENATION": lambda: b.concatenation([x, x], 1),
    }
    cases[type]()


GENERATED: Mapping[str, Callable[[GraphBuilder], object]] = MappingProxyType(
    {
        "SLICE": lambda b: test_slices.random_slice(b, "int8"),
        "STRIDED_SLICE": lambda b: test_slices.random_index(b, empty=True),
        "SPLIT": lambda b: test_parts.random_split(b, "int8"),
        "SPLIT_V": lambda b: test_parts.random_split_v(b, "int8"),
        "UNPACK": lambda b: test_parts.random_unpack(b, "int8"),
        "PACK": lambda b: b.one("PACK", [b.input((2, 3))] * 2, (2, 2, 3), None, values_count=2, axis=1),
        "TRANSPOSE": lambda b: test_movement.random_transpose(b, "int8"),
        "GATHER": lambda b: test_gather.random_gather(b, test_gather.Positions(b), "int8"),
        "GATHER_ND": lambda b: test_gather.random_gather_nd(b, test_gather.Positions(b), "int8"),
        "SPACE_TO_BATCH_ND": lambda b: test_batches.random_space_to_batch(b, "int8"),
        "BATCH_TO_SPACE_ND": lambda b: test_batches.random_batch_to_space(b, "int8"),
        "RESIZE_BILINEAR": lambda b: test_resize.random_resize(b, "RESIZE_BILINEAR", "int8", True, False),
        "RESIZE_NEAREST_NEIGHBOR": lambda b: test_resize.random_resize(
            b, "RESIZE_NEAREST_NEIGHBOR", "int8", False, True
        ),
    }
)
SMALL = (
    "TILE", "BROADCAST_TO", "REVERSE_V2", "MIRROR_PAD", "DEPTH_TO_SPACE", "SPACE_TO_DEPTH", "DYNAMIC_UPDATE_SLICE",
    "EMBEDDING_LOOKUP", "SCATTER_ND", "TOPK_V2", "FILL", "ZEROS_LIKE", "SHAPE", "BROADCAST_ARGS", "RANGE", "CAST",
    "QUANTIZE", "DEQUANTIZE", "CONCATENATION",
)  # fmt: skip


def valid(type: str, b: GraphBuilder) -> Operator:
    """An operator of that type that can be compiled."""
    if type in GENERATED:
        GENERATED[type](b)
    else:
        _small(type, b)
    return b.operators[-1]


@pytest.mark.parametrize("type", [*GENERATED, *SMALL])
def test_constraints_never_raise(type: str, rng: np.random.Generator, full: bool) -> None:
    family = families()[type]
    everywhere = targets("host", "mps3-an547")
    accepted = refused = 0
    for k in range(5000 if full else 300):
        op = valid(type, GraphBuilder(int(rng.integers(1 << 31)))) if k % 6 else random_operator(rng, type)
        assert k % 6 == 0 or not any(constraint(op) for constraint in family.constraints), describe(op)
        op = spoiled(op, rng)
        said = [constraint(op) for constraint in family.constraints]
        assert all(found is None or found for found in said), said
        if any(said):
            refused += 1
            continue
        accepted += 1
        for target in everywhere:
            for kernel in family.kernels:
                if kernel.takes(op, target):
                    assert kernel.calls(op, target, None)
    assert refused > 50
    assert accepted > 5


@pytest.mark.parametrize("type", [*GENERATED, *SMALL])
def test_rules_are_sentences(type: str) -> None:
    for constraint in families()[type].constraints:
        assert rule(constraint).endswith("."), constraint
