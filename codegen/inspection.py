"""What a model holds, and everything in it that cannot be compiled: values for people and for JSON."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .errors import Refusal
from .graph import ITEM_BITS, Graph, Operator, Subgraph, Tensor
from .operators import families, family_of, refusals, rule
from .operators.family import Family
from .target import Target


@dataclass(frozen=True, slots=True, eq=False)
class OperatorFacts:
    """One operator. `macs` is None where the operator is not supported: nobody has counted them."""

    subgraph: Subgraph
    operator: Operator
    macs: int | None
    parameters: int
    refusals: tuple[Refusal, ...]

    @property
    def is_supported(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, eq=False)
class Inspection:
    """A graph with what can be said of each operator."""

    graph: Graph
    operators: tuple[OperatorFacts, ...]

    @property
    def unsupported(self) -> tuple[OperatorFacts, ...]:
        return tuple(facts for facts in self.operators if not facts.is_supported)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return tuple(refusal for facts in self.operators for refusal in facts.refusals)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of the supported operators."""
        return sum(facts.macs or 0 for facts in self.operators)

    @cached_property
    def parameters(self) -> tuple[Tensor, ...]:
        """The trained constants, each once."""
        used = (tensor for facts in self.operators for tensor in trained(facts.operator))
        return tuple(dict.fromkeys(used))

    @property
    def types(self) -> Counter[str]:
        """How many operators there are of each type, in order of first appearance."""
        return Counter(facts.operator.type for facts in self.operators)


def trained(op: Operator) -> Iterable[Tensor]:
    """Constant inputs that carry real numbers: weights and biases, not shapes and axes."""
    for tensor in op.inputs:
        if tensor is not None and tensor.is_constant and (tensor.quantization or tensor.dtype.startswith("float")):
            yield tensor


def inspect_graph(graph: Graph, target: Target) -> Inspection:
    """All of `graph`, judged for `target`."""
    said: dict[tuple[int | None, int | None], list[Refusal]] = {}
    for refusal in refusals(graph, target):
        said.setdefault((refusal.location.subgraph, refusal.location.operator_index), []).append(refusal)
    found = []
    for subgraph, op in graph.operators():
        reasons = tuple(said.get((subgraph.index, op.index), ()))
        macs = None if reasons else family_of(op).macs(op)
        found.append(OperatorFacts(subgraph, op, macs, sum(tensor.size for tensor in trained(op)), reasons))
    return Inspection(graph, tuple(found))


# -------------------------------------------------------------------------------------------------------- JSON
def tensor_json(tensor: Tensor | None) -> dict[str, Any] | None:
    """A tensor: `index` is that of the source file."""
    if tensor is None:
        return None
    quantization = tensor.quantization
    return {
        "index": tensor.origin,
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "bytes": tensor.bytes if tensor.dtype in ITEM_BITS else None,
        "constant": tensor.is_constant,
        "variable": tensor.is_variable,
        "quantization": {
            "scales": list(quantization.scales),
            "zero_points": list(quantization.zero_points),
            "axis": quantization.axis,
        }
        if quantization
        else None,
    }


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """An option's value as JSON has it; bytes as hexadecimal digits.

    >>> plain((1, np.float32(0.5), b"ab"))
    [1, 0.5, '6162']
    """
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _operator_json(facts: OperatorFacts) -> dict[str, Any]:
    op = facts.operator
    return {
        "subgraph": facts.subgraph.index,
        "index": op.index,
        "type": op.type,
        "name": op.name,
        "version": op.version,
        "custom": op.is_custom,
        "inputs": [tensor_json(tensor) for tensor in op.inputs],
        "outputs": [tensor_json(tensor) for tensor in op.outputs],
        "options": plain(op.options),
        "macs": facts.macs,
        "parameters": facts.parameters,
        "supported": facts.is_supported,
    }


