"""What a kernel call costs: instructions by the core's measured table, `boards/costs/*.toml`.

A table weighs counts. What a kernel's time depends on is said by `Kernel.work`, or, where it says nothing, by the
counts that every operator has (`counts`). `benchmarks/costs.py` measures kernels in QEMU and fits the weights.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING

from .operators import family_of
from .operators.family import Band
from .resources import data_dir

if TYPE_CHECKING:
    from .graph import Operator
    from .operators.family import Kernel
    from .target import Target


@dataclass(frozen=True, slots=True)
class Weights:
    """Instructions for each count of one kernel, from `cases` measurements; `error` is the largest relative error."""

    by_count: Mapping[str, float]
    cases: int
    error: float


@dataclass(frozen=True, slots=True)
class CostTable:
    """The measured kernels of one or more cores. `how` says what measured them."""

    cores: tuple[str, ...]
    how: str
    kernels: Mapping[str, Weights]


@dataclass(frozen=True, slots=True)
class Cost:
    """Instructions of a call. `is_measured`: by the core's table, not by the kernel's own estimate."""

    instructions: int
    is_measured: bool


_ESTIMATES = MappingProxyType({"xtensa-lx6": "rv32imc"})
"""Cores without a toolchain or a counter, and one whose table is as good a guess as there is: 32 bits, no vectors."""


def is_estimated(core: str) -> bool:
    """Whether the table of `core` is another one's."""
    return core in _ESTIMATES


@cache
def cost_table(core: str) -> CostTable | None:
    """The table that holds for `core`; None where nothing was measured."""
    core = _ESTIMATES.get(core, core)
    for path in sorted((data_dir("boards") / "costs").glob("*.toml")):
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        if core in values["cores"]:
            kernels = {
                name: Weights(MappingProxyType(entry["weights"]), entry["cases"], entry["error"])
                for name, entry in values["kernels"].items()
            }
            return CostTable(tuple(values["cores"]), values["how"], MappingProxyType(kernels))
    return None


def counts(op: Operator, band: Band | None = None) -> dict[str, float]:
    """What every operator has to do for `band` (None: whole), by name.

    calls, rows (of output), pixels (output elements of one channel), outputs and inputs (elements; constants are no
    inputs), windows (elements under the windows of all pixels), taps (window positions of all pixels) and output_taps
    (of all output elements), macs, quads and vectors (multiply-accumulates by 4 and by 16 of one output), weights
    (constant elements of the second input, whole for each call) and row_weights (for each output row).
    """
    spatial = family_of(op).spatial(op)
    rows = band.rows if band and spatial else spatial.output_rows if spatial else 1
    share = rows / spatial.output_rows if spatial else 1.0
    outputs = share * sum(tensor.size for tensor in op.outputs)
    inputs = share * sum(tensor.size for tensor in op.inputs if tensor is not None and not tensor.is_constant)
    channels = max(op.output.shape[-1], 1) if op.outputs and op.output.shape else 1
    second = op.optional_input(1)
    has_weights = second is not None and second.is_constant
    weights = float(second.size) if second is not None and has_weights else 0.0
    taps = second.shape[1] * second.shape[2] if second is not None and has_weights and len(second.shape) == 4 else 0
    macs = share * family_of(op).macs(op)
    depth = macs / max(outputs, 1)
    return {
        "calls": 1.0,
        "rows": float(rows),
        "pixels": outputs / channels,
        "outputs": outputs,
        "inputs": inputs,
        "windows": macs / channels,
        "taps": taps * outputs / channels,
        "output_taps": taps * outputs,
        "macs": macs,
        "quads": outputs * ceil(depth / 4),
        "vectors": outputs * ceil(depth / 16),
        "weights": weights,
        "row_weights": rows * weights,
    }


def work_of(kernel: Kernel, op: Operator, target: Target, band: Band | None = None) -> Mapping[str, float]:
    """What `kernel` has to do for `band` of `op`: its own counts, or those of every operator."""
    return kernel.work(op, target, band) or counts(op, band)


def cost_of(kernel: Kernel, op: Operator, target: Target, band: Band | None = None) -> Cost | None:
    """What `kernel` takes for `band` of `op` (None: the whole operator); None where nobody knows."""
    table = cost_table(target.core.name)
    weights = table.kernels.get(kernel.name) if table else None
    if weights is not None:
        work = work_of(kernel, op, target, band)
        return Cost(
            round(sum(weight * work.get(name, 0.0) for name, weight in weights.by_count.items())),
            not is_estimated(target.core.name),
        )
    estimate = kernel.cost(op, target)
    if not estimate:
        return None
    spatial = family_of(op).spatial(op)
    share = band.rows / spatial.output_rows if band and spatial else 1.0
    return Cost(round(estimate * share), False)
