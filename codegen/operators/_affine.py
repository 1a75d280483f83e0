"""Sums and differences of int8 by one affine form, where that gives what the reference gives for every pair of inputs.

The reference rounds three times: each input to a common scale, and their sum to the output's. The kernel computes

    output = saturate((x1 * a + x2 * b + c) >> s)

with a, b near the ratios of the scales times 2^s. This is no theorem but a comparison: `affine_form` computes the
reference's result for all 65,536 pairs, and for each a and b tried the range that c must lie in for every one of
them; where some c remains, the form is exact. Where it never does, other kernels compute the operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..arithmetic import fused_clamp, quantize_multiplier
from ._broadcast import is_elementwise
from ._fixed_point import requantized_array
from ._sum import LEFT_SHIFTS, sum_factors
from ._whole import WholeKernel
from .access import elementwise
from .family import Address, native_call, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator
    from ..target import Target
    from .access import Access
    from .family import Band, Call

LARGEST_SHIFT = 24
SMALLEST_SHIFT = 16
NEIGHBOURS = (0, 1, -1, 2, -2)
"""How far from the nearest integers a and b are tried."""


@dataclass(frozen=True, slots=True)
class Affine:
    """saturate((x1 * a + x2 * b + c) >> shift)."""

    a: int
    b: int
    c: int
    shift: int


def reference(op: Operator, sign: int) -> Array:
    """The results of ADD (sign 1) or SUB (-1) for all inputs: [x1 + 128, x2 + 128]."""
    factors, every = sum_factors(op), np.arange(-128, 128, dtype=np.int64)
    shifted = [(every - op.input(k).zero_point) << LEFT_SHIFTS["int8"] for k in (0, 1)]
    first, second = (
        requantized_array(x, *quantize_multiplier(f))
        for x, f in zip(shifted, (factors.input1, factors.input2), strict=True)
    )
    low, high = fused_clamp(op)
    total = first[:, None] + sign * second[None, :]
    return np.asarray(
        (requantized_array(total, *quantize_multiplier(factors.output)) + op.output.zero_point).clip(low, high)
    )


def _ends(values: Array) -> tuple[int, int]:
    return int(values.min()), int(values.max())


@lru_cache(maxsize=256)
def affine_form(op: Operator, sign: int) -> Affine | None:
    """The form that gives `reference` for every pair, None where none was found."""
    wanted, (low, high) = reference(op, sign), fused_clamp(op)
    ratios = [op.input(k).scale / op.output.scale for k in (0, 1)]
    # Results within the clamp bound the form on both sides, those at an end on one.
    is_low, is_high = wanted == low, wanted == high
    every = np.arange(-128, 128, dtype=np.int64)
    shifts = [s for s in range(SMALLEST_SHIFT, LARGEST_SHIFT + 1) if 2.0**s * 128 * (sum(ratios) + 1) < 2.0**31]
    for shift in shifts[:-4:-1]:  # where the finest fail, coarser ones do too
        exact = [ratio * 2.0**shift for ratio in ratios]
        floor, limit = (wanted << shift)[~is_low], ((wanted + 1) << shift)[~is_high]
        for da, db in product(NEIGHBOURS, NEIGHBOURS):
            a, b = round(exact[0]) + da, sign * (round(exact[1]) + db)
            form = every[:, None] * a + every[None, :] * b
            least = int((floor - form[~is_low]).max(initial=-(1 << 31)))
            most = int((limit - form[~is_high]).min(initial=1 << 31)) - 1
            c = (least + most) // 2
            if least <= most and all(-(1 << 31) <= x < 1 << 31 for x in (c, *_ends(form), *_ends(form + c))):
                return Affine(a, b, c, shift)
    return None


class AffineS8(WholeKernel):
    """cg_affine_sum_s8, where one affine form is the reference for all inputs. `sign` -1: a difference."""

    provider = "native"
    name = "cg_affine_sum_s8"
    counts = "count"

    def __init__(self, sign: int = 1) -> None:
        self.sign = sign

    def fits(self, op: Operator) -> bool:
        return op.output.dtype == "int8" and is_elementwise(op) and affine_form(op, self.sign) is not None

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, *op.inputs)

    def cost(self, op: Operator, target: Target) -> int:
        """Counted in the assembly of the vectors; elsewhere an estimate."""
        return 70 + op.output.size * 2 if target.isa.mve else 40 + op.output.size * 12

    def whole(self, op: Operator) -> Call:
        form, (low, high) = affine_form(op, self.sign), fused_clamp(op)
        assert form is not None, op.name
        return native_call(
            self.name,
            params=struct(
                "cg_affine_sum_s8_params",
                input1_factor=form.a,
                input2_factor=form.b,
                offset=form.c,
                shift=form.shift,
                activation_min=low,
                activation_max=high,
            ),
            input1=Address(op.input(0)),
            input2=Address(op.input(1)),
            count=op.output.size,
            output=Address(op.output, writable=True),
        )
