"""Records of tests as one row an operator and types: how many kinds of operators, how many cases, which kernels."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from codegen.inspection import CONFORMANCE

from .rows import BY_LITERT, Row, rows

COLUMNS = ("operator", "types", "kernels", "kinds", "cases", "oracle", "in_tflite_micro")
TOLERANCE = 0.9
"""The part of the kinds in the file that a run must compare again: generators may draw others."""


@dataclass
class Tally:
    """What was compared of a row."""

    kinds: set[int] = field(default_factory=set)
    cases: int = 0
    kernels: set[str] = field(default_factory=set)


def _row_of(record: dict[str, object]) -> Row:
    """The row of the reference's table, else one of the types of first input and output."""
    operator, inputs, outputs = str(record["operator"]), tuple(record["inputs"]), tuple(record["outputs"])
    found = next((row for row in rows() if row.takes(operator, inputs, outputs)), None)
    return found or Row(operator, inputs[:1], outputs[0] if outputs else None)


def tally(folder: Path) -> tuple[dict[tuple[Row, str], Tally], set[str]]:
    """(by row and oracle what was compared, the test files that did)."""
    found: dict[tuple[Row, str], Tally] = {}
    files: set[str] = set()
    kernels: dict[Row, set[str]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if "file" in record:
                files.add(record["file"])
            elif "kernel" in record:
                kernels.setdefault(_row_of(record), set()).add(f"{record['kernel']} ({record['provider']})")
            else:
                entry = found.setdefault((_row_of(record), record["oracle"]), Tally())
                entry.kinds.add(record["kind"])
                entry.cases += record["cases"]
    for (row, _), entry in found.items():
        entry.kernels = kernels.get(row, set())
    return found, files


def unproven(proven: set[tuple[str, str, str]]) -> list[str]:
    """The rows of the reference's table that are not among (operator, types, oracle)."""
    wanted = [(row.operator, row.types) for row in rows()]
    by = {pair: "litert" if pair in BY_LITERT else "tflite-micro" for pair in wanted}
    return [" ".join(pair) for pair in wanted if (*pair, by[pair]) not in proven]


def write(found: dict[tuple[Row, str], Tally], path: Path = CONFORMANCE) -> None:
    """The results file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        ordered = sorted(found.items(), key=lambda item: (item[0][0].operator, item[0][0].types, item[0][1]))
        for (row, oracle), entry in ordered:
            kernels, known = "; ".join(sorted(entry.kernels)), "yes" if row in rows() else "no"
            table.writerow([row.operator, row.types, kernels, len(entry.kinds), entry.cases, oracle, known])


def claims(path: Path = CONFORMANCE) -> list[dict[str, str]]:
    """The rows of the results file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def broken(found: dict[tuple[Row, str], Tally]) -> list[str]:
    """The claims of the results file that the records do not bear out."""
    now = {(row.operator, row.types, oracle): len(entry.kinds) for (row, oracle), entry in found.items()}
    wrong = []
    for claim in claims():
        key = (claim["operator"], claim["types"], claim["oracle"])
        if now.get(key, 0) < TOLERANCE * int(claim["kinds"]):
            wrong.append(f"{' '.join(key)}: {now.get(key, 0)} kinds of cases, {claim['kinds']} claimed")
    return wrong
