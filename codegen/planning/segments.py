"""Segments: consecutive operators executed band by band, as a static schedule that is known here to the last call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ..operators import family_of, ranked_kernels
from ..operators.family import Address, Band, Spatial, call_values
from .bands import MisfitError, bands_of, call_variants
from .costs import streamed_cost
from .model import PUSHED, KernelCall, Need, Segment, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..graph import Operator, Tensor
    from ..operators.family import Call, Kernel
    from ..target import Target


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What is asked of an operator in a segment: its place, its kernel, and how many rows a call is to compute."""

    operator: Operator
    subgraph: int
    position: int
    kernel: Kernel
    band: int


def progress(op: Operator, kernel: Kernel) -> Spatial | None:
    """How the rows of `op` by which `kernel` advances depend on its input rows; None where it has no rows.

    A kernel that gathers sums advances by input rows.
    """
    if not kernel.accumulates:
        return family_of(op).spatial(op)
    rows = rows_of(op.input())
    return Spatial(rows, rows) if rows else None


def rows_of(tensor: Tensor) -> int:
    """Rows of one image of NHWC; 0 where the tensor is none."""
    return tensor.shape[1] if len(tensor.shape) == 4 and tensor.shape[0] == 1 else 0


def computed_inputs(op: Operator) -> tuple[Tensor, ...]:
    """The inputs that calls make, each once."""
    return tuple(dict.fromkeys(t for t in op.inputs if t is not None and not t.is_constant))


def can_stream(op: Operator, kernel: Kernel, target: Target) -> bool:
    """Whether `kernel` can compute `op` band by band from the rows that its inputs have so far."""
    if op.state or any(t.is_variable for t in (*computed_inputs(op), *op.outputs)) or len(op.outputs) != 1:
        return False
    if not kernel.takes_bands(op, target):
        return False
    spatial = progress(op, kernel)
    inputs = computed_inputs(op)
    rows = rows_of(op.output)
    has_rows = spatial is not None and inputs and all(rows_of(t) == spatial.input_rows for t in inputs)
    return bool(has_rows) and (kernel.accumulates or (spatial is not None and rows == spatial.output_rows))


@lru_cache(maxsize=4096)
def streaming_kernels(op: Operator, target: Target) -> tuple[Kernel, ...]:
    """The kernels for `op` in a segment: one that gathers sums as rows come, else all that take bands from rings, the
    cheapest by single rows first, those to avoid last; none where `op` cannot be part of a segment."""
    family = family_of(op)
    if family.is_view or family.expand is not None or not family.kernels:
        return ()
    for kernel in family.accumulators:
        if kernel.takes(op, target) and can_stream(op, kernel, target):
            return (kernel,)
    # Where there is a choice, windows are for kernels that take rings.
    ranked = ranked_kernels(op, target)
    taking = [
        kernel
        for kernel in ranked
        if (target.kernels == "auto" or kernel.provider == ranked[0].provider)
        and (kernel.name in target.prefer) == (ranked[0].name in target.prefer)
        and (target.kernels != "auto" or not needs_run(op, kernel))
        and can_stream(op, kernel, target)
    ]
    return tuple(sorted(taking, key=lambda kernel: (kernel.name in target.avoid, _by_rows(op, kernel, target))))


def streaming_kernel(op: Operator, target: Target, name: str | None = None) -> Kernel | None:
    """The one called `name` of `streaming_kernels`, the first of them by default."""
    named = (kernel for kernel in streaming_kernels(op, target) if name in (None, kernel.name))
    return next(named, None)


def _by_rows(op: Operator, kernel: Kernel, target: Target) -> int:
    """Estimated instructions in calls of one row."""
    spatial = progress(op, kernel)
    return streamed_cost(kernel, op, target, spatial.output_rows, 1) if spatial else 0


def needs_run(op: Operator, kernel: Kernel) -> bool:
    """Whether the rows of the input lie one after the other, all of them, and come and go where they are: CMSIS-NN's
    kernels are given addresses, and windows would go round the end of a ring."""
    spatial = family_of(op).spatial(op)
    has_window = spatial is None or spatial != Spatial(spatial.input_rows, spatial.output_rows)
    return kernel.provider == "cmsis-nn" and has_window


