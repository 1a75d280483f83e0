"""PRELU: x where x >= 0, else alpha * x; alpha is broadcast to the input.

Arithmetic: reference_ops::BroadcastPrelu4DSlow (int8, int16 with int8 alphas), BroadcastPrelu4DSlowFloat of TFLite
Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._broadcast import Elementwise, broadcast_rules, two_operands
from ._rules import after, quantized, types
from .family import Family, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from .family import Value

_types = types(
    "Input, alpha and output are float32 or int8, or int16, int8 and int16.",
    frozenset({"float32/float32/float32", "int8/int8/int8", "int16/int8/int16"}),
    two_operands,
    inputs=2,
)
_quantized = quantized(_types)


@after(_types, _quantized)
def scale_ratio(op: Operator) -> str | None:
    """The input scale, and its product with that of alpha, are less than 2^30 times the output scale."""
    if op.output.dtype == "float32" or max(factors(op)) < 2.0**30:
        return None
    return f"{op.input(0).scale:g}, {op.input(1).scale:g} and {op.output.scale:g}"


def factors(op: Operator) -> tuple[float, float]:
    """CalculatePreluParams of TFLite Micro: of the input itself, of its product with alpha."""
    x, alpha, y = op.input(0), op.input(1), op.output
    return x.scale / y.scale, x.scale * alpha.scale / y.scale


def _params(op: Operator) -> Mapping[str, Value]:
    identity, scaled = (quantize_multiplier(factor) for factor in factors(op))
    params = struct(
        "cg_prelu_params",
        input_offset=-op.input(0).zero_point,
        alpha_offset=-op.input(1).zero_point,
        output_offset=op.output.zero_point,
        identity_multiplier=identity.multiplier,
        identity_shift=identity.shift,
        alpha_multiplier=scaled.multiplier,
        alpha_shift=scaled.shift,
    )
    return {"params": params}


FAMILY = Family(
    names=("PRELU",),
    constraints=(*broadcast_rules, _types, _quantized, scale_ratio),
    kernels=(
        Elementwise("int8", "cg_prelu_s8", _params),
        Elementwise("int16", "cg_prelu_s16", _params),
        Elementwise("float32", "cg_prelu_f32"),
    ),
    hint="convert the model again with one type for input and output",
)
