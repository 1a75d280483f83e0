"""Every operator of one tensor with every type that it takes, once: for tests of what all operators share."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder

from .wide import wide_types

FLOAT_ONLY = ("NEG", "CEIL", "FLOOR", "ROUND", "SQRT", "SQUARE", "EXP", "LOG", "SIN", "COS", "SIGN")
WITH_INT8 = ("ELU", "HARD_SWISH", "GELU", "RELU_N1_TO_1", "RELU_0_TO_1", "LOG_SOFTMAX", "L2_NORMALIZATION")
WITH_INT16 = ("ABS", "RSQRT", "TANH", "LOGISTIC", "RELU", "RELU6", "LEAKY_RELU", "SOFTMAX")
TYPES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(FLOAT_ONLY, ("float32",)),
    **dict.fromkeys(WITH_INT8, ("float32", "int8")),
    **dict.fromkeys(WITH_INT16, ("float32", "int8", "int16")),
}
OUTPUTS: Mapping[tuple[str, str], Quantization] = {
    ("LOG_SOFTMAX", "int8"): Quantization((1 / 16,), (127,)),
    ("L2_NORMALIZATION", "int8"): Quantization((1 / 128,), (0,)),
    ("TANH", "int8"): Quantization((1 / 128,), (0,)),
    ("LOGISTIC", "int8"): Quantization((1 / 256,), (-128,)),
    ("SOFTMAX", "int8"): Quantization((1 / 256,), (-128,)),
}


def every_unary(b: GraphBuilder) -> list[Tensor]:
    """The outputs of them all, each of an input of its own."""
    outputs = []
    for type, dtypes in TYPES.items():
        for dtype in dtypes:
            x = b.input((2, 3, 5), dtype, None if dtype == "float32" else 0.05, 0)
            general = Quantization((2.0**-15,), (0,)) if dtype == "int16" else Quantization((2.0**-5,), (3,))
            quantization = None if dtype == "float32" else OUTPUTS.get((type, dtype), general)
            options = {"alpha": 0.25} if type == "LEAKY_RELU" else {"beta": 1.0} if type == "SOFTMAX" else {}
            outputs.append(_one(b, type, x, quantization, dtype, options))
    wide = _one(b, "SOFTMAX", b.input((2, 5)), Quantization((1 / 65536,), (-32768,)), "int16", {"beta": 1.0})
    plain = b.tensor((4,), "int16")
    b.inputs.append(plain)
    image = b.input((1, 4, 4, 2), "float32")
    pooled = b.one(
        "L2_POOL_2D", [image], (1, 2, 2, 2), dtype="float32", padding="SAME", stride_h=2, stride_w=2, filter_height=3,
        filter_width=3, fused_activation_function="RELU6",
    )  # fmt: skip
    approximate = b.one("GELU", [b.input((4,), "float32")], (4,), dtype="float32", approximate=True)
    return [*outputs, wide, _one(b, "ABS", plain, None, "int16", {}), pooled, approximate, *wide_types(b)]


def _one(
    b: GraphBuilder, type: str, x: Tensor, quantization: Quantization | None, dtype: str, options: Mapping[str, float]
) -> Tensor:
    output = b.tensor(x.shape, dtype, quantization)
    b.operator(type, [x], output, **options)
    return output
