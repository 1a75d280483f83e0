"""The nouns of planning: Schedule (what is called, in which order) and MemoryPlan (where every byte lies)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..graph import Graph, Operator, Tensor
from ..operators import family_of
from ..operators.access import UNKNOWN, Access
from ..operators.family import Band, Call, Kernel, call_tensors
from ..target import Region, Target


@dataclass(frozen=True, slots=True, eq=False)
class KernelCall:
    """One kernel call, one tick: kernel and band are fixed.

    `subgraph` and `position` are the operator's place in the graph. Copies that control flow needs are calls too, of
    the operator that needs them. In a segment, `reads` are the rows of every computed input that it reads and `writes`
    those of the output that it makes; None: all of them, as everywhere else. `part` counts
    the calls of one band.
    """

    operator: Operator
    subgraph: int
    position: int
    kernel: Kernel
    band: Band | None
    call: Call
    scratch_bytes: int
    scratch_alignment: int
    tensor_alignment: int
    reads: Band | None = None
    writes: Band | None = None
    part: int = 0

    def access(self, target: Target) -> Access:
        """In which order it reads and writes. Copies in the name of another operator say nothing."""
        if self.kernel not in family_of(self.operator).kernels:
            return UNKNOWN
        every = self.kernel.accesses(self.operator, target, self.band)
        return every[self.part] if self.part < len(every) else UNKNOWN

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """The computed tensors and variables that it reads or writes, each once: those of its arguments."""
        found = dict.fromkeys(tensor for tensor, _ in call_tensors(self.call))
        return tuple(tensor for tensor in found if not tensor.is_constant)

    @property
    def written(self) -> tuple[Tensor, ...]:
        """Those of `tensors` that it writes."""
        return tuple(dict.fromkeys(tensor for tensor, writable in call_tensors(self.call) if writable))


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """IF: `then` runs where the bool `condition` is true, else `otherwise`."""

    operator: Operator
    condition: Tensor
    then: Body
    otherwise: Body


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """WHILE: `before` makes the bool `condition`; while it is true, `body` runs and then `before` again."""

    operator: Operator
    before: Body
    condition: Tensor
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Once:
    """CALL_ONCE: `body` runs in the first invocation after a reset; the variable `done` remembers."""

    operator: Operator
    done: Tensor
    body: Body


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """The end of this invocation where the bool variable `due` is false: the model waits for more input."""

    operator: Operator
    due: Tensor


PUSHED = -1
"""In place of a stage: the rows of the input that the caller has pushed."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a stage waits for: `stage` must have made min((first * stride + constant) / divisor, rows) of its rows,
    where `first` is the first row of the band that waits."""

    stage: int
    stride: int
    constant: int
    rows: int
    divisor: int = 1

    def at(self, first: int) -> int:
        return min((first * self.stride + self.constant) // self.divisor, self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """An operator of a segment: `rows` in all, `band` of them a call (the last call may have fewer).

    Rows are those of the output; where the kernel gathers sums over all of its input, those of the input.
    `variants` are the calls with the rows as `Affine`, each with the bands that it is for. `in_runs`: the kernel is
    given addresses, not `Rows`, so that the rows which a call reads must follow each other.
    """

    operator: Operator
    subgraph: int
    position: int
    kernel: Kernel
    rows: int
    band: int
    needs: tuple[Need, ...]
    variants: tuple[tuple[Band, Call], ...]
    in_runs: bool


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Operators executed band by band: always the last one of `stages` that has the rows which it needs.

    `calls` is what that comes to, in order; all of it is known here. `pushed` is an input whose rows the caller pushes
    (needs name it as stage `PUSHED`): one when no stage can run, row r before call `arrivals[r]`. Rows beyond those
    are never read.
    """

    stages: tuple[Stage, ...]
    calls: tuple[KernelCall, ...]
    pushed: Tensor | None = None
    arrivals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What one call of the application runs, in a model that has several such: subgraph `subgraph`, called `name`."""

    name: str
    subgraph: int
    body: Body


Node = KernelCall | Branch | Loop | Once | Stop | Segment | Entry
Body = tuple[Node, ...]


def bodies_of(node: Branch | Loop | Once | Stop | Segment | Entry) -> tuple[Body, ...]:
    """The bodies of a control node in tick order."""
    match node:
        case Entry():
            return (node.body,)
        case Segment():
            return (node.calls,)
        case Branch():
            return (node.then, node.otherwise)
        case Loop():
            return (node.before, node.body)
        case Once():
            return (node.body,)
        case Stop():
            return ()


def calls_in(body: Body) -> Iterator[KernelCall]:
    """Every kernel call of `body` in tick order, at whatever depth."""
    for node in body:
        if isinstance(node, KernelCall):
            yield node
        else:
            for inner in bodies_of(node):
                yield from calls_in(inner)


def _has_stop(body: Body) -> bool:
    return any(
        isinstance(node, Stop) or (not isinstance(node, KernelCall) and any(map(_has_stop, bodies_of(node))))
        for node in body
    )


def storage_of(views: Mapping[Tensor, Tensor], tensor: Tensor) -> Tensor:
    """The tensor that owns the bytes of `tensor`, through any number of views."""
    while tensor in views:
        tensor = views[tensor]
    return tensor


@dataclass(frozen=True, slots=True, eq=False)
class Invocation:
    """One thing that the application calls: its name ("" where there is one only), its subgraph with the tensors
    that are there before its first tick and after its last one, and whether it may end without outputs."""

    name: str
    subgraph: int
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    keep: tuple[Tensor, ...]
    first: int
    last: int
    calls: int
    may_wait: bool

    @property
    def ticks(self) -> range:
        """Those of its kernel calls: none where it computes nothing."""
        return range(self.first, self.first + self.calls)

    @property
    def results(self) -> tuple[Tensor, ...]:
        """What must be there when it ends."""
        return (*self.outputs, *self.keep)


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """What an invocation runs: `body`, a tree whose leaves are kernel calls. A model that has several things to call
    has an `Entry` of each; they do not run at once, so one's tensors may lie over the other's.

    `calls` are the leaves in order; `calls[t]` is tick t. Branches that exclude each other have ticks of their own.
    `views` maps a tensor to the tensor whose bytes it is (RESHAPE and the like: no call), from the byte
    `view_offsets` on (0 where it is not there). Those in `overwritten` are other values: an operator of a segment
    computes its output in the place of an operand, row by row.
    """

    graph: Graph
    target: Target
    body: Body
    views: Mapping[Tensor, Tensor]
    view_offsets: Mapping[Tensor, int] = field(default_factory=lambda: MappingProxyType({}))
    overwritten: frozenset[Tensor] = frozenset()
    calls: tuple[KernelCall, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calls", tuple(calls_in(self.body)))

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        """What the application can call, in tick order."""
        entries = [node for node in self.body if isinstance(node, Entry)]
        found, tick, end = [], 0, max(len(self.calls) - 1, 0)
        for entry in entries or [Entry("", self.graph.main.index, self.body)]:
            count = sum(1 for _ in calls_in(entry.body))
            subgraph = self.graph.subgraphs[entry.subgraph]
            keep = self.graph.keep if subgraph is self.graph.main else ()
            first = min(tick, end)
            last = max(first, min(tick + count - 1, end))
            found.append(
                Invocation(
                    entry.name, entry.subgraph, subgraph.inputs, subgraph.outputs, keep, first, last,
                    count, _has_stop(entry.body),
                )
            )  # fmt: skip
            tick += count
        return tuple(found)

    @property
    def call_sites(self) -> tuple[Call, ...]:
        """Each call of the C once: a streamed operator is called for all of its bands by one."""
        return tuple({(step.subgraph, step.position, step.part): step.call for step in self.calls}.values())

    @property
    def may_wait(self) -> bool:
        """Whether an invocation may end before its outputs are made."""
        return _has_stop(self.body)

    @property
    def pushed(self) -> Segment | None:
        """The segment whose input comes row by row from the caller."""
        return next((node for node in self.body if isinstance(node, Segment) and node.pushed is not None), None)

    def storage(self, tensor: Tensor) -> Tensor:
        """The tensor that owns the bytes of `tensor`, through any number of views."""
        return self.place(tensor)[0]

    def place(self, tensor: Tensor) -> tuple[Tensor, int]:
        """The tensor that owns the bytes of `tensor`, and the byte at which `tensor` begins there."""
        begin = 0
        while tensor in self.views:
            begin += self.view_offsets.get(tensor, 0)
            tensor = self.views[tensor]
        return tensor, begin


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
class Overlap:
    """Items `growing` and `dying` (their places in the list of items) may share bytes while both live.

    `barred` are the open intervals in which offset(growing) - offset(dying) may not lie: ((-D, U),) lets the growing
    one lie D bytes or more below the dying one, or U or more above.
    """

    dying: int
    growing: int
    barred: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Offsets in item order, the bytes they need, and the lower bound: the largest sum of live bytes at a tick, with
    the bytes that alignment wastes there whatever the placement."""

    offsets: tuple[int, ...]
    bytes: int
    bound: int


