"""The incumbent's figures, quoted from incumbent.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Incumbent:
    """Arena bytes by model, instructions by board and model, and the span of its code in KB over the models."""

    name: str
    arena: Mapping[str, int]
    instructions: Mapping[str, Mapping[str, int]]
    code_kilobytes: tuple[int, int]


def load_incumbent() -> Incumbent:
    data = tomllib.loads(Path(__file__).with_name("incumbent.toml").read_text(encoding="utf-8"))
    low, high = data["code_kilobytes"]
    return Incumbent(data["name"], data["arena"], data["instructions"], (low, high))
