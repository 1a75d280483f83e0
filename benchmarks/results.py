"""The figures that are kept, one CSV file a board, and how new ones differ from them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from .measure import Row

FOLDER = Path(__file__).with_name("results")
COLUMNS = tuple(field.name for field in fields(Row))
FIGURES = COLUMNS[3:]
Key = tuple[str, str, str]
_HEADS = tuple(name for name in COLUMNS if name != "board")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that was `before` and is `after`."""

    key: Key
    figure: str
    before: int
    after: int

    @property
    def percent(self) -> float:
        """Growth in percent, negative where the figure fell."""
        return 100.0 * (self.after - self.before) / self.before if self.before else 100.0

    def __str__(self) -> str:
        board, model, provider = self.key
        return (
            f"{model} on {board} by {provider}: {self.figure} {self.before:,} -> {self.after:,} ({self.percent:+.1f} %)"
        )


def load(folder: Path = FOLDER) -> dict[Key, Row]:
    """The figures in `folder`."""
    rows = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for record in csv.DictReader(stream):
                row = Row(path.stem, record["model"], record["provider"], *(int(record[name]) for name in FIGURES))
                rows[row.key] = row
    return rows


def merged(kept: Mapping[Key, Row], measured: Iterable[Row]) -> dict[Key, Row]:
    """`kept` with what was measured in place of the same model, board and provider."""
    return dict(kept) | {row.key: row for row in measured}


def save(rows: Mapping[Key, Row], folder: Path = FOLDER) -> None:
    """One file a board, sorted: the same figures give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for board in sorted({row.board for row in rows.values()}):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_HEADS)
        writer.writerows(astuple(rows[key])[1:] for key in sorted(rows) if key[0] == board)
        (folder / f"{board}.csv").write_text(text.getvalue(), encoding="utf-8")


def changes(kept: Mapping[Key, Row], measured: Iterable[Row]) -> list[Change]:
    """Every figure that differs; what was not kept before is no change."""
    found = []
    for row in measured:
        old = kept.get(row.key)
        if old is not None:
            pairs = ((name, getattr(old, name), getattr(row, name)) for name in FIGURES)
            found += [Change(row.key, name, before, after) for name, before, after in pairs if before != after]
    return found


def grown(found: Iterable[Change], bound: float) -> list[Change]:
    """The changes that are growth of more than `bound` percent."""
    return [change for change in found if change.percent > bound]
