"""Values to C text: the only place that knows addresses, literals and casts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from types import MappingProxyType

import numpy as np

from ..frontend.tensors import pack_int4
from ..graph import Array, Operator, Tensor
from ..operators.family import Address, Affine, AffineTuple, Call, Enumerator, Rows, Scratch, Struct, Table, Value
from ..planning.model import STATE, Buffer, KernelCall, MemoryPlan

C_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "int4": "uint8_t", "int8": "int8_t", "uint8": "uint8_t", "bool": "uint8_t", "int16": "int16_t",
        "uint16": "uint16_t", "int32": "int32_t", "uint32": "uint32_t", "int64": "int64_t", "uint64": "uint64_t",
        "float32": "float", "float64": "double",
    }
)  # fmt: skip
"""The C type of one element; packed 4-bit elements are bytes."""

LINE = 112
"""Columns that printed lists may fill."""


def integer(value: int) -> str:
    """An integer constant that has its value in any context.

    >>> integer(-128), integer(-(2**31)), integer(2**31), integer(2**40), integer(2**63)
    ('-128', '(-2147483647 - 1)', '2147483648U', '1099511627776LL', '9223372036854775808ULL')
    """
    if value == -(2**31):
        return "(-2147483647 - 1)"
    if value == -(2**63):
        return "(-9223372036854775807LL - 1)"
    if -(2**31) < value < 2**31:
        return str(value)
    if value >= 2**63:
        return f"{value}ULL"
    return f"{value}U" if 0 <= value < 2**32 else f"{value}LL"


def real(value: float) -> str:
    """A float constant that rounds to the same float32.

    >>> real(1.0), real(0.5847029089927673), real(1e-9)
    ('1.0F', '0.584702909F', '9.99999972e-10F')
    >>> real(float("-inf")), real(float("nan"))
    ('-INFINITY', 'NAN')
    """
    if not np.isfinite(value):  # of math.h
        return "NAN" if np.isnan(value) else "INFINITY" if value > 0 else "-INFINITY"
    text = f"{np.float32(value):.9g}"
    return f"{text}F" if "." in text or "e" in text else f"{text}.0F"


def array_text(data: Array) -> str:
    """The elements of `data` as lines of C constants."""
    flat = data.reshape(-1)
    if flat.dtype.kind == "f":
        text = ", ".join(real(float(x)) for x in flat)
    elif flat.dtype.itemsize < 4 or (flat.size and flat.min() > -(1 << 31) and flat.max() < 1 << 31):
        text = str(flat.astype(np.int32).tolist())[1:-1]
    else:
        text = ", ".join(map(integer, flat.tolist()))
    return "\n".join(_wrapped(text, "    "))


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """Lines of as many items of `text` ("1, 2, 3") as they take. Tables have millions: no work an item.

    >>> list(_wrapped("1, 23, " + "4" * LINE + ", 5", "  ")) == ["  1, 23,", "  " + "4" * LINE + ",", "  5"]
    True
    """
    text += ", "
    begin = 0
    while begin < len(text):
        last = text.rfind(", ", begin, begin + LINE - len(indent))
        end = (text.index(", ", begin) if last < 0 else last) + 2
        yield indent + text[begin:end].rstrip(" " if end < len(text) else ", ")
        begin = end


def _filled(words: list[str], indent: str) -> Iterator[str]:
    line = indent
    for word in words:
        if len(line) + len(word) + 2 > LINE and line != indent:
            yield line.rstrip()
            line = indent
        line += f"{word}, "
    yield line.rstrip(", ")


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A table of `<id>_data.c`: `comment` says what it is; `type` is the element's C type."""

    name: str
    type: str
    data: Array
    comment: str
    alignment: int


@dataclass(slots=True)
class ConstantPool:
    """The emitted constants, equal ones once. `prefix` is the module's name."""

    prefix: str
    constants: list[Constant] = field(default_factory=list)
    _by_content: dict[tuple[str, bytes], Constant] = field(default_factory=dict)

    def add(self, name: str, data: Array, dtype: str, comment: str) -> Constant:
        """The constant that holds `data`: a new one called `<prefix>_<name>`, or an equal one made before."""
        key = (dtype, data.tobytes())
        if key not in self._by_content:
            # Words, so that word loads of weights and copies are aligned.
            constant = Constant(self._free(name), C_TYPES[dtype], data, comment, max(4, data.dtype.itemsize))
            self._by_content[key] = constant
            self.constants.append(constant)
        return self._by_content[key]

    def _free(self, name: str) -> str:
        """`<prefix>_<name>`, with a number where it is taken: the calls of an IF hand over several constants."""
        wanted, taken = f"{self.prefix}_{name}", {constant.name for constant in self.constants}
        return next(free for free in chain([wanted], (f"{wanted}_{k}" for k in count(2))) if free not in taken)


