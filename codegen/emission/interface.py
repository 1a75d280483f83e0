"""What an application sees of a module: its tensors, its arenas and its functions, said once for header and cffi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import CodegenError
from ..graph import Tensor
from ..planning.model import Arena
from .printer import CallPrinter, real

WAITING = 4
"""The status of a model that needs more input before there are outputs."""
MORE = 5
"""The status of a model that has taken rows of its input and needs more of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Port:
    """An input, an output or (kind "tensor") an intermediate that is kept: `macro` starts its constants
    (`KWS_INPUT_0`), `name` is its accessor's suffix, `prefix` that of its functions (`kws`)."""

    kind: str
    index: int
    name: str
    tensor: Tensor
    macro: str
    c_type: str
    user_name: str
    prefix: str

    @property
    def accessor(self) -> str:
        """The function that gives its address."""
        return f"{self.prefix}_{self.kind}_{self.name}"

    @property
    def shape_text(self) -> str:
        return "[" + ", ".join(map(str, self.tensor.shape)) + "]"

    @property
    def scale(self) -> str | None:
        """The scale as a C constant; None for tensors without quantization."""
        return real(self.tensor.scale) if self.is_quantized else None

    @property
    def zero_point(self) -> str:
        """The zero point as a C constant."""
        value = self.tensor.zero_point
        return f"({value})" if value < 0 else str(value)

    @property
    def is_quantized(self) -> bool:
        return self.tensor.quantization is not None and self.tensor.dtype in ("int8", "uint8", "int16")

    @property
    def is_fed_back(self) -> bool:
        """Whether this is an input that an output of the last call stays in."""
        return self.kind == "input" and self.tensor.is_variable

    @property
    def note(self) -> str:
        """What the reader of the header should know of it."""
        if self.is_fed_back:
            return "; kept in the state: it is an output of the last call, and is written only to change the state"
        if self.kind == "tensor" and self.tensor.origin is not None:
            return f", tensor {self.tensor.origin} of the model file"
        return ""

    @property
    def limits(self) -> tuple[str, str]:
        """Names of the least and greatest value of a quantized type, from stdint.h."""
        stem = self.tensor.dtype.upper()
        return ("0", f"{stem}_MAX") if stem.startswith("U") else (f"{stem}_MIN", f"{stem}_MAX")


@dataclass(frozen=True, slots=True, eq=False)
class BoundPort:
    """A port with the C expression of its address, given `self`."""

    port: Port
    expression: str


@dataclass(frozen=True, slots=True)
class ArenaField:
    """An arena as the application sees it: struct field, macro prefix, region, section."""

    field: str
    macro: str
    arena: Arena

    @property
    def section(self) -> str | None:
        """The section that a variable must be put into to lie in the region; None where it lies by itself."""
        section = self.arena.region.section
        return section if section and section != ".bss" else None


@dataclass(frozen=True, slots=True)
class Function:
    """A public function: `comment` is for the reader of the header."""

    returns: str
    name: str
    parameters: tuple[str, ...]
    comment: str

    @property
    def prototype(self) -> str:
        space = "" if self.returns.endswith("*") else " "
        return f"{self.returns}{space}{self.name}({', '.join(self.parameters) or 'void'});"


@dataclass(frozen=True, slots=True, eq=False)
class Pushed:
    """An input that comes row by row: `rows` of `row_bytes` bytes; `counters` are what is counted of it on the way, as
    fields of `self->rows`."""

    port: Port
    rows: int
    row_bytes: int
    counters: tuple[str, ...]

    @property
    def row_elements(self) -> int:
        return self.port.tensor.size // self.rows


