"""The parts of `<id>.c` that need more than a template: operator functions, the arena map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from ..graph import Operator, Tensor
from ..planning.model import STATE, Body, Branch, Buffer, Entry, KernelCall, Loop, MemoryPlan, Node, Once, Segment, Stop
from .functions import OperatorFunction, describe, layer_name, operator_comment
from .naming import Names
from .printer import CallPrinter, ConstantPool, operator_id
from .segments import segment_functions


@dataclass(frozen=True, slots=True)
class Program:
    """The functions of a module in execution order, and for each invocation the statements that run them."""

    functions: tuple[OperatorFunction, ...]
    invocations: tuple[tuple[str, ...], ...]
    push: tuple[str, ...] = ()
    """What is done with each row that is pushed, given its bytes at `rows`."""


def make_program(plan: MemoryPlan, printer: CallPrinter, module_name: str) -> Program:
    """One function per operator that is called, in execution order, and the tree of calls as C."""
    writer = _ProgramWriter(plan, printer, module_name)
    body = plan.schedule.body
    bodies = [node.body for node in body if isinstance(node, Entry)] or [body]
    invocations = tuple(tuple(writer.body(each, 1)) for each in bodies)
    return Program(tuple(writer.functions), invocations, tuple(writer.push))


class _ProgramWriter:
    def __init__(self, plan: MemoryPlan, printer: CallPrinter, module_name: str) -> None:
        self.plan = plan
        self.printer = printer
        self.prefix = module_name.upper()
        self.names = Names()
        self.functions: list[OperatorFunction] = []
        self.push: list[str] = []
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
            case Segment():
                functions = segment_functions(node, self.tick, self.plan, self.printer, self.names, self.prefix)
                self.tick += len(node.calls)
                self.functions += functions
                if node.pushed is not None:
                    self.push = ["        " + line for line in self._pushing(node, node.pushed, functions[-1])]
                    return
                yield from (indent + line for line in self._called(functions[-1]))
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

    def _pushing(self, segment: Segment, tensor: Tensor, function: OperatorFunction) -> Iterator[str]:
        buffer = self.plan.buffer_of(tensor)
        assert buffer is not None, tensor.name
        size, row = tensor.bytes // buffer.rows, "self->rows.pushed"
        slot = row if buffer.ring is None else "" if buffer.ring == 1 else f"({row} % {buffer.ring})"
        place = self.printer.buffer_address(buffer, f"{slot} * {size}" if slot else 0)
        store = f"(void)memcpy({place}, rows, {size}U);"
        stored = len(segment.arrivals)
        if stored < buffer.rows:
            yield f"if ({row} < {stored}) {{ /* no operator reads those behind */"
            yield f"    {store}"
            yield "}"
        else:
            yield store
        yield f"++{row};"
        yield f"rows += {tensor.size // buffer.rows};"
        yield from self._called(function)

    def _flag(self, tensor: Tensor) -> str:
        return f"*{self.printer.pointer(tensor, writable=False, extra=0, constant_name='condition')}"

    @staticmethod
    def _said(op: Operator) -> str:
        return f' /* operator {op.index}: {op.type} "{layer_name(op)}" */'

    def _run(self, steps: list[KernelCall]) -> Iterator[str]:
        function = self._function(steps)
        self.functions.append(function)
        yield from self._called(function)

    def _called(self, function: OperatorFunction) -> Iterator[str]:
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
