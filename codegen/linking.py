"""Several compiled models in one image: one arena for all of them, from their plans alone.

Models that never run at once share what they need only while they run: of each region the largest transient bytes.
Persistent bytes (of an arena: kept between calls) are nobody else's: a model that has such gets an arena of its own
there. Variables and fed back inputs lie in each model's own struct in any case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .boards import load_board
from .emission.module import render
from .emission.naming import identifier
from .emission.report import PLAN_SCHEMA, version
from .errors import CodegenError, Location

_AGAIN = "give the <id>.json that `codegen compile` wrote"


@dataclass(frozen=True, slots=True)
class PlannedArena:
    """What a model needs of a region. `macro` starts the constants of its header, `section` is the linker's (""
    where a variable lies there by itself)."""

    region: str
    bytes: int
    persistent: int
    macro: str
    section: str


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """What a plan says of a model."""

    name: str
    board: str
    arenas: tuple[PlannedArena, ...]
    state_bytes: int

    @property
    def macro(self) -> str:
        return self.name.upper()


@dataclass(frozen=True, slots=True)
class LinkedArena:
    """An array of the image: `symbol` of `bytes` in `region`, used by `models`."""

    symbol: str
    region: str
    section: str
    bytes: int
    models: tuple[PlannedModel, ...]

    @property
    def macro(self) -> str:
        return self.symbol.upper()


@dataclass(frozen=True, slots=True)
class Linked:
    """The arenas of an image, in the order of their regions; `arrays` names those of each model in `_init` order."""

    name: str
    models: tuple[PlannedModel, ...]
    arenas: tuple[LinkedArena, ...]
    arrays: Mapping[str, tuple[tuple[PlannedArena, LinkedArena], ...]]

    def bytes_in(self, region: str) -> int:
        """Bytes of all arenas in `region`."""
        return sum(arena.bytes for arena in self.arenas if arena.region == region)

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(arena.region for arena in self.arenas))

    def alone(self, region: str) -> int:
        """Bytes in `region` if every model had arenas of its own."""
        return sum(arena.bytes for model in self.models for arena in model.arenas if arena.region == region)

    @property
    def files(self) -> dict[str, str]:
        """`<name>.h` and `<name>.c`."""
        context = {"id": self.name, "ID": self.name.upper(), "linked": self, "generator": f"codegen {version()}"}
        return {f"{self.name}.{suffix}": render(f"link.{suffix}.jinja", context) for suffix in ("h", "c")}


def read_plan(path: Path) -> PlannedModel:
    """The plan in `path`, a `<id>.json`. Raises CodegenError for any other file."""
    where = Location(str(path))
    try:
        plan: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CodegenError.at(where, "there is no such file", _AGAIN) from None
    except (OSError, ValueError) as error:
        raise CodegenError.at(where, f"this is no plan: {error}", _AGAIN) from None
    if not isinstance(plan, dict) or plan.get("schema") != PLAN_SCHEMA:
        said = plan.get("schema") if isinstance(plan, dict) else type(plan).__name__
        raise CodegenError.at(where, f"the schema is {said}, not {PLAN_SCHEMA}", _AGAIN)
    try:
        arenas = tuple(
            PlannedArena(a["region"], int(a["bytes"]), int(a["persistent"]), a["macro"], a["section"] or "")
            for a in plan["arenas"]
        )
        return PlannedModel(plan["model"]["name"], plan["target"]["board"], arenas, int(plan["state_bytes"]))
    except (KeyError, TypeError, ValueError) as error:
        raise CodegenError.at(where, f"the plan lacks {error}", "compile the model again") from None


def link(models: Sequence[PlannedModel], name: str = "models") -> Linked:
    """One image of `models`. Raises CodegenError where they are for different boards, have one name, or do not fit."""
    if identifier(name, "models") != name:
        raise CodegenError.say(f"{name!r} is not a lower-case C identifier", "use another --name")
    names = [model.name for model in models]
    twice = next((n for n in names if names.count(n) > 1), name if name in names else None)
    if twice is not None:
        raise CodegenError.say(f"two modules are called {twice}", "compile one of them with another --name")
    boards = tuple(dict.fromkeys(model.board for model in models))
    if len(boards) != 1:
        raise CodegenError.say(f"the models are for different boards: {', '.join(boards)}", "compile all for one")
    order = tuple(dict.fromkeys(arena.region for model in models for arena in model.arenas))
    arenas = [arena for region in order for arena in _arenas(models, region, name)]
    found: dict[str, tuple[tuple[PlannedArena, LinkedArena], ...]] = {}
    for model in models:
        found[model.name] = tuple(
            (planned, next(a for a in arenas if a.region == planned.region and model in a.models))
            for planned in model.arenas
        )
    linked = Linked(name, tuple(models), tuple(arenas), found)
    _check_room(linked, boards[0])
    return linked


def _arenas(models: Sequence[PlannedModel], region: str, name: str) -> list[LinkedArena]:
    """The shared arena of `region`, and those of models that keep something there."""
    here = [(model, arena) for model in models for arena in model.arenas if arena.region == region]
    sharing = [(model, arena) for model, arena in here if not arena.persistent]
    suffix, section = identifier(region), here[0][1].section
    found = []
    if sharing:
        largest = max(arena.bytes for _, arena in sharing)
        found.append(LinkedArena(f"{name}_{suffix}", region, section, largest, tuple(m for m, _ in sharing)))
    found += [
        LinkedArena(f"{name}_{model.name}_{suffix}", region, section, arena.bytes, (model,))
        for model, arena in here
        if arena.persistent
    ]
    return found


def _check_room(linked: Linked, board_name: str) -> None:
    """Of boards that are known by name; the linker looks at the others."""
    try:
        board = load_board(board_name)
    except CodegenError:
        return
    for region in linked.regions:
        usable, needed = board.region(region).usable, linked.bytes_in(region)
        if needed > usable:
            found = f"together the models need {needed:,} bytes of {region}, which has {usable:,} on {board.name}"
            raise CodegenError.say(found, "use a board with more RAM, or compile with --optimize ram")
