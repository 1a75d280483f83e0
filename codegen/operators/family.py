"""The contract of an operator family: all that the compiler knows of one TFLite operator, said in one file.

A family module defines `FAMILY`. Constraints say what is compiled, kernels say how: tables made at compile time,
scratch bytes, alignment, cost, and the call as a value. Values carry no C text and no addresses: the planner
places tensors, and only the printer (`codegen.emission.printer`) turns values into C.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from ..graph import Array, Operator, Tensor
from ..target import Target
from .access import UNKNOWN, Access

if TYPE_CHECKING:
    from ..graph import Subgraph
    from ..planning.model import Body, KernelCall

Provider = Literal["cmsis-nn", "native", "user"]


# ------------------------------------------------------------------------------------------------ call values
@dataclass(frozen=True, slots=True)
class Band:
    """Output rows [first, last) of a spatial operator; the whole operator is the band of all its rows."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Affine:
    """`first` * the band's first row + `last` * its end + `constant`: what stands for an integer in a call that is
    made once for many bands. Kernels give integers; `codegen.planning.bands` finds these."""

    first: int
    last: int
    constant: int

    def at(self, band: Band) -> int:
        """Its value for `band`.

        >>> Affine(2, 0, -1).at(Band(3, 4))
        5
        """
        return self.first * band.first + self.last * band.last + self.constant