def make_segment(
    steps: Sequence[Step], target: Target, storage: Callable[[Tensor], Tensor], pushed: Tensor | None = None
) -> Segment | None:
    """`steps`, operators in execution order, as a segment; None where the calls of a kernel cannot be one call.

    `storage` gives the tensor that owns the bytes of another. `pushed` is such an owner, whose rows the caller pushes.
    """
    stages: list[Stage] = []
    made_by: dict[Tensor, int] = {}
    for step in steps:
        spatial = progress(step.operator, step.kernel)
        assert spatial is not None, step.operator
        band = min(step.band, spatial.output_rows)
        inputs = dict.fromkeys(storage(t) for t in computed_inputs(step.operator))
        if any(storage(t).bytes != t.bytes for t in (*computed_inputs(step.operator), step.operator.output)):
            return None  # a part of another tensor
        if any(_output_rows(stages[made_by[t]]) != spatial.input_rows for t in inputs if t in made_by):
            return None  # a view of it has other rows
        needs = tuple(_need(made_by[t], stages[made_by[t]], spatial, band) for t in inputs if t in made_by)
        needs += tuple(window_need(PUSHED, spatial, band) for t in inputs if t is pushed)
        bands = bands_of(spatial.output_rows, band)
        try:
            variants = call_variants(step.kernel, step.operator, target, tuple(bands))
        except MisfitError:
            return None
        in_runs = any(_reads_by_address(call) for _, call in variants)
        has_window = spatial != Spatial(spatial.input_rows, spatial.output_rows)
        if in_runs and has_window and (pushed in inputs or not needs_run(step.operator, step.kernel)):
            return None  # windows would go round the end of a ring
        made_by[storage(step.operator.output)] = len(stages)
        stages.append(
            Stage(
                step.operator, step.subgraph, step.position, step.kernel, spatial.output_rows, band, needs, variants,
                in_runs,
            )
        )  # fmt: skip
    rows = max((need.rows for stage in stages for need in stage.needs if need.stage == PUSHED), default=0)
    order, arrivals = _order(stages, rows)
    waiting = [iter(_stage_calls(stage, target)) for stage in stages]
    calls = tuple(next(waiting[k]) for k in order)
    return Segment(tuple(stages), calls, pushed if rows else None, arrivals)


def _reads_by_address(call: Call) -> bool:
    addresses = (value for value in call_values(call) if isinstance(value, Address))
    return any(not value.writable and not value.tensor.is_constant for value in addresses)


def _output_rows(stage: Stage) -> int:
    return 1 if stage.kernel.accumulates else stage.rows


def _need(index: int, stage: Stage, spatial: Spatial, band: int) -> Need:
    if stage.kernel.accumulates:  # its output is there when all of its input was
        return Need(index, 0, stage.rows, stage.rows)
    return window_need(index, spatial, band)


def window_need(index: int, spatial: Spatial, band: int) -> Need:
    """What a band of `band` rows needs of the rows under its windows, which stage `index` makes."""
    reach = (spatial.kernel - 1) * spatial.dilation + spatial.upscale
    constant = (band - 1) * spatial.stride - spatial.pad_top + reach
    return Need(index, spatial.stride, constant, spatial.input_rows, spatial.upscale)


Wait = tuple[int, int, int, int, int]
"""A `Need` as a plain tuple (stage, stride, constant, rows, divisor): the search asks for very many orders."""


def firing_order(rows: Sequence[int], bands: Sequence[int], waits: Sequence[Sequence[Wait]]) -> list[int]:
    """The stage of every call: always the last stage that has work left and the rows that it needs.

    >>> firing_order([3, 3], [1, 1], [[], [(0, 1, 2, 3, 1)]])
    [0, 0, 1, 0, 1, 1]
    """
    made = [0] * len(rows)
    readers = [0] * len(rows)
    for k, sources in enumerate(waits):
        for wait in sources:
            readers[wait[0]] = max(readers[wait[0]], k)
    order: list[int] = []
    k = len(rows) - 1
    while k >= 0:
        at, end = made[k], rows[k]
        if at < end:
            for stage, stride, constant, most, divisor in waits[k]:
                enough = (at * stride + constant) // divisor
                if made[stage] < (min(most, enough)):
                    break
            else:
                order.append(k)
                at += bands[k]
                made[k] = min(end, at)
                k = max(k, readers[k])  # the only ones that may have become ready
                continue
        k -= 1
    return order


def _order(stages: Sequence[Stage], pushed_rows: int) -> tuple[list[int], tuple[int, ...]]:
    """The stage of every call, and before which call each pushed row comes: only when nothing else can run."""
    waits = [[(n.stage + 1, n.stride, n.constant, n.rows, n.divisor) for n in s.needs] for s in stages]
    rows, bands = [s.rows for s in stages], [s.band for s in stages]
    order: list[int] = []
    arrivals: list[int] = []
    for k in firing_order([pushed_rows, *rows], [1, *bands], [[], *waits]):
        if k == 0:
            arrivals.append(len(order))
        else:
            order.append(k - 1)
    return order, tuple(at for at in arrivals if at < len(order))


def _stage_calls(stage: Stage, target: Target) -> list[KernelCall]:
    op, kernel = stage.operator, stage.kernel
    spatial = progress(op, kernel)
    assert spatial is not None
    bands = bands_of(stage.rows, stage.band)
    scratch = max(kernel.scratch_bytes(op, target, band) for band in bands)
    calls = []
    for band in bands:
        reads, writes = spatial.input_band(band), band
        if kernel.accumulates:
            whole = Band(0, rows_of(op.output) or 1)
            writes = whole if band.last == stage.rows else Band(0, 0)
        call = next(call for part, call in stage.variants if part.first <= band.first < part.last)
        calls.append(
            KernelCall(
                operator=op,
                subgraph=stage.subgraph,
                position=stage.position,
                kernel=kernel,
                band=band,
                call=call,
                scratch_bytes=scratch,
                scratch_alignment=kernel.scratch_alignment(target),
                tensor_alignment=kernel.tensor_alignment(op, target),
                reads=reads,
                writes=writes,
            )
        )
    return calls
