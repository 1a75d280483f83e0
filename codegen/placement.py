"""`--place weights=REGION`: constants in another memory of the board than the one that its file places them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import CodegenError, Location, Refusal
from .resources import data_dir
from .target import Board, Region

if TYPE_CHECKING:
    from .planning.model import Schedule

_USAGE = "write --place weights=REGION, a memory region of the board"


@dataclass(frozen=True, slots=True)
class ConstantPlace:
    """Where the constants of a module go. `macro` is the attribute in front of each ("": none is needed)."""

    region: Region
    macro: str
    section: str

    @classmethod
    def of(cls, board: Board, module: str, region: Region | None) -> ConstantPlace:
        """In `region`, or where the board's file has them (None, or the same)."""
        usual = board.region(board.place_constants[0])
        if region is None or region == usual:
            return cls(usual, "", "")
        return cls(region, f"{module}_IN_{region.name}".upper(), constants_section(region))

    @property
    def qualifier(self) -> str:
        """What comes before the type of each: where program memory is no data memory, its address space."""
        return "CG_FLASH " if self.region.kind == "progmem" else ""


def constants_section(region: Region) -> str:
    """The linker section of constants that are placed in `region`."""
    return f".{region.name}_constants"


def parse_place(texts: Sequence[str], board: Board) -> Region | None:
    """The region of the constants; None where nothing was said. Raises CodegenError for anything else than one
    `weights=REGION` that the board has."""
    found: Region | None = None
    for text in texts:
        what, equals, name = text.partition("=")
        if what != "weights" or not equals:
            raise CodegenError.say(f"--place {text} is not understood", _USAGE)
        region = next((r for r in board.regions if r.name == name and r.kind != "progmem"), None)
        if region is None:
            known = ", ".join(f"{r.name} ({r.kind}, {r.usable:,} bytes)" for r in board.regions)
            raise CodegenError.say(f"board {board.name} has no region {name!r} for constants", f"there are: {known}")
        if found is not None:
            raise CodegenError.say("--place weights is given twice", _USAGE)
        found = region
    return found


def check_constants(place: ConstantPlace, board: Board, weights: int, arenas: int) -> None:
    """The constants of `weights` bytes fit beside `arenas` bytes of arena in the same region, where they were placed
    by hand. Raises CodegenError."""
    room = place.region.usable - arenas
    if (place.macro or place.qualifier) and weights > room:
        found = f"the constants of {weights:,} bytes do not fit {place.region.name} of {board.name}, which has {room:,}"
        raise CodegenError.say(found + (f" beside {arenas:,} of arena" if arenas else ""), "place them elsewhere")


def check_program_memory(place: ConstantPlace, schedule: Schedule) -> None:
    """Where constants are in program memory, every kernel reads them from there: its header says so by CG_FLASH.
    Raises CodegenError with one refusal for each operator whose kernel does not."""
    if not place.qualifier:
        return
    kernels = data_dir("runtime_c") / "kernels"
    refusals = []
    for step in schedule.calls:
        header = kernels / step.call.header
        if not header.is_file() or "CG_FLASH" not in header.read_text(encoding="utf-8"):
            op = step.operator
            where = Location(schedule.graph.file, None, op.index, op.type, op.name)
            board = schedule.target.board.name
            found = f"its kernel {step.kernel.name} does not read program memory, where {board} has constants"
            refusals.append(
                Refusal(where, found, "use operators whose kernels do (FULLY_CONNECTED of int8), or another board")
            )
    if refusals:
        raise CodegenError(*refusals)
