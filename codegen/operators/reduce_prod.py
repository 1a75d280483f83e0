"""REDUCE_PROD over any axes. TFLite Micro has no REDUCE_PROD.

Arithmetic: reference_ops::ReduceGeneric (float32, int32, int64), QuantizedReduceProd (int8, int16) of LiteRT; the
results are equal, those of float32 too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._broadcast import RANK
from ._reduce import alternations, reduction_operands, reduction_rules, reduction_struct, terms_of
from ._rules import after, quantized, types
from ._whole import WholeKernel
from .family import Address, Call, Family, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Value

SUFFIXES = {"int8": "s8", "int16": "s16", "int32": "s32", "int64": "s64", "float32": "f32"}

_types = types(
    "Input and output are int8, int16, int32, int64 or float32, both alike.",
    frozenset(f"{dtype}/{dtype}" for dtype in SUFFIXES),
    reduction_operands,
)
_quantized = quantized(_types)


def _is_quantized(op: Operator) -> bool:
    return op.output.dtype in ("int8", "int16")


@after(_types, _quantized)
def symmetric(op: Operator) -> str | None:
    """The zero points of int16 tensors are 0."""
    if op.output.dtype != "int16":
        return None
    found = [op.input().zero_point, op.output.zero_point]
    return f"{found}" if any(found) else None


@after(*reduction_rules, _types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The input scale is less than 2^7 times the n-th root of the output scale, for products of n elements."""
    return f"{op.input().scale:g} and {op.output.scale:g}" if _is_quantized(op) and factor(op) >= 2.0**7 else None


def factor(op: Operator) -> float:
    """GetQuantProdScaling of LiteRT: the factor of each product on the way."""
    return float(op.input().scale / op.output.scale ** (1.0 / terms_of(op)))


class Native(WholeKernel):
    """cg_reduce_prod_s8 and so on."""

    provider = "native"

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.name = f"cg_reduce_prod_{SUFFIXES[dtype]}"

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == self.dtype

    def whole(self, op: Operator) -> Call:
        arguments: dict[str, Value] = {"reduction": reduction_struct(op)}
        if _is_quantized(op):
            multiplier, shift = quantize_multiplier(factor(op))
            arguments["params"] = struct(
                "cg_rescaled_product_params",
                input_offset=-op.input().zero_point,
                output_offset=op.output.zero_point,
                multiplier=multiplier,
                shift=shift,
            )
        return native_call(self.name, **arguments, input=Address(op.input()), output=Address(op.output, writable=True))


FAMILY = Family(
    names=("REDUCE_PROD",),
    constraints=(*reduction_rules, _types, alternations(2 * RANK), _quantized, symmetric, scale_ratio),
    kernels=tuple(Native(dtype) for dtype in SUFFIXES),
    hint="convert the model again without quantizing REDUCE_PROD",
)
