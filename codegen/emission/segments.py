"""A segment as C: one function per operator, which computes one band, and the loop that calls them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from .functions import OperatorFunction, operator_comment
from .printer import LINE, operator_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..planning.model import KernelCall, MemoryPlan, Need, Segment, Stage
    from .naming import Names
    from .printer import CallPrinter, PrintedCall


def segment_functions(
    segment: Segment, tick: int, plan: MemoryPlan, printer: CallPrinter, names: Names, prefix: str
) -> list[OperatorFunction]:
    """A function for each stage and, last, that of the segment, which starts at `tick`."""
    writer = _SegmentWriter(segment, tick, plan, printer, names, prefix)
    stages = [writer.stage(number) for number in range(len(segment.stages))]
    return [*stages, writer.driver(stages)]


class _SegmentWriter:
    def __init__(
        self, segment: Segment, tick: int, plan: MemoryPlan, printer: CallPrinter, names: Names, prefix: str
    ) -> None:
        self.segment = segment
        self.plan = plan
        self.printer = printer
        self.names = names
        self.prefix = prefix
        self.calls: dict[int, list[tuple[int, KernelCall]]] = {}
        places = {(stage.subgraph, stage.position): number for number, stage in enumerate(segment.stages)}
        for number, call in enumerate(segment.calls, tick):
            self.calls.setdefault(places[call.subgraph, call.position], []).append((number, call))

    # ------------------------------------------------------------------------------------------------ stages
    def stage(self, number: int) -> OperatorFunction:
        """The function that computes the band of stage `number` that begins with row `y`."""
        stage = self.segment.stages[number]
        calls = self.calls[number]
        printed = []
        for band, _ in stage.variants:
            tick, step = next(entry for entry in calls if entry[1].band and entry[1].band.first == band.first)
            printed.append(
                (band.last, self.printer.call(tick, step), step.call.success if step.call.returns_status else "")
            )
        can_fail = any(success for _, _, success in printed)
        body: list[str] = []
        for k, (end, call, success) in enumerate(printed):
            inner = list(self._statements(call, success))
            if len(printed) == 1:
                body += inner
                continue
            condition = "" if k == len(printed) - 1 else f"if (y < {end}) "
            body.append(f"{'} else ' if k else ''}{condition}{{")
            body += [f"    {line}" for line in inner]
        if len(printed) > 1:
            body.append("}")
        if can_fail:
            body.append(f"return {self.prefix}_OK;")
        text = "\n".join(body)
        if "y_end" in text:
            next_row = f"y + {stage.band}"
            if stage.rows % stage.band:
                next_row = f"({next_row} < {stage.rows}) ? {next_row} : {stage.rows}"
            body = [f"const int32_t y_end = {next_row};", *body]
        has_row = "y_end" in text or _uses_row(text)
        if "self->" not in text:
            body = ["(void)self;", *body]
        rows = "input rows" if stage.kernel.accumulates else "rows"
        comment = f"Rows of {stage.rows}, {stage.band} a call." if stage.band < stage.rows else "All rows in one call."
        comment = comment.replace("Rows", rows.capitalize(), 1).replace("All rows", f"All {rows}")
        said = " ".join([*operator_comment(stage.operator, [step for _, step in calls], self.plan), comment])
        return OperatorFunction(
            self.names.unique(operator_id(stage.operator, stage.subgraph)),
            _wrapped(said),
            (),
            can_fail,
            ", int32_t y" if has_row else "",
            tuple(f"    {line}" for line in body),
        )

    def _statements(self, call: PrintedCall, success: str) -> Iterator[str]:
        yield from call.declarations
        if success:
            yield f"if ({call.expression} != {success}) {{"
            yield f"    return {self.prefix}_ERROR_KERNEL;"
            yield "}"
        else:
            yield f"{call.expression};"

    # ------------------------------------------------------------------------------------------------ driver
    def driver(self, functions: list[OperatorFunction]) -> OperatorFunction:
        """The loop: always the last operator that has work left and its rows runs."""
        stages = self.segment.stages
        place = "self->rows." if self.segment.pushed is not None else ""
        made = [f"{place}made_{stage.operator.index}" for stage in stages]
        made.append(f"{place}pushed")  # `PUSHED` is -1
        can_fail = any(function.can_fail for function in functions)
        first, last = stages[0].operator.index, stages[-1].operator.index
        comment = (
            f"Operators {first} to {last}, some rows at a time: of those that have the rows which they need, the last "
            f"one computes its next ones, so that few rows of each tensor are kept. made_N counts the rows of "
            f"operator N."
        )
        lines = []
        if place:
            comment += " Ends when it needs more rows of the input."
        else:
            lines = [*(f"    int32_t {name} = 0;" for name in made[:-1]), ""]
        lines.append("    for (;;) {")
        for number in reversed(range(len(stages))):
            conditions = " && ".join(self._conditions(stages[number], made[number], made))
            lead = "        if" if number == len(stages) - 1 else "        } else if"
            lines.append(f"{lead} ({conditions}) {{")
            lines += [f"            {line}" for line in self._advance(stages[number], made[number], functions[number])]
        why = "more rows of the input are needed, or all is computed" if place else "all is computed"
        lines += ["        } else {", f"            break; /* {why} */", "        }", "    }"]
        if can_fail:
            lines.append(f"    return {self.prefix}_OK;")
        return OperatorFunction(
            self.names.unique(f"segment_{first}_{last}"),
            _wrapped(comment),
            (),
            can_fail,
            "",
            tuple(lines),
            changes_self=bool(place),
        )

    def _advance(self, stage: Stage, made: str, function: OperatorFunction) -> Iterator[str]:
        call = f"{function.name}(self{f', {made}' if function.parameters else ''})"
        if function.can_fail:
            yield f"if ({call} != {self.prefix}_OK) {{"
            yield f"    return {self.prefix}_ERROR_KERNEL;"
            yield "}"
        else:
            yield f"{call};"
        if stage.band == 1:
            yield f"++{made};"
        elif stage.rows % stage.band:
            yield f"{made} = ({made} + {stage.band} < {stage.rows}) ? {made} + {stage.band} : {stage.rows};"
        else:
            yield f"{made} += {stage.band};"

    def _conditions(self, stage: Stage, own: str, made: list[str]) -> Iterator[str]:
        yield f"{own} < {stage.rows}"
        for need in stage.needs:
            yield _needed(need, made[need.stage], own, stage)


def _needed(need: Need, made: str, own: str, stage: Stage) -> str:
    """Whether a producer has made the rows that the next band needs."""
    last = (stage.rows - 1) // stage.band * stage.band
    if need.at(0) == need.rows:
        return f"{made} == {need.rows}"
    if (need.stride, need.constant, need.divisor) == (1, 1, 1):
        return f"{made} > {own}"
    text = own if need.stride == 1 else f"{need.stride} * {own}"
    if need.constant:
        text += f" {'+' if need.constant > 0 else '-'} {abs(need.constant)}"
    if need.divisor > 1:
        text = f"({text}) / {need.divisor}"
    enough = f"{made} >= {text}"
    return (
        enough
        if (last * need.stride + need.constant) // need.divisor <= need.rows
        else f"({enough} || {made} == {need.rows})"
    )


def _uses_row(text: str) -> bool:
    """Whether `y` is a word of `text`."""
    return "y" in "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _wrapped(text: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, LINE - 3, break_long_words=False, break_on_hyphens=False))
