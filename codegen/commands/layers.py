"""What `codegen verify --layers` found, for people and as JSON."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from ..graph import Operator
from ..layers import LayerReport, LayerResult
from ..verification import Comparison
from .console import printable, show, table

MOST_ROWS = 12


def layers_json(report: LayerReport) -> dict[str, Any]:
    """`first` is the first tensor that differs, in the order of the source file; indices are those of the file."""
    first = report.different[0] if report.different else None
    return {
        "compared": len(report.results),
        "merged": report.merged,
        "different": len(report.different),
        "first": _result_json(first) if first else None,
        "tensors": [_result_json(result) for result in report.results],
    }


def _result_json(result: LayerResult) -> dict[str, Any]:
    layer, comparison = result.layer, result.comparison
    difference = comparison.first
    return {
        "tensor": layer.tensor.id,
        "name": layer.tensor.name,
        "operator": _operator_json(layer.operators[-1]),
        "computed_with": [_operator_json(op) for op in layer.operators[:-1]],
        "channels": None if layer.port.tensor.kept is None else len(layer.port.tensor.kept),
        "elements": comparison.elements,
        "mismatches": comparison.mismatches,
        "max_abs_diff": comparison.max_abs_diff,
        "first_difference": {
            "case": difference.case,
            "element": list(difference.element),
            "expected": difference.expected,
            "found": difference.found,
        }
        if difference
        else None,
    }


def _operator_json(op: Operator) -> dict[str, Any]:
    return {"index": op.index, "type": op.type, "name": op.name}


def _said(op: Operator) -> str:
    return f'operator {op.index} {op.type} "{printable(op.name)}"'


def show_layers(report: LayerReport, outputs: Comparison) -> None:
    """The first operator that differs, what it was merged with, and all tensors that differ."""
    count, merged = len(report.results), report.merged
    inside = f"; {merged} more are computed inside of others" if merged else ""
    if not report.different:
        show(Text(f"layers: all {count} intermediate tensors are equal{inside}", "bold green"))
        if not outputs.is_equal:
            show(
                Text(
                    "Every tensor is right when each has memory of its own, so the fault is in how the plan shares "
                    "memory: a bug in codegen, please report it with the model."
                )
            )
        return
    first = report.different[0]
    layer = first.layer
    show(
        Text(f"layers: {len(report.different)} of {count} intermediate tensors differ{inside}", "bold red"),
        Text(f"first: {_said(layer.operators[-1])}, tensor {layer.tensor.id}", "bold"),
    )
    if len(layer.operators) > 1:
        others = ", ".join(_said(op) for op in layer.operators[:-1])
        show(Text(f"computed together with {others}: the fault may be in any of them"))
    if first.comparison.first:
        difference = first.comparison.first
        show(
            Text(
                f"case {difference.case}, element {list(difference.element)}: expected {difference.expected}, found "
                f"{difference.found}"
            )
        )
    rows = [
        (r.layer.tensor.id, printable(r.layer.tensor.name), r.comparison.mismatches, r.comparison.elements)
        for r in report.different[:MOST_ROWS]
    ]
    show(table(("tensor", "name", "differ", "of"), rows))
    if len(report.different) > MOST_ROWS:
        show(Text(f"and {len(report.different) - MOST_ROWS} more (--json lists all)"))
