"""The order of operators: of all that the data allow, one with the smallest peak of live bytes.

A state is the set of operators that have run; what is live follows from it. Layer by layer (by the number of operators
that have run) the best way to each state is kept: all of them where they are few, which is exact, else the best ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..operators import choose_kernel, family_of
from .model import Item
from .overlap import barred_between
from .problem import most_shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..graph import Graph, Operator, Tensor
    from ..target import Target

MOST_STEPS = 160_000
"""Operators tried in all; a layer keeps as many of its best states as have their share of them."""


@dataclass(slots=True, eq=False)
class _Node:
    """An operator: bits of those that must have run before, and what it does to storages."""

    before: int
    reads: tuple[int, ...] = ()
    makes: tuple[int, ...] = ()
    scratch: int = 0
    shared: tuple[tuple[int, int], ...] = ()
    """(storage, bytes of it that the output may take where it dies here)."""


@dataclass(slots=True, eq=False)
class _State:
    """The operators that have run (bits), the peak so far, the bytes live now, and how it came to be."""

    done: int
    peak: int
    live: int
    last: int = -1
    previous: _State | None = None


def ordered(graph: Graph, target: Target) -> Graph:
    """`graph`, the operators of its main subgraph in an order of the smallest peak; in file order where none is
    smaller. Control flow, stateful operators and variables stay between the operators between which they are."""
    operators = graph.main.operators
    model = _Model(graph, target)
    if not model.has_choice():
        return graph
    model.measure()
    file_order = range(len(operators))
    peak = model.peak(file_order)
    if peak <= model.least():
        return graph
    order = model.best()
    if model.peak(order) >= peak:
        return graph
    main = replace(graph.main, operators=tuple(operators[k] for k in order))
    return replace(graph, subgraphs=(main, *graph.subgraphs[1:]))


class _Model:
    """The main subgraph as bits and bytes. Storages are numbered: tensors that own bytes of the plan."""

    def __init__(self, graph: Graph, target: Target) -> None:
        self.graph = graph
        self.target = target
        self.owner: dict[Tensor, Tensor] = {}
        self.number: dict[Tensor, int] = {}
        self.size: list[int] = []
        self.readers: list[int] = []
        self.nodes: list[_Node] = []
        for tensor in graph.main.inputs:
            self._storage(tensor)
        self.inputs = len(self.size)
        made_by: dict[Tensor, int] = {}
        fence = 0
        for k, op in enumerate(graph.main.operators):
            self._add(k, op, made_by, fence)
            if _is_fence(op):
                self.nodes[k].before = (1 << k) - 1
                fence = 1 << k
        results = [self._own(t) for t in (*graph.main.outputs, *graph.keep)]
        self.kept = {self.number[t] for t in results if t in self.number}

    def _own(self, tensor: Tensor) -> Tensor:
        while tensor in self.owner:
            tensor = self.owner[tensor]
        return tensor

    def _storage(self, tensor: Tensor) -> int:
        own = self._own(tensor)
        if own not in self.number:
            self.number[own] = len(self.size)
            self.size.append(0 if own.is_constant or own.is_variable else own.bytes)
            self.readers.append(0)
        return self.number[own]

    def _add(self, k: int, op: Operator, made_by: dict[Tensor, int], fence: int) -> None:
        if family_of(op).is_view and not op.input().is_constant and not op.input().is_variable:
            self.owner[op.output] = op.input()
        inputs = [tensor for tensor in op.inputs if tensor is not None and not tensor.is_constant]
        before = fence
        for tensor in inputs:
            before |= 1 << made_by[tensor] if tensor in made_by else 0
        reads = tuple(dict.fromkeys(map(self._storage, inputs)))
        for storage in reads:
            self.readers[storage] |= 1 << k
        makes = tuple(s for s in dict.fromkeys(map(self._storage, op.outputs)) if s not in reads)
        made_by.update(dict.fromkeys(op.outputs, k))
        self.nodes.append(_Node(before, reads, makes))

    def has_choice(self) -> bool:
        """Whether more than one operator could run next, ever."""
        return any(self.nodes[k].before >> (k - 1) & 1 == 0 for k in range(1, len(self.nodes)))

    def measure(self) -> None:
        """Scratch bytes, and what outputs may share with their inputs."""
        for node, op in zip(self.nodes, self.graph.main.operators, strict=True):
            family = family_of(op)
            if not node.makes or family.expand is not None:
                continue
            kernel = choose_kernel(self.graph, op, self.target)
            spatial = family.spatial(op)
            band = spatial.whole if spatial else None
            node.scratch = kernel.scratch_bytes(op, self.target, band)
            accesses = kernel.accesses(op, self.target, band)
            if len(accesses) != 1 or len(op.outputs) != 1:
                continue
            unit = kernel.tensor_alignment(op, self.target)
            grown = Item("", op.output.bytes, unit, ())
            shared: dict[int, int] = {}
            known = [t for t in op.inputs if t is not None and t in accesses[0].reads and not t.is_constant]
            for tensor in known if op.output in accesses[0].writes else ():
                intervals = barred_between(accesses[0], tensor, op.output)
                shared[self._storage(tensor)] = most_shared(Item("", tensor.bytes, unit, ()), grown, intervals)
            node.shared = tuple(shared.items())

    def run(self, state: _State, k: int) -> _State:
        """The state after operator `k`."""
        node = self.nodes[k]
        done = state.done | 1 << k
        grown = sum(self.size[s] for s in node.makes)
        dead = {s for s in node.reads if s not in self.kept and not self.readers[s] & ~done}
        share = max((bytes_ for s, bytes_ in node.shared if s in dead), default=0)
        freed = sum(self.size[s] for s in dead)
        freed += sum(self.size[s] for s in node.makes if s not in self.kept and not self.readers[s])
        peak = max(state.peak, state.live + grown + node.scratch - share)
        return _State(done, peak, state.live + grown - freed, k, state)

    def start(self) -> _State:
        live = sum(self.size[: self.inputs])
        return _State(0, live, live)

    def peak(self, order: Sequence[int]) -> int:
        state = self.start()
        for k in order:
            state = replace(self.run(state, k), previous=None)
        return state.peak

    def least(self) -> int:
        """What no order goes below: the inputs, and each operator by itself."""
        return max(self._alone(k) for k in range(len(self.nodes)))

    def _alone(self, k: int) -> int:
        node = self.nodes[k]
        held = sum(self.size[s] for s in (*node.reads, *node.makes)) + node.scratch
        return max(sum(self.size[: self.inputs]), held - max((share for _, share in node.shared), default=0))

    def best(self) -> list[int]:
        """The order found: exact while no layer has more states than its share."""
        count = len(self.nodes)
        share = MOST_STEPS // count
        layer = [self.start()]
        for _ in range(count):
            found: dict[int, _State] = {}
            steps = 0
            for state in layer:
                ready = self._ready(state.done)
                steps += len(ready)
                for k in ready:
                    after = self.run(state, k)
                    known = found.get(after.done)
                    if known is None or after.peak < known.peak:
                        found[after.done] = after
            width = max(2, share * len(layer) // max(steps, 1))
            layer = sorted(found.values(), key=lambda s: (s.peak, s.live))[:width]
        order: list[int] = []
        end: _State | None = layer[0]
        while end is not None and end.previous is not None:
            order.append(end.last)
            end = end.previous
        return order[::-1]

    def _ready(self, done: int) -> list[int]:
        """The operators that can run next, in file order."""
        first = (~done & (done + 1)).bit_length() - 1  # all before it have run
        return [
            k for k in range(first, len(self.nodes)) if not done >> k & 1 and not self.nodes[k].before & ~done
        ]  # fmt: skip


def _is_fence(op: Operator) -> bool:
    """Whether nothing may be moved across `op`: what it does depends on more than its inputs."""
    family = family_of(op)
    touched = (*op.inputs, *op.outputs)
    variable = any(tensor is not None and tensor.is_variable for tensor in touched)
    return family.expand is not None or bool(op.state) or family.due(op) is not None or variable
