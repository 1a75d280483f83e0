"""Graph -> Schedule: which kernel computes each operator, in which bands, in file order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..graph import Array, Graph, Operator, Tensor, read_only
from ..operators import choose_kernel, family_of
from ..operators.family import Band
from .model import KernelCall, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..operators.family import Kernel
    from ..target import Target


def make_schedule(graph: Graph, target: Target, band_rows: int | None = None) -> Schedule:
    """The calls of the main subgraph, one tick each.

    `band_rows` computes every operator whose kernel takes bands by that many output rows a call (the last band may
    have fewer); None computes operators whole. A view of a constant becomes a constant, so `Schedule.graph` may
    differ from `graph` in tensors. Raises CodegenError where no kernel takes an operator.
    """
    graph = _fold_views_of_constants(graph)
    calls: list[KernelCall] = []
    views: dict[Tensor, Tensor] = {}
    for position, op in enumerate(graph.main.operators):
        if not family_of(op).is_view:
            kernel = choose_kernel(graph, op, target)
            bands = _bands(op, kernel, target, band_rows)
            calls += [call for band in bands for call in _kernel_calls(op, position, kernel, target, band)]
        elif not op.output.is_constant:
            views[op.output] = op.input()
    return Schedule(graph, target, tuple(calls), views)


def _bands(op: Operator, kernel: Kernel, target: Target, band_rows: int | None) -> Iterator[Band | None]:
    spatial = family_of(op).spatial(op)
    if spatial is None or band_rows is None or not kernel.takes_bands(op, target):
        yield spatial.whole if spatial else None
        return
    for first in range(0, spatial.output_rows, band_rows):
        yield Band(first, min(first + band_rows, spatial.output_rows))


def _kernel_calls(
    op: Operator, position: int, kernel: Kernel, target: Target, band: Band | None
) -> Iterator[KernelCall]:
    for call in kernel.calls(op, target, band):
        yield KernelCall(
            operator=op,
            position=position,
            kernel=kernel,
            band=band,
            call=call,
            scratch_bytes=kernel.scratch_bytes(op, target, band),
            scratch_alignment=kernel.scratch_alignment(target),
            tensor_alignment=kernel.tensor_alignment(op, target),
        )


def _fold_views_of_constants(graph: Graph) -> Graph:
    """`graph` with a constant in place of every view of a constant (there are no bytes in RAM to share)."""
    constants: dict[Tensor, Tensor] = {}

    def new(tensor: Tensor) -> Tensor:
        return constants.get(tensor, tensor)

    operators = []
    for op in graph.main.operators:
        inputs = tuple(None if tensor is None else new(tensor) for tensor in op.inputs)
        data = inputs[0].data if inputs and inputs[0] else None
        if data is not None and family_of(op).is_view and not op.output.is_constant:
            constants[op.output] = replace(op.output, data=_reshaped(data, op.output))
        operators.append(replace(op, inputs=inputs, outputs=tuple(map(new, op.outputs))))
    if not constants:
        return graph
    main = replace(
        graph.main,
        tensors=tuple(map(new, graph.main.tensors)),
        operators=tuple(operators),
        outputs=tuple(map(new, graph.main.outputs)),
    )
    signatures = tuple(
        replace(s, outputs=tuple((name, new(tensor)) for name, tensor in s.outputs)) for s in graph.signatures
    )
    return replace(graph, subgraphs=(main, *graph.subgraphs[1:]), signatures=signatures)


def _reshaped(data: Array, like: Tensor) -> Array:
    return read_only(data.reshape(like.shape))
