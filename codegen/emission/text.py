"""The parts of `<id>.c` that need more than a template: operator functions, the arena map."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from ..graph import Operator, Tensor
from ..operators import family_of
from ..planning.model import STATE, Body, Branch, Buffer, KernelCall, Loop, MemoryPlan, Node, Once, Stop
from .naming import Names
from .printer import LINE, CallPrinter, ConstantPool, PrintedCall, operator_id


@dataclass(frozen=True, slots=True)
class OperatorFunction:
    """One static function: `comment` lines, signature parts and its calls, each with what it returns where it succeeds
    ("": nothing). `can_fail` returns a status."""

    name: str
    comment: tuple[str, ...]
    calls: tuple[tuple[PrintedCall, str], ...]
    can_fail: bool

    @property
    def uses_self(self) -> bool:
        """Whether any memory of the plan is touched."""
        return "self->" in self.text

    @property
    def text(self) -> str:
        """Declarations and calls."""
        return "\n".join(line for call, _ in self.calls for line in (*call.declarations, call.expression))


def comment_text(text: str) -> str:
    """`text` fit for a C comment: printable, no comment end, one line.

    >>> comment_text("a*/b" + chr(10) + "c")
    'a* /b c'
    """
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/").replace("??", "? ?")


def layer_name(op: Operator) -> str:
    """The layer as the user named it: converters append all that they fused, after semicolons."""
    return comment_text(op.name.split(";", 1)[0])


def describe(tensor: Tensor) -> str:
    """Type and shape, as in comments: `int8 [1, 49, 10, 1]`."""
    return f"{tensor.dtype} [{', '.join(map(str, tensor.shape))}]"


def _options(op: Operator) -> str:
    """The options that shape the computation, in reading order."""
    words = []
    if op.option("stride_h") is not None:
        words.append(f"stride {op.option('stride_h')}x{op.option('stride_w')} {op.option('padding')}")
    if op.option("dilation_h_factor", 1) != 1 or op.option("dilation_w_factor", 1) != 1:
        words.append(f"dilation {op.option('dilation_h_factor')}x{op.option('dilation_w_factor')}")
    if op.option("fused_activation_function", "NONE") != "NONE":
        words.append(op.option("fused_activation_function"))
    return ", ".join(words)


def operator_comment(op: Operator, steps: list[KernelCall], plan: MemoryPlan) -> tuple[str, ...]:
    """What a reader of the C wants to know of an operator, wrapped."""

    def placed(tensor: Tensor) -> str:
        buffer = plan.buffer_of(tensor)
        return f"{describe(tensor)} at {buffer.offset}" if buffer else describe(tensor)

    reads = [placed(t) for t in op.inputs if t is not None and not t.is_constant]
    weights = [describe(t) for t in op.inputs if t is not None and t.is_constant and t.size > 1]
    parts = [f'Operator {op.index}: {op.type} "{layer_name(op)}".']
    arrow = f"{', '.join(reads) or 'constant'} -> {', '.join(map(placed, op.outputs))}"
    constants = f" with {', '.join(weights)}" if weights else ""
    parts.append(f"{arrow}{constants}.")
    macs = family_of(op).macs(op)
    facts = [text for text in (_options(op), f"{macs} MAC" if macs else "") if text]
    parts.append(f"{'; '.join([*facts, steps[0].kernel.name])}.")
    if any(step.scratch_bytes for step in steps):
        parts.append(f"Scratch {max(step.scratch_bytes for step in steps)} bytes.")  # over its bands
    return tuple(textwrap.wrap(" ".join(parts), LINE - 3, break_long_words=False, break_on_hyphens=False))


@dataclass(frozen=True, slots=True)
class Program:
    """The functions of a module in execution order, and the statements of `_invoke` that run them."""

    functions: tuple[OperatorFunction, ...]
    statements: tuple[str, ...]


def make_program(plan: MemoryPlan, printer: CallPrinter, module_name: str) -> Program:
    """One function per operator that is called, in execution order, and the tree of calls as C."""
    writer = _ProgramWriter(plan, printer, module_name)
    statements = tuple(writer.body(plan.schedule.body, 1))
    return Program(tuple(writer.functions), statements)


class _ProgramWriter:
    def __init__(self, plan: MemoryPlan, printer: CallPrinter, module_name: str) -> None:
        self.plan = plan
        self.printer = printer
        self.prefix = module_name.upper()
        self.names = Names()
        self.functions: list[OperatorFunction] = []
        self.tick = 0

    def body(self, body: Body, depth: int) -> Iterator[str]:
        """The statements of `body`, indented."""
        indent = "    " * depth
        for is_call, group in groupby(body, key=_place):
            nodes = list(group)
            if is_call is not None:
                yield from (indent + line for line in self._run([n for n in nodes if isinstance(n, KernelCall)]))
                continue
            for node in nodes:
                yield from self._control(node, depth)

    def _control(self, node: Node, depth: int) -> Iterator[str]:
        indent = "    " * depth
        match node:
            case Branch():
                yield f"{indent}if ({self._flag(node.condition)} != 0U) {{{self._said(node.operator)}"
                yield from self.body(node.then, depth + 1)
                if node.otherwise:
                    yield f"{indent}}} else {{"
                    yield from self.body(node.otherwise, depth + 1)
                yield f"{indent}}}"
            case Loop():
                yield f"{indent}for (;;) {{{self._said(node.operator)}"
                yield from self.body(node.before, depth + 1)
                yield f"{indent}    if ({self._flag(node.condition)} == 0U) {{"
                yield f"{indent}        break;"
                yield f"{indent}    }}"
                yield from self.body(node.body, depth + 1)
                yield f"{indent}}}"
            case Once():
                yield f"{indent}if ({self._flag(node.done)} == 0U) {{{self._said(node.operator)}"
                yield from self.body(node.body, depth + 1)
                yield f"{indent}    *{self.printer.pointer(node.done, writable=True, extra=0, constant_name='')} = 1U;"
                yield f"{indent}}}"
            case Stop():
                yield f"{indent}if ({self._flag(node.due)} == 0U) {{{self._said(node.operator)}"
                yield f"{indent}    return {self.prefix}_WAITING;"
                yield f"{indent}}}"

    def _flag(self, tensor: Tensor) -> str:
        return f"*{self.printer.pointer(tensor, writable=False, extra=0, constant_name='condition')}"

    @staticmethod
    def _said(op: Operator) -> str:
        return f' /* operator {op.index}: {op.type} "{layer_name(op)}" */'

    def _run(self, steps: list[KernelCall]) -> Iterator[str]:
        function = self._function(steps)
        self.functions.append(function)
        if function.can_fail:
            yield f"if ({function.name}(self) != {self.prefix}_OK) {{"
            yield f"    return {self.prefix}_ERROR_KERNEL;"
            yield "}"
        else:
            yield f"{function.name}(self);"

    def _function(self, steps: list[KernelCall]) -> OperatorFunction:
        op = steps[0].operator
        calls = tuple(
            (self.printer.call(self.tick + n, step), step.call.success if step.call.returns_status else "")
            for n, step in enumerate(steps)
        )
        self.tick += len(steps)
        return OperatorFunction(
            self.names.unique(operator_id(op, steps[0].subgraph)),
            operator_comment(op, steps, self.plan),
            calls,
            any(success for _, success in calls),
        )


def _place(node: Node) -> tuple[int, int] | None:
    """What groups the calls of one operator into one function; None for control flow."""
    return (node.subgraph, node.position) if isinstance(node, KernelCall) else None


def buffer_enumerators(plan: MemoryPlan, offset_names: Mapping[Buffer, str]) -> list[tuple[str, Buffer, str]]:
    """(enumerator, buffer, what lives there) in arena order."""
    rows = []
    for buffer in sorted(plan.buffers, key=lambda b: (b.region == STATE, b.region, b.offset, b.id)):
        first, last = min(x.first for x in buffer.live), max(x.last for x in buffer.live)
        calls = plan.schedule.calls
        if buffer.region == STATE:
            calls = ()
        span = f"[{calls[first].operator.index}, {calls[last].operator.index}]" if calls else "[-]"
        what = describe(buffer.tensor) if buffer.tensor else buffer.kind
        rows.append((offset_names[buffer], buffer, f"{buffer.bytes:>7} {span:>9}  {what}"))
    return rows


def arena_map(plan: MemoryPlan) -> list[str]:
    """One line an arena: bytes, bound, region."""
    lines = [f"{arena.region.name}: {arena.bytes} bytes (lower bound {arena.bound})" for arena in plan.arenas]
    if plan.state_bytes:
        lines.append(f"state, in the {STATE} of the caller's struct, kept between calls: {plan.state_bytes} bytes")
    return lines or ["none: nothing is computed"]


def initial_values(plan: MemoryPlan, pool: ConstantPool, offset_names: Mapping[Buffer, str]) -> list[str]:
    """The statements of `_reset`: the state is zero but for these."""
    lines = []
    for buffer in plan.buffers:
        tensor = buffer.tensor
        if buffer.region != STATE or tensor is None:
            continue
        place = f"&self->state.bytes[{offset_names[buffer]}]"
        if tensor.initial is not None and tensor.initial.any():
            table = pool.add(f"initial_{buffer.id}", tensor.initial, tensor.dtype, f"first value of {tensor.name!r}")
            lines.append(f"memcpy({place}, {table.name}, sizeof {table.name});")
        elif tensor.initial is None and tensor.dtype == "int8" and tensor.zero_point:
            lines.append(f"memset({place}, {tensor.zero_point & 0xFF}, {tensor.bytes}U);")
    return lines
