"""The functions of `<id>.c`, and the comments that tell a reader what they compute."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..operators import family_of
from .printer import LINE

if TYPE_CHECKING:
    from ..graph import Operator, Tensor
    from ..planning.model import KernelCall, MemoryPlan
    from .printer import PrintedCall


@dataclass(frozen=True, slots=True)
class OperatorFunction:
    """One static function: `comment` lines, signature parts and its calls, each with what it returns where it succeeds
    ("": nothing). `can_fail` returns a status.

    In a segment it has `parameters` and, in place of calls, finished `lines`.
    """

    name: str
    comment: tuple[str, ...]
    calls: tuple[tuple[PrintedCall, str], ...]
    can_fail: bool
    parameters: str = ""
    lines: tuple[str, ...] = ()
    changes_self: bool = False

    @property
    def uses_self(self) -> bool:
        """Whether any memory of the plan is touched."""
        return "self->" in self.text

    @property
    def text(self) -> str:
        """Declarations and calls."""
        if self.lines:
            return "\n".join(self.lines)
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
        buffer, begin = plan.buffer_of(tensor), plan.schedule.place(tensor)[1]
        return f"{describe(tensor)} at {buffer.offset + begin}" if buffer else describe(tensor)

    reads = [placed(t) for t in op.inputs if t is not None and not t.is_constant]
    weights = [describe(t) for t in op.inputs if t is not None and t.is_constant and t.size > 1]
    parts = [f'Operator {op.index}: {op.type} "{layer_name(op)}".']
    arrow = f"{', '.join(reads) or 'constant'} -> {', '.join(map(placed, op.outputs))}"
    constants = f" with {', '.join(weights)}" if weights else ""
    parts.append(f"{arrow}{constants}.")
    macs = family_of(op).macs(op)
    facts = [text for text in (_options(op), f"{macs} MAC" if macs else "") if text]
    kernel = steps[0].kernel
    remark = kernel.remark(op)
    parts.append(f"{'; '.join([*facts, f'{kernel.name} ({remark})' if remark else kernel.name])}.")
    if any(step.scratch_bytes for step in steps):
        parts.append(f"Scratch {max(step.scratch_bytes for step in steps)} bytes.")  # over its bands
    return tuple(textwrap.wrap(" ".join(parts), LINE - 3, break_long_words=False, break_on_hyphens=False))
