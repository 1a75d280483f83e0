"""The parts of `<id>.c` that need more than a template: operator functions, the arena map."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from ..graph import Operator, Tensor
from ..operators import family_of
from ..planning.model import Buffer, KernelCall, MemoryPlan
from .printer import LINE, CallPrinter, PrintedCall, operator_id


@dataclass(frozen=True, slots=True)
class OperatorFunction:
    """One static function: `comment` lines, signature parts and its calls. `can_fail` returns a status."""

    name: str
    comment: tuple[str, ...]
    calls: tuple[tuple[PrintedCall, bool], ...]
    can_fail: bool
    uses_self: bool


def comment_text(text: str) -> str:
    """`text` fit for a C comment: printable, no comment end, one line.

    >>> comment_text("a*/b" + chr(10) + "c")
    'a* /b c'
    """
    clean = "".join(c if c.isprintable() else " " for c in text)
    return clean.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/").replace("??", "? ?")


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
    parts = [f'Operator {op.index}: {op.type} "{comment_text(op.name)}".']
    arrow = f"{', '.join(reads) or 'constant'} -> {', '.join(map(placed, op.outputs))}"
    constants = f" with {', '.join(weights)}" if weights else ""
    parts.append(f"{arrow}{constants}.")
    macs = family_of(op).macs(op)
    facts = [text for text in (_options(op), f"{macs} MAC" if macs else "") if text]
    parts.append(f"{'; '.join([*facts, steps[0].kernel.name])}.")
    if any(step.scratch_bytes for step in steps):
        parts.append(f"Scratch {max(step.scratch_bytes for step in steps)} bytes.")  # over its bands
    return tuple(textwrap.wrap(" ".join(parts), LINE - 3, break_long_words=False, break_on_hyphens=False))


def operator_functions(plan: MemoryPlan, printer: CallPrinter, name: str) -> tuple[OperatorFunction, ...]:
    """One function per operator that is called, in execution order."""
    functions = []
    ticks = list(enumerate(plan.schedule.calls))
    for _, group in groupby(ticks, key=lambda item: item[1].position):
        members = list(group)
        op = members[0][1].operator
        steps = [step for _, step in members]
        calls = tuple((printer.call(tick, step), step.call.returns_status) for tick, step in members)
        text = "\n".join(line for call, _ in calls for line in (*call.declarations, call.expression))
        functions.append(
            OperatorFunction(
                operator_id(op),
                operator_comment(op, steps, plan),
                calls,
                any(fails for _, fails in calls),
                "self->" in text,
            )
        )
    return tuple(functions)


def buffer_enumerators(plan: MemoryPlan, offset_names: Mapping[Buffer, str]) -> list[tuple[str, Buffer, str]]:
    """(enumerator, buffer, what lives there) in arena order."""
    rows = []
    for buffer in sorted(plan.buffers, key=lambda b: (b.region, b.offset, b.id)):
        first, last = min(x.first for x in buffer.live), max(x.last for x in buffer.live)
        calls = plan.schedule.calls
        span = f"[{calls[first].operator.index}, {calls[last].operator.index}]" if calls else "[-]"
        what = describe(buffer.tensor) if buffer.tensor else buffer.kind
        rows.append((offset_names[buffer], buffer, f"{buffer.bytes:>7} {span:>9}  {what}"))
    return rows


def arena_map(plan: MemoryPlan) -> list[str]:
    """One line an arena: bytes, bound, region."""
    return [
        f"{arena.region.name}: {arena.bytes} bytes (lower bound {arena.bound})" for arena in plan.arenas
    ] or ["none: nothing is computed"]
