"""What an application sees of a module: its tensors, its arenas and its functions, said once for header and cffi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..graph import Tensor
from ..planning.model import Arena, MemoryPlan
from .naming import Names, identifier
from .printer import C_TYPES, CallPrinter, real

WAITING = 4
"""The status of a model that needs more input before there are outputs."""


@dataclass(frozen=True, slots=True, eq=False)
class Port:
    """An input, an output or (kind "tensor") an intermediate that is kept: `macro` starts its constants
    (`KWS_INPUT_0`), `name` is its accessor's suffix."""

    kind: str
    index: int
    name: str
    tensor: Tensor
    macro: str
    c_type: str
    user_name: str

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
class Interface:
    """Everything public of the module `name`."""

    name: str
    arenas: tuple[ArenaField, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    state_bytes: int = 0
    may_wait: bool = False
    kept: tuple[Port, ...] = ()

    @property
    def arena_fields(self) -> Mapping[str, str]:
        """Region name to struct field."""
        return MappingProxyType({item.arena.region.name: item.field for item in self.arenas})

    @property
    def ports(self) -> tuple[Port, ...]:
        return self.inputs + self.outputs + self.kept

    @property
    def functions(self) -> tuple[Function, ...]:
        """The public functions in header order."""
        me, status = f"{self.name}_t", f"{self.name}_status_t"
        arenas = [p for a in self.arenas for p in (f"void *{a.field}", f"size_t {a.field}_bytes")]
        init = Function(
            status, f"{self.name}_init", (f"{me} *self", *arenas),
            "Call first. Refuses NULL, small and misaligned arenas, and then leaves self unusable.",
        )  # fmt: skip
        invoke = Function(
            status, f"{self.name}_invoke", (f"{me} *self",),
            "Runs the model once. May overwrite the inputs: fill them before every call.",
        )  # fmt: skip
        reset = Function(
            status, f"{self.name}_reset", (f"{me} *self",),
            "Back to the state after init: variables and recurrent state have their first values again.",
        )  # fmt: skip
        by_index = (
            Function(
                "void *", f"{self.name}_input", (f"const {me} *self", "size_t index"),
                "Where to write input `index`; NULL if there is none. Valid from init on.",
            ),
            Function(
                "const void *", f"{self.name}_output", (f"const {me} *self", "size_t index"),
                "Where to read output `index`; NULL if there is none. Valid until the arena is written again.",
            ),
        )  # fmt: skip
        tensor = Function(
            "const void *", f"{self.name}_tensor", (f"const {me} *self", "size_t index"),
            "Where to read kept tensor `index`, as it was when the last invocation ended; NULL if there is none.",
        )  # fmt: skip
        by_name = tuple(
            Function(
                f"{'' if port.kind == 'input' else 'const '}{port.c_type} *",
                f"{self.name}_{port.kind}_{port.name}", (f"const {me} *self",),
                f"{port.kind.capitalize()} {port.index}, {port.user_name!r}: {port.tensor.dtype} "
                f"{port.shape_text}{port.note}.",
            )
            for port in self.ports
        )  # fmt: skip
        third = (tensor,) if self.kept else ()
        return (init, invoke, *by_index, *third, *by_name, *((reset,) if self.state_bytes else ()))

    @property
    def by_index(self) -> tuple[tuple[str, Function], ...]:
        """Kinds of ports with their functions that take an index."""
        kinds = ("input", "output", "tensor") if self.kept else ("input", "output")
        return tuple(zip(kinds, self.functions[2:], strict=False))

    @property
    def first_named(self) -> int:
        """Where in `functions` the accessors by name begin."""
        return 2 + len(self.by_index)

    @property
    def cdef(self) -> str:
        """The declarations for cffi: those of the header, without its preprocessor lines."""
        fields = "".join(f"uint8_t *{a.field}; " for a in self.arenas)
        if self.state_bytes:
            fields += f"union {{ uint64_t alignment; uint8_t bytes[{self.state_bytes}]; }} state; "
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
            for port in self.ports
        )


def make_interface(plan: MemoryPlan, name: str) -> Interface:
    """The interface of `plan` as the module `name`. Names come from the signature where the model has one."""
    upper = name.upper()
    single = len(plan.arenas) == 1
    arenas = tuple(
        ArenaField(
            "arena" if single else f"arena_{identifier(arena.region.name)}",
            f"{upper}_ARENA" if single else f"{upper}_ARENA_{identifier(arena.region.name).upper()}",
            arena,
        )
        for arena in plan.arenas
    )
    graph = plan.schedule.graph
    signature = next((s for s in graph.signatures if s.subgraph == graph.main.index), None)
    taken = Names()

    def ports(kind: str, tensors: tuple[Tensor, ...], names: Names) -> tuple[Port, ...]:
        signed = () if signature is None else signature.inputs if kind == "input" else signature.outputs
        public = {tensor: name for name, tensor in signed}
        return tuple(
            Port(
                kind, index, names.unique(identifier(public.get(tensor, tensor.name), f"{kind}_{index}")), tensor,
                f"{upper}_{kind.upper()}_{index}", C_TYPES[tensor.dtype], public.get(tensor, tensor.name),
            )
            for index, tensor in enumerate(tensors)
        )  # fmt: skip

    inputs, outputs = ports("input", graph.main.inputs, Names()), ports("output", graph.main.outputs, taken)
    kept = ports("tensor", graph.keep, taken)  # after the outputs: they share `<id>_dequantize_`
    return Interface(name, arenas, inputs, outputs, plan.state_bytes, plan.schedule.may_wait, kept)
