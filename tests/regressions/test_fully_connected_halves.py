"""FULLY_CONNECTED rounded halves otherwise than the interpreter, its factor having been formed in float32."""

from __future__ import annotations

import numpy as np

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder
from tests.operators.equality import assert_equal

FLOAT = np.float32


def test_halves(rng: np.random.Generator) -> None:
    """Scales whose factor is 1/2 in float32 and a little more or less in double."""
    b = GraphBuilder(seed=1)
    outputs: list[Tensor] = []
    while len(outputs) < 12:
        scales = [FLOAT(value / 1000) for value in rng.integers(1, 1000, 2)]
        output_scale = FLOAT(2) * (scales[0] * scales[1])
        if float(scales[0]) * float(scales[1]) / float(output_scale) == 0.5:
            continue
        x = b.input((1, 2), scale=float(scales[0]), zero_point=0)
        weights = b.constant(rng.integers(-127, 128, (64, 2)).astype(np.int8), float(scales[1]))
        quantization = Quantization((float(output_scale),), (0,))
        outputs.append(b.one("FULLY_CONNECTED", [x, weights, None], (1, 64), quantization, version=4))
    cases = [[rng.integers(-2, 3, tensor.shape).astype(np.int8) for tensor in b.inputs] for _ in range(8)]
    assert_equal(b, outputs, cases)
