"""Time of an inference and of its parts, wherever it was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Time of one inference. `unit` is instructions, cycles or nanoseconds; `functions` are (name in the C file, time),
    and `total` comes from runs without counters."""

    unit: str
    total: int
    functions: tuple[tuple[str, float], ...]
    repeats: int
    clock_hz: int