STATE = "state"
"""The region of variables: the caller's `<id>_t`."""


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """A placed item. `kind`: input, output, kept, intermediate, scratch or state. `tensor` owns it (None: scratch).

    `offset` is from the region's arena base; state lies in the caller's `<id>_t` (region `STATE`).
    A ring holds `ring` of the tensor's `rows` at a time: row y lies in slot y % ring.
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
    rows: int = 1
    ring: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Arena:
    """The bytes of one RAM region that the plan uses, and their lower bound."""

    region: Region
    bytes: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class MemoryPlan:
    """A schedule with every computed tensor and every scratch buffer placed. `scratch[t]` is that of tick t.

    Buffers are in order of their `id`: by first tick, then offset. `shared` are the pairs (dying, growing) that share
    bytes while both live: the growing one is written only where the dying one is not read any more.
    """

    schedule: Schedule
    buffers: tuple[Buffer, ...]
    arenas: tuple[Arena, ...]
    by_tensor: Mapping[Tensor, Buffer]
    scratch: Mapping[int, Buffer]
    state_bytes: int = 0
    shared: tuple[tuple[Buffer, Buffer], ...] = ()

    def buffer_of(self, tensor: Tensor) -> Buffer | None:
        """The buffer that holds `tensor`; None for constants."""
        return self.by_tensor.get(self.schedule.storage(tensor))
