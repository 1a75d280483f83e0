"""Operators with windows or weights in the types other than int8, for the modules that all compilers see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codegen.graph import Tensor
    from tests.builders import GraphBuilder


def wide_types(b: GraphBuilder) -> list[Tensor]:
    """One of each kernel."""
    outputs = [
        b.pool(b.input((1, 5, 4, 3), dtype), type, (2, 2))
        for dtype in ("int16", "float32")
        for type in ("AVERAGE_POOL_2D", "MAX_POOL_2D")
    ]
    for dtype, wide_bias in (("int16", False), ("int16", True), ("float32", True)):
        b.wide_bias = wide_bias
        weights = "float32" if dtype == "float32" else "int8"
        outputs.append(b.fully_connected(b.input((2, 7), dtype), 3, weights_dtype=weights))
        image = b.input((1, 4, 5, 2), dtype)
        outputs.append(b.conv_2d(image, 3, weights_dtype=weights))
        if wide_bias:
            outputs.append(b.depthwise_conv_2d(image, multiplier=2, weights_dtype=weights))
    return outputs
