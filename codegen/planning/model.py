"""The nouns of planning: Schedule (what is called, in which order) and MemoryPlan (where every byte lies)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..graph import Graph, Operator, Tensor
from ..operators.family import Band, Call, Kernel
from ..target import Region, Target


@dataclass(frozen=True, slots=True, eq=False)
class KernelCall:
    """One kernel call, one tick: kernel and band are fixed. `position` is the operator's place in the graph."""

    operator: Operator
    position: int
    kernel: Kernel
    band: Band | None
    call: Call
    scratch_bytes: int
    scratch_alignment: int
    tensor_alignment: int


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """The calls of the main subgraph in order; `calls[t]` is tick t.

    `views` maps a tensor to the tensor whose bytes it is (RESHAPE and the like: no call).
    """

    graph: Graph
    target: Target
    calls: tuple[KernelCall, ...]
    views: Mapping[Tensor, Tensor]

    def storage(self, tensor: Tensor) -> Tensor:
        """The tensor that owns the bytes of `tensor`, through any number of views."""
        while tensor in self.views:
            tensor = self.views[tensor]
        return tensor


@dataclass(frozen=True, slots=True)
class Live:
    """A live rectangle of a buffer: bytes [offset, offset + bytes) relative to it, at ticks first to last."""

    offset: int
    bytes: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """What the solver places: size, alignment and when which part of it lives. No two live rectangles of
    different items may share a byte at a tick."""

    name: str
    bytes: int
    alignment: int
    live: tuple[Live, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Offsets in item order, the bytes they need, and the lower bound: the largest sum of live bytes at a tick, with
    the bytes that alignment wastes there whatever the placement."""

    offsets: tuple[int, ...]
    bytes: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """A placed item. `kind`: input, output, intermediate or scratch. `tensor` owns it (None: scratch).

    `offset` is from the region's arena base.
    """

    id: int
    name: str
    kind: str
    tensor: Tensor | None
    region: str
    offset: int
    bytes: int
    alignment: int
    live: tuple[Live, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Arena:
    """The bytes of one RAM region that the plan uses, and their lower bound."""

    region: Region
    bytes: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class MemoryPlan:
    """A schedule with every computed tensor and every scratch buffer placed. `scratch[t]` is that of tick t.

    Buffers are in order of their `id`: by first tick, then offset.
    """

    schedule: Schedule
    buffers: tuple[Buffer, ...]
    arenas: tuple[Arena, ...]
    by_tensor: Mapping[Tensor, Buffer]
    scratch: Mapping[int, Buffer]

    def buffer_of(self, tensor: Tensor) -> Buffer | None:
        """The buffer that holds `tensor`; None for constants."""
        return self.by_tensor.get(self.schedule.storage(tensor))
