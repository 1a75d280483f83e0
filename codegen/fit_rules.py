"""What an image or a program has beside the model, by core: what `codegen fit` adds to a plan.

The numbers are of what `codegen firmware` builds; tests/device/test_fit.py builds it and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .target import Board

STACK_LEAST = 256
"""Bytes that an AVR's program leaves to its stack."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Bytes: `flash` and `ram` of what serves the serial line, or of the program round the model; `guards` lie round
    the arena and round the state, `pointer` is in the state for the arena, `counter` is RAM for each function with
    counters, `argument` what the parameters of calls take of RAM, for each."""

    flash: int = 5_600
    ram: int = 298
    guards: int = 128
    pointer: int = 4
    counter: int = 24
    argument: int = 0


_BY_CORE: Mapping[str, Surroundings] = MappingProxyType(
    {
        "rv32imc": Surroundings(flash=5_900),
        "rv64gc": Surroundings(flash=6_350, pointer=8, counter=32),
        "cortex-a72": Surroundings(flash=525_274, ram=30_044, pointer=8),
        "wasm32": Surroundings(flash=6_326, ram=68_660),
        "avr5": Surroundings(flash=1_904, ram=108, pointer=2, argument=5),
    }
)


def surroundings(board: Board) -> Surroundings:
    """Those of the board; none but the model's own pointer where `codegen firmware` makes nothing for it."""
    return _BY_CORE.get(board.core.name, Surroundings()) if has_image(board) else Surroundings(0, 0, 0)


def has_line(board: Board) -> bool:
    """Whether there is an image that serves a serial line, with a stack of its own."""
    return not board.core.is_hosted and board.serial is not None and board.serial.driver is not None


def has_image(board: Board) -> bool:
    """Whether `codegen firmware` makes something for it: an image or a program."""
    return has_line(board) or board.core.family in ("linux", "wasm", "avr")