def operator_id(op: Operator, subgraph: int = 0) -> str:
    """What the operator is called in C: its type and its index in the source file, `conv_2d_0`.

    >>> operator_id(Operator(3, "CONV_2D", (), ())), operator_id(Operator(0, "ADD", (), ()), 2)
    ('conv_2d_3', 'sub2_add_0')
    """
    prefix = f"sub{subgraph}_" if subgraph else ""
    return f"{prefix}{''.join(c if c.isascii() and c.isalnum() else '_' for c in op.type.lower())}_{op.index}"


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """One call as C: declarations of its structs, then the call expression without `;`."""

    declarations: tuple[str, ...]
    expression: str


class CallPrinter:
    """Prints the calls of one plan. `offset_names` maps buffers to the enumerators of the arena map."""

    def __init__(
        self, plan: MemoryPlan, pool: ConstantPool, offset_names: Mapping[Buffer, str], arena: Mapping[str, str]
    ) -> None:
        self._plan = plan
        self._pool = pool
        self._offset_names = offset_names
        self._arena = arena

    def call(self, tick: int, step: KernelCall) -> PrintedCall:
        """Tick `tick` of the schedule, `step`, as C."""
        printer = _OneCall(self, tick, step)
        arguments = [printer.argument(name, value) for name, value in step.call.arguments]
        return PrintedCall(tuple(printer.declarations), _wrapped_call(step.call, arguments))

    def buffer_address(self, buffer: Buffer, extra: int | str = 0) -> str:
        """The C expression `&self->arena[NAME + extra]`; `extra` are bytes, as a number or as an expression."""
        plus = f" + {extra}" if extra else ""
        field = "state.bytes" if buffer.region == STATE else self._arena[buffer.region]
        return f"&self->{field}[{self._offset_names[buffer]}{plus}]"

    def pointer(self, tensor: Tensor, *, writable: bool, extra: int | str, constant_name: str) -> str:
        """A pointer to byte `extra` of `tensor`, of its element's C type."""
        type_ = C_TYPES[tensor.dtype]
        qualifier = "" if writable else "const "
        buffer = self._plan.buffer_of(tensor)
        if buffer is None:
            return self.constant(tensor, constant_name)
        begin = self._plan.schedule.place(tensor)[1]
        if begin:
            extra = begin + extra if isinstance(extra, int) else f"{begin} + {extra}"
        # Through void: the planner proved the alignment, -Wcast-align cannot know it.
        through = "(void *)" if writable else "(const void *)"
        cast = f"({qualifier}{type_} *)" + (through if type_ not in ("int8_t", "uint8_t") else "")
        return f"{cast}{self.buffer_address(buffer, extra)}"

    def constant(self, tensor: Tensor, name: str) -> str:
        """The name of the table that holds a constant tensor."""
        data = self._plan.schedule.storage(tensor).data
        assert data is not None, tensor.name
        shape = " x ".join(map(str, tensor.shape)) or "scalar"
        data = pack_int4(data) if tensor.dtype == "int4" else data
        return self._pool.add(name, data, tensor.dtype, f"{tensor.dtype} {shape}, {tensor.name!r}").name

    def table(self, table: Table, name: str) -> str:
        """A table made at compile time, cast for upstream's non-const structs where it must be."""
        constant = self._pool.add(name, table.data, str(table.data.dtype), f"{table.data.size} values")
        return f"({constant.type} *){constant.name}" if table.mutable_api else constant.name