@dataclass(frozen=True, slots=True)
class AffineTuple:
    """What stands for a tuple of integers of which some change with the band."""

    values: tuple[int | Affine, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """Where a tensor's bytes are, from row `row` on (rows are those of `Spatial`): a const table for constants,
    memory of the plan for computed tensors. `writable`: the kernel writes there. `offset` elements are added."""

    tensor: Tensor
    writable: bool = False
    row: int | Affine = 0
    offset: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A tensor's rows as a `cg_rows` (base, pitch, capacity, height): whole tensors and rings alike."""

    tensor: Tensor


@dataclass(frozen=True, slots=True)
class Scratch:
    """The call's scratch buffer from byte `offset` on; NULL where it has none."""

    offset: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A constant made at compile time, emitted as `<operator>_<name>` (equal tables are shared).

    `mutable_api` casts the const away for an upstream struct that is not const-correct but only read.
    """

    name: str
    data: Array
    mutable_api: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A C struct by value: `fields` in order. As an argument of a call it is passed by const pointer."""

    type: str
    fields: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Enumerator:
    """A constant that the called function's header defines."""

    name: str


Value = (
    int | float | tuple[int, ...] | None | Affine | AffineTuple | Address | Rows | Scratch | Table | Enumerator | Struct
)
"""What a call can be given. None is NULL; a tuple is an array in a struct."""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call of a kernel. `function` names its file in runtime_c (or upstream's function).

    `arguments` are in the order of the C parameters and carry their names, which name the emitted constants
    (`<operator>_filter`). `returns_status`: the module checks that it returns `success`.
    """

    function: str
    arguments: tuple[tuple[str, Value], ...]
    header: str
    returns_status: bool = False
    success: str = "ARM_CMSIS_NN_SUCCESS"


def call_values(call: Call) -> Iterator[Value]:
    """Every argument, and every field of the structs among them."""
    waiting: list[Value] = [value for _, value in call.arguments]
    for value in waiting:
        if isinstance(value, Struct):
            waiting += [field for _, field in value.fields]
        else:
            yield value


def constant_bytes(calls: Iterable[Call]) -> int:
    """Bytes of the tables and constant tensors that `calls` read, each counted once."""
    found: dict[int, int] = {}
    for call in calls:
        for value in call_values(call):
            if isinstance(value, Table):
                found[id(value.data)] = value.data.nbytes
            elif isinstance(value, Address) and value.tensor.is_constant:
                found[id(value.tensor)] = value.tensor.bytes
    return sum(found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """`tensor` is the bytes of `whole` from byte `begin` on."""

    tensor: Tensor
    whole: Tensor
    begin: int


def call_tensors(call: Call) -> Iterator[tuple[Tensor, bool]]:
    """Every tensor that the arguments point to, with whether the call writes it."""
    waiting: list[Value] = [value for _, value in call.arguments]
    for value in waiting:
        if isinstance(value, Struct):
            waiting += [field for _, field in value.fields]
        elif isinstance(value, Address):
            yield value.tensor, value.writable
        elif isinstance(value, Rows):
            yield value.tensor, False


def cmsis_nn_call(function: str, *, returns_status: bool = True, **arguments: Value) -> Call:
    """A call of the CMSIS-NN API."""
    return Call(function, tuple(arguments.items()), "arm_nnfunctions.h", returns_status)


def native_call(function: str, **arguments: Value) -> Call:
    """A call of one of our own kernels, which cannot fail."""
    return Call(function, tuple(arguments.items()), f"{function}.h")


def struct(type_: str, **fields: Value) -> Struct:
    """`Struct` with its fields as keywords, in the order given."""
    return Struct(type_, tuple(fields.items()))


def dims(n: int = 1, h: int = 1, w: int = 1, c: int = 1) -> Struct:
    """cmsis_nn_dims."""
    return struct("cmsis_nn_dims", n=n, h=h, w=w, c=c)


# --------------------------------------------------------------------------------------------------- geometry
@dataclass(frozen=True, slots=True)
class Spatial:
    """How output rows depend on input rows (dimension 1 of NHWC): the band contract.

    Output row y reads input rows [y * stride - pad_top, ... + (kernel - 1) * dilation], clipped to the tensor.
    With an `upscale`, those are rows of an image in which input row r is row r * upscale, and the others are nothing.
    """

    input_rows: int
    output_rows: int
    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    pad_top: int = 0
    upscale: int = 1

    def input_band(self, band: Band) -> Band:
        """The input rows that exist and that `band` reads (empty bands stay empty).

        >>> Spatial(input_rows=8, output_rows=8, kernel=3, pad_top=1).input_band(Band(0, 2))
        Band(first=0, last=3)
        >>> Spatial(input_rows=4, output_rows=8, kernel=3, pad_top=2, upscale=2).input_band(Band(3, 5))
        Band(first=1, last=3)
        """
        first = band.first * self.stride - self.pad_top
        last = (band.last - 1) * self.stride - self.pad_top + (self.kernel - 1) * self.dilation
        first, last = -(-first // self.upscale), last // self.upscale + 1
        return Band(min(max(first, 0), self.input_rows), max(min(last, self.input_rows), 0))

    def padding_top(self, band: Band) -> int:
        """Rows of padding above the first stored row that `band` reads."""
        return max(0, self.pad_top - band.first * self.stride)

    @property
    def whole(self) -> Band:
        return Band(0, self.output_rows)


# ---------------------------------------------------------------------------------------------------- kernels
class Kernel(ABC):
    """One way to compute an operator. Stateless; every method may be asked for any operator that `takes` accepts."""

    provider: ClassVar[Provider]
    name: str
    """What reports print: the C function."""
    files: Mapping[str, str] = MappingProxyType({})
    """C files of the user that it needs beside those of the runtime: name to text."""
    accumulates: ClassVar[bool] = False
    """Whether bands are rows of the input, whose sums grow in scratch; the last band makes the whole output."""

    @abstractmethod
    def takes(self, op: Operator, target: Target) -> bool:
        """Whether this kernel computes `op` exactly on `target`."""

    def grows(self, op: Operator) -> bool:  # noqa: ARG002
        """Whether its constants take notably more flash than the weights of `op`, to save time. Such a kernel is for
        operators in `Target.grown` alone (codegen/planning/packing.py)."""
        return False

    @abstractmethod
    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        """The call that computes the output rows of `band` (None: an operator without rows, computed whole)."""

    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:
        """The calls that compute `band`, in order; overridden where one call cannot (CONCATENATION: one an input)."""
        return (self.call(op, target, band),)

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        """In which order that call reads and writes: what lets an output lie over a dying input."""
        return UNKNOWN

    def accesses(self, op: Operator, target: Target, band: Band | None) -> tuple[Access, ...]:
        """The same for each of `calls`."""
        return (self.access(op, target, band),)

    def placed(self, op: Operator) -> tuple[Placed | None, ...]:  # noqa: ARG002
        """For each of `calls` (of an operator without bands), where it only copies the bytes of a part from or to its
        whole: what they are. Where part and whole share memory the call is left out."""
        return ()

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Scratch bytes of that call."""
        return 0

    def scratch_alignment(self, target: Target) -> int:
        """Alignment of the scratch buffer: vectors on MVE, words elsewhere."""
        return 16 if target.isa.mve else 4

    def tensor_alignment(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        """Alignment of the operator's computed tensors: words, for word loads and faster copies."""
        return 4

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        """Whether `call` accepts bands smaller than the whole."""
        return False

    def remark(self, op: Operator) -> str:  # noqa: ARG002
        """What of `op` made this kernel worth it, in a few words for the emitted comment ("": nothing special)."""
        return ""

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        """Estimated instructions of the whole operator until the core's cost table has this kernel; 0: unknown."""
        return 0

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float] | None:  # noqa: ARG002
        """Counts that its time depends on, weighed by the core's cost table; None: those of every operator
        (`codegen.costs.counts`)."""
        return None


Constraint = Callable[[Operator], str | None]
"""A rule: its docstring is the rule, the user's message and the row of docs/operators.md; it returns None where
the operator obeys, else what was found."""


def no_macs(op: Operator) -> int:  # noqa: ARG001
    """Operators without multiply-accumulates."""
    return 0


def no_rows(op: Operator) -> Spatial | None:  # noqa: ARG001
    """Operators that are not computed row by row."""
    return None


class Expander(Protocol):
    """What the scheduler offers to operators that run subgraphs."""

    def subgraph(self, index: int) -> Subgraph:
        """The subgraph `index` of the model."""

    def body(self, index: int) -> Body:
        """The nodes that run subgraph `index`."""

    def copy(self, op: Operator, source: Tensor, destination: Tensor) -> KernelCall:
        """A copy of all bytes of `source`, in the name of `op`."""


@dataclass(frozen=True, slots=True)
class StateSpec:
    """A variable that a stateful operator keeps between invocations. `initial` None: zeros. Operators of different
    subgraphs have one variable of the same `shared` name."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    initial: Array | None = None
    shared: str = ""


def no_state(op: Operator) -> tuple[StateSpec, ...]:  # noqa: ARG001
    """Operators that keep nothing of their own between invocations."""
    return ()


def no_wait(op: Operator) -> Tensor | None:  # noqa: ARG001
    """Operators that never end an invocation."""
    return None


@dataclass(frozen=True, slots=True)
class Family:
    """One TFLite operator (several names where they are one operation, as RESHAPE and SQUEEZE).

    `kernels` are in order of preference. `macs` counts multiply-accumulates, `spatial` gives the row geometry.
    `accumulators`: kernels that make the output from input rows as they come, for segments.
    `is_view`: the output is the bytes of input 0, no kernel is called where they can share memory.
    `state`: the variables that the operator keeps; a transform makes them, kernels find them in `Operator.state`.
    `due`: for operators that may end the invocation: the bool of `Operator.state` that tells, false to end it.
    `expand`: for control flow, the nodes that it becomes, instead of kernels.
    `is_custom`: the names are those of custom operators.
    `is_internal`: no file has it, a transform makes it.
    `hint`: what the user can do where a constraint fails.
    """

    names: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    kernels: tuple[Kernel, ...]
    macs: Callable[[Operator], int] = no_macs
    spatial: Callable[[Operator], Spatial | None] = no_rows
    accumulators: tuple[Kernel, ...] = ()
    is_view: bool = False
    hint: str = ""
    state: Callable[[Operator], tuple[StateSpec, ...]] = no_state
    due: Callable[[Operator], Tensor | None] = no_wait
    expand: Callable[[Operator, Expander], Body] | None = None
    is_custom: bool = False
    is_internal: bool = False