@dataclass(frozen=True, slots=True, eq=False)
class EntryPoint:
    """One thing to call of the module `module`: `prefix` is the module's name, followed by that of the signature `key`
    where there are several (`kws_encode`)."""

    module: str
    key: str
    prefix: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    kept: tuple[Port, ...]
    may_wait: bool
    subgraph: int
    pushed: Pushed | None = None

    @property
    def macro(self) -> str:
        """What its macros start with."""
        return self.prefix.upper()

    @property
    def ports(self) -> tuple[Port, ...]:
        return self.inputs + self.outputs + self.kept

    @property
    def placed(self) -> tuple[Port, ...]:
        """The ports that have an address: an input that is pushed has none."""
        return tuple(port for port in self.ports if self.pushed is None or port.kind != "input")

    @property
    def invoke(self) -> Function:
        """`<prefix>_invoke`, or `<prefix>_push_rows` in its place."""
        if self.pushed is not None:
            upper, type_ = self.module.upper(), self.pushed.port.c_type
            return Function(
                f"{self.module}_status_t", f"{self.prefix}_push_rows",
                (f"{self.module}_t *self", f"const {type_} *rows", "size_t count"),
                f"Takes the next `count` rows of the input. {upper}_MORE: go on. {upper}_OK: it was the last one, "
                f"outputs are there, and the next row begins anew. Rows beyond the last one are refused, all of them.",
            )  # fmt: skip
        said = f"Runs the signature {self.key!r} once" if self.key else "Runs the model once"
        return Function(
            f"{self.module}_status_t", f"{self.prefix}_invoke", (f"{self.module}_t *self",),
            f"{said}. May overwrite the inputs: fill them before every call.",
        )  # fmt: skip

    @property
    def by_index(self) -> tuple[tuple[str, tuple[Port, ...], Function], ...]:
        """Kinds of ports, the ports, and the function that takes an index."""
        me = f"const {self.module}_t *self"
        until = "Valid until the arena is written again."
        found = (
            ("input", self.inputs, "void *", "Where to write input `index`", "Valid from init on."),
            ("output", self.outputs, "const void *", "Where to read output `index`", until),
            ("tensor", self.kept, "const void *", "Where to read kept tensor `index`", until),
        )

        def function(kind: str, returns: str, comment: str) -> Function:
            return Function(returns, f"{self.prefix}_{kind}", (me, "size_t index"), comment)

        return tuple(
            (kind, ports, function(kind, returns, f"{what}; NULL if there is none. {valid}"))
            for kind, ports, returns, what, valid in found
            if ports or kind != "tensor"
            if kind != "input" or self.pushed is None
        )

    @property
    def by_name(self) -> tuple[tuple[Port, Function], ...]:
        """The ports with the functions that give their addresses."""
        return tuple(
            (
                port,
                Function(
                    f"{'' if port.kind == 'input' else 'const '}{port.c_type} *", port.accessor,
                    (f"const {self.module}_t *self",),
                    f"{port.kind.capitalize()} {port.index}, {port.user_name!r}: {port.tensor.dtype} "
                    f"{port.shape_text}{port.note}.",
                ),
            )
            for port in self.placed
        )  # fmt: skip

    @property
    def functions(self) -> tuple[Function, ...]:
        """All of them in header order."""
        return (self.invoke, *(f for _, _, f in self.by_index), *(f for _, f in self.by_name))