class _OneCall:
    """The state of printing one call: its declarations."""

    def __init__(self, printer: CallPrinter, tick: int, step: KernelCall) -> None:
        self.printer = printer
        self.scratch = printer._plan.scratch.get(tick)  # noqa: SLF001
        self.step = step
        self.declarations: list[str] = []

    def argument(self, name: str, value: Value) -> str:
        """`value` as an argument; structs become local constants passed by address."""
        if isinstance(value, Struct):
            self._declare(name, value.type, self._fields(value), constant=_is_constant(value, self.printer))
            return f"&{name}"
        if isinstance(value, Rows):
            self._declare(name, "cg_rows", self._row_fields(name, value), constant=False)
            return f"&{name}"
        text = self._scalar(name, value)
        # A bare number says nothing in a call of many.
        return f"{text} /* {name} */" if value is None or isinstance(value, int | float | Affine) else text

    def _declare(self, name: str, type_: str, fields: list[str], *, constant: bool) -> None:
        storage = "static const" if constant else "const"
        one_line = f"{storage} {type_} {name} = {{{', '.join(fields)}}};"
        if len(one_line) <= LINE - 4:
            self.declarations.append(one_line)
            return
        lines = list(_filled(fields, " " * 8))
        self.declarations.append("\n".join([f"{storage} {type_} {name} = {{", *lines]) + "};")

    def _fields(self, value: Struct, prefix: str = "") -> list[str]:
        """`.name = value` of each field; a long struct in it is several. Its name is in the names of its tables."""
        words: list[str] = []
        for key, item in value.fields:
            name = f"{prefix}{key}"
            if not isinstance(item, Struct | Rows):
                words.append(f".{key} = {self._scalar(name, item)}")
                continue
            inner = self._fields(item, f"{name}_") if isinstance(item, Struct) else self._row_fields(name, item)
            one_word = f".{key} = {{{', '.join(inner)}}}"
            is_long = len(one_word) > LINE - 8 and len(inner) > 1
            words += [f".{key} = {{{inner[0]}", *inner[1:-1], f"{inner[-1]}}}"] if is_long else [one_word]
        return words

    def _row_fields(self, name: str, value: Rows) -> list[str]:
        height = self.row_count(value.tensor)
        base = self.printer.pointer(value.tensor, writable=False, extra=0, constant_name=self._constant_name(name))
        pitch = value.tensor.bytes // (height * self.batches(value.tensor))
        buffer = self.printer._plan.buffer_of(value.tensor)  # noqa: SLF001
        slots = buffer.ring if buffer and buffer.ring else height
        return [f".base = {base}", f".pitch = {pitch}", f".capacity = {slots}", f".height = {height}"]

    @staticmethod
    def row_count(tensor: Tensor) -> int:
        """Rows of one image: dimension 1 of NHWC; a flat tensor has one."""
        return tensor.shape[1] if len(tensor.shape) == 4 else 1

    @staticmethod
    def batches(tensor: Tensor) -> int:
        return tensor.shape[0] if len(tensor.shape) == 4 else 1

    def _constant_name(self, name: str) -> str:
        return f"{operator_id(self.step.operator, self.step.subgraph)}_{name}"

    def _scalar(self, name: str, value: Value) -> str:
        if value is None:
            return "NULL"
        if isinstance(value, tuple):
            return "{" + ", ".join(map(integer, value)) + "}"
        if isinstance(value, AffineTuple):
            texts = (integer(item) if isinstance(item, int) else affine_text(item) for item in value.values)
            return "{" + ", ".join(texts) + "}"
        if isinstance(value, bool | int):
            return integer(int(value))
        if isinstance(value, float):
            return real(value)
        if isinstance(value, Enumerator):
            return value.name
        if isinstance(value, Affine):
            return affine_text(value)
        if isinstance(value, Table):
            return self.printer.table(value, self._constant_name(value.name))
        if isinstance(value, Scratch):
            return self.printer.buffer_address(self.scratch, value.offset) if self.scratch else "NULL"
        assert isinstance(value, Address), value
        rows = self.row_count(value.tensor) * self.batches(value.tensor)
        elements: int | str
        buffer = self.printer._plan.buffer_of(value.tensor)  # noqa: SLF001
        extra: int | str
        ring = buffer.ring if buffer and buffer.ring else 0
        if isinstance(value.row, Affine):
            elements = _row_offset(value.row, value.tensor.size // rows, 0)
            elements += f" + {value.offset}" if value.offset else ""
            extra = _row_offset(value.row, value.tensor.bytes // rows, ring)
            extra += f" + {value.offset * value.tensor.bytes // value.tensor.size}" if value.offset else ""
        else:
            row = value.row % ring if ring else value.row
            elements = row * (value.tensor.size // rows) + value.offset
            extra = elements * value.tensor.bytes // value.tensor.size
        text = self.printer.pointer(
            value.tensor, writable=value.writable, extra=extra, constant_name=self._constant_name(name)
        )
        return f"{text} + {elements}" if buffer is None and extra else text


def affine_text(value: Affine) -> str:
    """An affine integer in the rows `y` and `y_end` of a band.

    >>> affine_text(Affine(2, 0, -1)), affine_text(Affine(-8, 8, 0)), affine_text(Affine(0, 1, 0))
    ('2 * y - 1', '8 * (y_end - y)', 'y_end')
    """
    if value.first == -value.last:
        text = f"{value.last} * (y_end - y)" if value.last != 1 else "y_end - y"
    else:
        factor, name = (value.first, "y") if value.first else (value.last, "y_end")
        text = name if factor == 1 else f"{factor} * {name}"
    sign = "+" if value.constant > 0 else "-"
    return f"{text} {sign} {abs(value.constant)}" if value.constant else text


def _row_offset(row: Affine, row_bytes: int, ring: int) -> str:
    """Bytes from the start of a tensor, or of a ring of `ring` slots, to a row."""
    text = affine_text(row)
    if ring == 1:
        return ""
    if ring:
        text = f"({text}) % {ring}" if " " in text else f"{text} % {ring}"
    return f"({text}) * {row_bytes}" if " " in text else f"{text} * {row_bytes}"


def _is_constant(value: Value, printer: CallPrinter) -> bool:
    if isinstance(value, Struct):
        return all(_is_constant(item, printer) for _, item in value.fields)
    if isinstance(value, Scratch | Rows | Affine | AffineTuple):
        return False
    return not isinstance(value, Address) or printer._plan.buffer_of(value.tensor) is None  # noqa: SLF001


def _wrapped_call(call: Call, arguments: list[str]) -> str:
    one_line = f"{call.function}({', '.join(arguments)})"
    if len(one_line) <= LINE - 16:
        return one_line
    return f"{call.function}(\n" + "\n".join(_filled(arguments, " " * 8)) + ")"
