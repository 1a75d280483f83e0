"""The options of custom operators: a flexbuffer map, read by key without trust in its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flatbuffers import flexbuffers

from ._rules import after

if TYPE_CHECKING:
    from ..graph import Operator
    from .family import Constraint

Number = int | float | bool


def number(op: Operator, key: str) -> Number | None:
    """The number at `key`; None where there is none."""
    data = op.option("custom_options")
    try:
        value = flexbuffers.GetRoot(bytes(data or b"")).AsMap[key]
        if value.IsBool:
            return bool(value.AsBool)
        if value.IsInt:
            return int(value.AsInt)
        return float(value.AsFloat) if value.IsFloat else None
    except Exception:  # noqa: BLE001 - whatever the parser raises on damaged bytes
        return None


def integer(op: Operator, key: str) -> int:
    """The integer at `key`, which a rule has found there."""
    return int(number(op, key) or 0)


def integers_in(given: Constraint, **ranges: tuple[int, int]) -> Constraint:
    """The rule that the options hold integers (or, for 0 to 1, bools) in these ranges, ends included."""

    @after(given)
    def rule(op: Operator) -> str | None:
        found = {key: number(op, key) for key in ranges}
        wrong = [
            f"{key} {'missing' if value is None else value}"
            for key, value in found.items()
            if not isinstance(value, int) or not ranges[key][0] <= value <= ranges[key][1]
        ]
        return ", ".join(wrong) or None

    said = ", ".join(f"{key} ({low} to {high})" for key, (low, high) in ranges.items())
    rule.__doc__ = f"The custom options hold {said}."
    return rule