def inspection_json(inspection: Inspection) -> dict[str, Any]:
    """Everything, as `codegen inspect --json` prints it."""
    graph = inspection.graph
    return {
        "model": {
            "file": graph.file,
            "sha256": graph.sha256,
            "description": graph.description,
            "subgraphs": len(graph.subgraphs),
            "signatures": [signature.key for signature in graph.signatures],
            "metadata": sorted(graph.metadata),
        },
        "inputs": [tensor_json(tensor) for tensor in graph.main.inputs],
        "outputs": [tensor_json(tensor) for tensor in graph.main.outputs],
        "operators": [_operator_json(facts) for facts in inspection.operators],
        "totals": {
            "operators": len(inspection.operators),
            "types": dict(inspection.types),
            "macs": inspection.macs,
            "parameters": sum(tensor.size for tensor in inspection.parameters),
            "parameter_bytes": sum(tensor.bytes for tensor in inspection.parameters),
            "unsupported": len(inspection.unsupported),
        },
        "unsupported": [
            {
                "subgraph": facts.subgraph.index,
                "index": facts.operator.index,
                "type": facts.operator.type,
                "name": facts.operator.name,
                "reasons": [{"found": refusal.found, "hint": refusal.hint} for refusal in facts.refusals],
            }
            for facts in inspection.unsupported
        ],
    }


# --------------------------------------------------------------------------------------------------- operators
def distinct_families() -> tuple[Family, ...]:
    """Every family once, by its first name."""
    return tuple(
        sorted(
            {id(f): f for f in families().values() if not f.is_internal}.values(), key=lambda family: family.names[0]
        )
    )


def family_json(family: Family) -> dict[str, Any]:
    """A family: its names, its rules and who computes it."""
    return {
        "operators": list(family.names),
        "rules": [rule(constraint) for constraint in family.constraints],
        "kernels": [{"name": kernel.name, "provider": kernel.provider} for kernel in family.kernels],
        "view": family.is_view,
        "hint": family.hint,
    }


CONFORMANCE = Path(__file__).with_name("conformance.csv")
"""What the tests compare with the reference, written by `python -m tests.conformance --write` of a checkout."""

HEAD = """# Operators

{count} of the 118 operators of TensorFlow Lite Micro are compiled, on every type that its reference kernels take;
`ethos-u`, a command stream for one NPU, is refused. The rest is what LiteRT has.

## What the tests compare

A kind is an operator of one shape, quantization and options; a case is a kind with random or extreme inputs, whose
outputs equal the reference's: bit for bit where they are integers. These are the numbers of a default run of the tests
(`python -m tests.conformance --write` counts them anew); `scripts/test --full` compares many times as many.

| Operator | Types | Kernels | Kinds | Cases | Reference |
| --- | --- | --- | --: | --: | --- |"""

RULES = """
## What is compiled

| Operator | Compiled where | Kernels |
| --- | --- | --- |"""


def _conformance_lines() -> tuple[int, list[str]]:
    """(operators of TensorFlow Lite Micro that are compared, the lines of the table of cases)."""
    if not CONFORMANCE.exists():
        return 0, []
    with CONFORMANCE.open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    lines = []
    for claim in claims:
        kernels = "<br>".join(f"`{name}`" for name in claim["kernels"].split("; ") if name)
        figures = f"{claim['kinds']} | {claim['cases']} | {claim['oracle']}"
        lines.append(f"| `{claim['operator']}` | {claim['types']} | {kernels} | {figures} |")
    return len({claim["operator"] for claim in claims if claim["in_tflite_micro"] == "yes"}), lines


def operators_markdown() -> str:
    """docs/operators.md: the cases of each operator and types, then its rules as the compiler states them."""
    count, cases = _conformance_lines()
    lines = [HEAD.format(count=count), *cases, RULES]
    for family in distinct_families():
        names = ", ".join(f"`{name}`" for name in family.names)
        rules = "<br>".join(rule(constraint).replace("|", "\\|") for constraint in family.constraints)
        kernels = "<br>".join(f"`{kernel.name}` ({kernel.provider})" for kernel in family.kernels)
        view = "none where input and output can share memory" if family.is_view else ""
        lines.append(f"| {names} | {rules} | {'<br>'.join(filter(None, (view, kernels)))} |")
    return "\n".join(lines)
