"""TOML files as typed look-ups, whose complaints name file, place and key."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .errors import CodegenError, Location

_TYPES = {
    str: "a text",
    int: "an integer",
    float: "a number such as 3.3",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}
ABSENT: Any = object()
"""No default: the key must be there."""


class Table:
    """One TOML table on its way into a dataclass: typed look-ups, and complaints that name file, place and key."""

    def __init__(self, values: Mapping[str, Any], file: str, place: str = "") -> None:
        self.values = values
        self.file = file
        self.place = place
        self.known: list[str] = []

    def refuse(self, found: str, hint: str = "") -> CodegenError:
        where = f"[{self.place}] " if self.place else ""
        return CodegenError.at(Location(self.file), where + found, hint)

    def get(self, key: str, kind: type, default: Any = ABSENT) -> Any:  # noqa: ANN401 - typed by `kind`
        self.known.append(key)
        if key not in self.values:
            if default is ABSENT:
                close = difflib.get_close_matches(key, self.values, 1)
                hint = f"did you mean {key!r} by {close[0]!r}?" if close else f"add {key} = {_TYPES[kind]}"
                raise self.refuse(f"{key!r} is missing", hint)
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.refuse(f"{key!r} must be {_TYPES[kind]}, found {value!r}")
        return value

    def number(self, key: str, low: int, high: int = 2**64, default: Any = ABSENT) -> int:  # noqa: ANN401
        value: int = self.get(key, int, default)
        if not low <= value < high:
            raise self.refuse(f"{key!r} must be at least {low} and less than {high}, found {value}")
        return value

    def texts(self, key: str, default: Any = ABSENT) -> tuple[str, ...]:  # noqa: ANN401 - a tuple or none
        values = self.get(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(f"{key!r} must be a list of texts, found {values!r}")
        return tuple(values)

    def one_of(self, key: str, choices: Iterable[str], default: Any = ABSENT) -> Any:  # noqa: ANN401
        value = self.get(key, str, default)
        if value not in choices:
            raise self.refuse(f"{key!r} is {value!r}", f"use one of {', '.join(choices)}")
        return value

    def table(self, key: str, default: Any = ABSENT) -> Table:  # noqa: ANN401 - a dict or none
        return Table(self.get(key, dict, default), self.file, f"{self.place}.{key}" if self.place else key)

    def done(self) -> None:
        """Refuse keys that nothing asked for."""
        for key in self.values:
            if key not in self.known:
                close = difflib.get_close_matches(key, self.known, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(self.known)}"
                raise self.refuse(f"{key!r} is not a known key", hint)


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CodegenError.at(Location(str(path)), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodegenError.at(Location(str(path)), f"is not valid TOML: {error}") from error
