"""Plans of real FFTs, made at compile time: factors and twiddles of KISS FFT v130, which TFLite Micro calls."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._flexbuffers import integer, integers_in
from ._rules import after
from ._signal import tensors
from .family import Struct, Table, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator

SUFFIXES = {"int16": "s16", "int32": "s32", "float32": "f32"}
SCHEMA_TYPES = {"int16": 7, "int32": 2, "float32": 0}
STAGES = 20
LONGEST = 1 << 20

fft_types = tensors(*(f"{dtype} to {dtype}" for dtype in SUFFIXES))
fft_options = integers_in(fft_types, fft_length=(4, LONGEST), T=(0, 255))


@after(fft_types, fft_options)
def fft_type(op: Operator) -> str | None:
    """The option T is the schema's number of the tensors' type."""
    found = integer(op, "T")
    return None if found == SCHEMA_TYPES[op.input().dtype] else f"{found} for {op.input().dtype}"


@after(fft_options)
def fft_length(op: Operator) -> str | None:
    """The option fft_length is twice a product of 2s, 3s and 5s."""
    length = integer(op, "fft_length")
    return str(length) if length % 2 or factors(length // 2) is None else None


def factors(size: int) -> tuple[int, ...] | None:
    """4s, then a 2, 3s and 5s; None where another prime is left. `size` >= 2.

    >>> factors(256), factors(240), factors(7)
    ((4, 4, 4, 4), (4, 4, 3, 5), None)
    """
    found = []
    for radix in (4, 2, 3, 5):
        while size % radix == 0:
            found.append(radix)
            size //= radix
    return tuple(found) if size == 1 else None


def _table(name: str, angles: list[float], dtype: str) -> Table:
    phases = [(math.cos(angle), math.sin(angle)) for angle in angles]
    values = np.array(phases, np.float64).reshape(-1)
    if dtype != "float32":
        values = np.floor(0.5 + np.iinfo(dtype).max * values)
    return Table(name, read_only(values.astype(dtype)))


def twiddles(size: int, dtype: str, *, inverse: bool) -> Array:
    """exp(-2 pi i k / size), k below `size`; its conjugate for the inverse."""
    sign = -1 if inverse else 1
    return _table("twiddles", [-2 * math.pi * k / size * sign for k in range(size)], dtype).data


def fft_plan(op: Operator, *, inverse: bool) -> Struct:
    """cg_fft_plan_<type> of `op`, which obeys the rules here."""
    dtype, size = op.input().dtype, integer(op, "fft_length") // 2
    radix = factors(size)
    assert radix is not None
    span = [math.prod(radix[k + 1 :]) for k in range(len(radix))]
    sign = -1 if inverse else 1
    super_angles = [-math.pi * ((k + 1) / size + 0.5) * sign for k in range(size // 2)]
    return struct(
        f"cg_fft_plan_{SUFFIXES[dtype]}",
        size=size,
        stages=len(radix),
        is_inverse=int(inverse),
        radix=(*radix, *[0] * (STAGES - len(radix))),
        span=(*span, *[0] * (STAGES - len(radix))),
        twiddles=Table("twiddles", twiddles(size, dtype, inverse=inverse)),
        super_twiddles=_table("super_twiddles", super_angles, dtype),
    )


def macs(op: Operator) -> int:
    """Four for each complex product of the butterflies and of the step to or from the real transform."""
    size = integer(op, "fft_length") // 2
    stages = sum(size * (radix - 1) // radix for radix in factors(size) or ())
    return 4 * (stages + size // 2)