@dataclass(frozen=True, slots=True, eq=False)
class Interface:
    """Everything public of the module `name`."""

    name: str
    arenas: tuple[ArenaField, ...]
    entries: tuple[EntryPoint, ...]
    state_bytes: int = 0

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Those of the first entry point, which is the only one of most models; likewise below."""
        return self.entries[0].inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        return self.entries[0].outputs

    @property
    def kept(self) -> tuple[Port, ...]:
        return self.entries[0].kept

    @property
    def pushed(self) -> Pushed | None:
        return self.entries[0].pushed

    @property
    def has_reset(self) -> bool:
        """Whether anything is kept between calls."""
        return self.state_bytes > 0 or self.pushed is not None

    @property
    def may_wait(self) -> bool:
        return any(entry.may_wait for entry in self.entries)

    @property
    def arena_fields(self) -> Mapping[str, str]:
        """Region name to struct field."""
        return MappingProxyType({item.arena.region.name: item.field for item in self.arenas})

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports of all entry points."""
        return tuple(port for entry in self.entries for port in entry.ports)

    @property
    def has_signatures(self) -> bool:
        """Whether there are several things to call."""
        return len(self.entries) > 1

    def entry(self, key: str) -> EntryPoint:
        """The entry point of the signature `key`. Raises CodegenError where there is none."""
        found = next((entry for entry in self.entries if entry.key == key), None)
        if found is None:
            hint = f"there are: {', '.join(entry.key for entry in self.entries)}"
            one = "the model has one entry point, which has no name" if len(self.entries) == 1 else hint
            raise CodegenError.say(f"there is no signature {key!r} to call", one)
        return found

    @property
    def init(self) -> Function:
        """`<name>_init`."""
        arenas = [p for a in self.arenas for p in (f"void *{a.field}", f"size_t {a.field}_bytes")]
        return Function(
            f"{self.name}_status_t", f"{self.name}_init", (f"{self.name}_t *self", *arenas),
            "Call first. Refuses NULL, small and misaligned arenas, and then leaves self unusable.",
        )  # fmt: skip

    @property
    def reset(self) -> Function:
        """`<name>_reset`, which models without state do not have."""
        what = "variables and recurrent state have their first values again"
        if self.pushed is not None:
            what = f"rows that were pushed are forgotten{', ' * (self.state_bytes > 0)}{what * (self.state_bytes > 0)}"
        return Function(
            f"{self.name}_status_t", f"{self.name}_reset", (f"{self.name}_t *self",),
            f"Back to the state after init: {what}.",
        )  # fmt: skip

    @property
    def functions(self) -> tuple[Function, ...]:
        """The public functions in header order."""
        every = (function for entry in self.entries for function in entry.functions)
        return (self.init, *every, *((self.reset,) if self.has_reset else ()))

    @property
    def cdef(self) -> str:
        """The declarations for cffi: those of the header, without its preprocessor lines."""
        fields = "".join(f"uint8_t *{a.field}; " for a in self.arenas)
        if self.state_bytes:
            fields += f"union {{ uint64_t alignment; uint8_t bytes[{self.state_bytes}]; }} state; "
        if self.pushed is not None:
            fields += f"struct {{ {' '.join(f'int32_t {name};' for name in self.pushed.counters)} }} rows; "
        fields = fields or "uint8_t unused; "
        lines = [
            f"typedef enum {{ {', '.join(f'{n} = {v}' for n, v, _ in self.status_codes)} }} {self.name}_status_t;",
            f"typedef struct {{ {fields}}} {self.name}_t;",
            *(function.prototype for function in self.functions),
        ]
        return "\n".join(lines)

    @property
    def status_codes(self) -> tuple[tuple[str, int, str], ...]:
        """(name, value, meaning)."""
        prefix = self.name.upper()
        return (
            (f"{prefix}_OK", 0, "done"),
            (f"{prefix}_ERROR_ARGUMENT", 1, "NULL"),
            (f"{prefix}_ERROR_ARENA", 2, "an arena is too small or misaligned"),
            (f"{prefix}_ERROR_KERNEL", 3, "a kernel refused its arguments: not the library that was planned for"),
            *(
                [(f"{prefix}_WAITING", WAITING, "no error: more input is needed before there are outputs")]
                * self.may_wait
            ),
            *(
                (
                    (f"{prefix}_MORE", MORE, "no error: the rows are taken, more are needed before there are outputs"),
                    (f"{prefix}_ERROR_ROWS", 6, "more rows than the input has left: none was taken"),
                )
                if self.pushed is not None
                else ()
            ),
        )

    def bind(self, printer: CallPrinter) -> tuple[BoundPort, ...]:
        """The ports with their addresses; constants that are outputs become tables."""
        return tuple(
            BoundPort(
                port,
                printer.pointer(
                    port.tensor, writable=port.kind == "input", extra=0, constant_name=f"{port.kind}_{port.index}"
                ),
            )
            for entry in self.entries
            for port in entry.placed
        )
