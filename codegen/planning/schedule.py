"""Graph -> Schedule: which kernel computes each operator, in which bands, in file order; control flow as a tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators import choose_kernel, family_of
from ..operators._copy import NativeCopy, copy_call
from ..operators.family import Band
from .in_place import overwritable, overwritten
from .model import Entry, KernelCall, Schedule, Stop, storage_of
from .places import find_places
from .segments import Step, make_segment, streaming_kernel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..operators.family import Kernel, Placed
    from ..target import Target
    from .model import Body, Node, Segment


@dataclass(frozen=True, slots=True)
class Stream:
    """Operators of the main subgraph to execute as one segment: those at positions [first, first + len(bands)).

    `bands` are the rows a call of each, 0 for views. `is_pushed`: the caller pushes the rows of the model's input.
    """

    first: int
    bands: tuple[int, ...]
    is_pushed: bool = False

    @property
    def last(self) -> int:
        """The position behind the segment."""
        return self.first + len(self.bands)


def shifted(streams: Sequence[Stream], graph: Graph, other: Graph) -> tuple[Stream, ...]:
    """`streams` of `graph` in `other`, which has more operators between them."""
    place = {op.outputs[0]: k for k, op in enumerate(other.main.operators) if op.outputs}
    return tuple(replace(each, first=place[graph.main.operators[each.first].outputs[0]]) for each in streams)


def make_schedule(
    graph: Graph,
    target: Target,
    band_rows: int | None = None,
    streams: Sequence[Stream] = (),
    kernels: Mapping[Tensor, str] = MappingProxyType({}),
) -> Schedule:
    """What an invocation runs, one kernel call a tick: of the main subgraph, or of each that signatures name.

    `band_rows` computes every operator whose kernel takes bands by that many output rows a call (the last band may
    have fewer); None computes operators whole. `streams`, which do not overlap, are executed as segments where their
    kernels can; models with several signatures are not streamed. `kernels` names those that are not to be the preferred
    ones, by the first output of their operator. Raises CodegenError where no kernel takes an operator.
    """
    several = len(graph.entries) > 1
    scheduler = _Scheduler(graph, target, band_rows, () if several else streams, kernels)
    if several:
        body: Body = tuple(Entry(name, index, scheduler.body(index)) for name, index in graph.entries)
    else:
        body = scheduler.body(graph.main.index)
    offsets = {tensor: part.begin for tensor, part in scheduler.placed.items()}
    return Schedule(graph, target, body, scheduler.views, offsets, frozenset(scheduler.overwritten))


class _Scheduler:
    """Schedules subgraphs, and what their control flow runs; `codegen.operators.family.Expander`."""

    def __init__(
        self,
        graph: Graph,
        target: Target,
        band_rows: int | None,
        streams: Sequence[Stream],
        kernels: Mapping[Tensor, str],
    ) -> None:
        self.graph = graph
        self.kernels = kernels
        self.streams = {stream.first: stream for stream in streams}
        self.target = target
        self.band_rows = band_rows
        self.views: dict[Tensor, Tensor] = {}
        self.overwritten: set[Tensor] = set()
        self.overwritable = overwritable(graph, target) if streams else {}
        streamed = [k for stream in streams for k in range(stream.first, stream.last)]
        self.placed = find_places(graph, target, streamed)
        self.views.update({tensor: part.whole for tensor, part in self.placed.items()})
        self.place = (0, 0)

    def subgraph(self, index: int) -> Subgraph:
        return self.graph.subgraphs[index]

    def body(self, index: int) -> Body:
        before = self.place
        nodes: list[Node] = []
        behind = 0
        for position, op in enumerate(self.subgraph(index).operators):
            self.place = (index, position)
            if position < behind:
                continue
            stream = self.streams.get(position) if (index, position) == (self.graph.main.index, position) else None
            segment = None if stream is None else self._segment(stream)
            if stream is not None and segment is not None:
                nodes.append(segment)
                behind = stream.last
            else:
                nodes += self._nodes(op)
        self.place = before
        return tuple(nodes)

    def copy(self, op: Operator, source: Tensor, destination: Tensor) -> KernelCall:
        kernel = NativeCopy()
        return KernelCall(op, *self.place, kernel, None, copy_call(source, destination), 0, 1, 4)

    def _segment(self, stream: Stream) -> Segment | None:
        subgraph, steps, views = self.graph.main, [], dict(self.views)
        for position, band in enumerate(stream.bands, stream.first):
            op = subgraph.operators[position]
            if self._is_view(op):
                self.views[op.output] = op.input()
                continue
            kernel = streaming_kernel(op, self.target, self.kernels.get(op.output))
            if kernel is None:
                self.views = views
                return None
            steps.append(Step(op, subgraph.index, position, kernel, band))
        pushed = subgraph.inputs[0] if stream.is_pushed else None
        in_place = overwritten((step.operator for step in steps), self.overwritable)
        self.views.update(in_place)
        segment = make_segment(steps, self.target, lambda tensor: storage_of(self.views, tensor), pushed)
        if segment is None:
            self.views = views
        else:
            self.overwritten.update(in_place)
        return segment

    @staticmethod
    def _is_view(op: Operator) -> bool:
        # A variable may change while its view is still read, a constant has no memory of the plan: bytes are copied.
        return family_of(op).is_view and not op.input().is_variable and not op.input().is_constant

    def _nodes(self, op: Operator) -> Body:
        family = family_of(op)
        if family.expand is not None:
            return family.expand(op, self)
        if self._is_view(op):
            self.views[op.output] = op.input()
            return ()
        kernel = choose_kernel(self.graph, op, self.target, self.kernels.get(op.outputs[0]) if op.outputs else None)
        calls = tuple(call for band in self._bands(op, kernel) for call in self._calls(op, kernel, band))
        if self.place[0] == self.graph.main.index and (parts := kernel.placed(op)):
            calls = tuple(call for call, part in zip(calls, parts, strict=True) if not self._is_placed(part))
        due = family.due(op)
        return calls if due is None else (*calls, Stop(op, due))

    def _is_placed(self, part: Placed | None) -> bool:
        """Whether the tensor lies where it would be copied to, or from."""
        known = self.placed.get(part.tensor) if part else None
        return part is not None and known is not None and (known.whole, known.begin) == (part.whole, part.begin)

    def _bands(self, op: Operator, kernel: Kernel) -> Iterator[Band | None]:
        spatial = family_of(op).spatial(op)
        if spatial is None or self.band_rows is None or not kernel.takes_bands(op, self.target):
            yield spatial.whole if spatial else None
            return
        for first in range(0, spatial.output_rows, self.band_rows):
            yield Band(first, min(first + self.band_rows, spatial.output_rows))

    def _calls(self, op: Operator, kernel: Kernel, band: Band | None) -> Iterator[KernelCall]:
        for part, call in enumerate(kernel.calls(op, self.target, band)):
            yield KernelCall(
                operator=op,
                subgraph=self.place[0],
                position=self.place[1],
                kernel=kernel,
                band=band,
                call=call,
                scratch_bytes=kernel.scratch_bytes(op, self.target, band),
                scratch_alignment=kernel.scratch_alignment(self.target),
                tensor_alignment=kernel.tensor_alignment(op, self.target),
                part=part,
            )
