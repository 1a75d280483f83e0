"""Does a model fit a board, and how long will it take? From the plan alone: nothing is built.

RAM is exact: the plan places every byte. Flash is the plan's constants, exactly, and code from a table of measured
kernels (boards/code_sizes.csv) with a rule for what calls them. Time is the sum of the cost table's instructions, at
one a cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .api import Options, compile_for
from .boards import list_boards
from .code_sizes import call_rule, image_code, is_measured
from .costs import cost_table
from .device.about import counter_count, frame_bytes, profiled_functions
from .device.linker import stack_section_bytes
from .emission.module import CModule
from .errors import CodegenError
from .target import Board, Region

_GUARDS = 128
"""Bytes before and after each arena and the state in an image of `codegen firmware`."""
_STRUCT_BYTES = 4
_HARNESS_RAM = 304
_HARNESS_FLASH = 5_600
_STEP_BYTES = 16
_BOOT_BYTES = 256
_COUNTER_BYTES = 24
_LARGE = 1 << 28
_LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Need:
    """What a model needs on a core. `arena` and `state` are exact; `instructions` are None without a cost table."""

    arena: int
    state: int
    weights: int
    code: int
    arguments: int
    functions: int
    instructions: int | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A model on a board. `ram` and `flash` are of an image of `codegen firmware`, in the main region and in all; the
    margins may be negative. `hints` say what would make it fit."""

    board: Board
    need: Need
    ram: int
    ram_available: int
    flash: int
    flash_available: int
    fits: bool
    hints: tuple[str, ...] = ()

    @property
    def model_ram(self) -> int:
        """Bytes of arena and state: what the model takes in any firmware."""
        return self.need.arena + self.need.state

    @property
    def model_flash(self) -> int:
        """Bytes of weights and code: what the model takes in any firmware."""
        return self.need.weights + self.need.code

    @property
    def seconds(self) -> float | None:
        """Of one inference, at one instruction a cycle."""
        return None if self.need.instructions is None else self.need.instructions / self.board.clock_hz

    @property
    def joules(self) -> float | None:
        """Of one inference; None without a figure of the board's power."""
        seconds = self.seconds
        return seconds * self.board.power.watts if seconds is not None and self.board.power else None


# --------------------------------------------------------------------------------------------------------- needs
def wide(board: Board, flash: int = _LARGE) -> Board:
    """The board with memory for anything, and `flash` bytes of flash."""
    constants = Region("flash", "flash", 0, flash, ".rodata")
    ram = Region("ram", "ram", 0x2000_0000, _LARGE, ".bss")
    return replace(
        board, regions=(constants, ram), place_arena=("ram",), place_constants=("flash",), place_code=("flash",)
    )


def need_of(module: CModule) -> Need:
    """What `module` needs, whatever board it was compiled for."""
    plan: Any = module.plan
    core = module.memory.schedule.target.core
    calls = module.memory.schedule.call_sites
    arguments = sum(len(call.arguments) for call in calls)
    costs = [op["cost"] for op in plan["operators"]]
    return Need(
        arena=module.arena_bytes,
        state=module.interface.state_bytes,
        weights=plan["flash"]["weights"],
        code=image_code(core, calls),
        arguments=arguments,
        functions=len(profiled_functions(module)),
        instructions=sum(costs) if cost_table(core.name) is not None else None,
    )


# ---------------------------------------------------------------------------------------------------------- fits
def fit(board: Board, need: Need) -> Fit:
    """The image of a model with this need on `board`: laid out as `codegen firmware` does."""
    main = board.main_ram
    harness = _HARNESS_RAM + frame_bytes(board) + _COUNTER_BYTES * counter_count(board, need.functions)
    state = _STRUCT_BYTES * max(1, bool(need.arena)) + need.state + _GUARDS
    fixed = stack_section_bytes(board) + harness + state
    arena = need.arena + _GUARDS if need.arena else 0
    # As the planner does: the first region in which the arena alone has room.
    home = next((r for r in board.arena_regions if r.usable >= need.arena), board.arena_regions[-1])
    in_main = fixed + (arena if home == main else 0)
    fits_ram = in_main <= main.usable and (home == main or arena <= home.usable)
    steps = (board.start.steps if board.start else ()) + (board.serial.steps if board.serial else ())
    rule = call_rule(board.core)
    overhead = _HARNESS_FLASH + rule.counted * need.arguments + _STEP_BYTES * len(steps)
    overhead += _BOOT_BYTES if board.start and board.start.boot else 0
    flash = need.weights + need.code + overhead
    return Fit(
        board=board,
        need=need,
        ram=fixed + arena,
        ram_available=main.usable if home == main else main.usable + home.usable,
        flash=flash,
        flash_available=board.flash_bytes,
        fits=fits_ram and flash <= board.flash_bytes,
    )


def fit_all(model: Path, options: Options, boards: Sequence[Board] = ()) -> list[Fit]:
    """`model` on each of `boards` (default: every built-in one for which there is a rule).

    Compiled once a core with memory for anything; where that does not fit a board, for the board itself, whose memory
    then makes the planner stream. Raises CodegenError where the model itself is refused.
    """
    planner = _Planner(model, options)
    chosen = list(boards) or [board for board in list_boards() if is_rated(board)]
    found = []
    for board in chosen:
        one = planner.fit(board, options.optimize)
        found.append(one if one.fits else replace(one, hints=tuple(planner.hints(one))))
    return found


class _Planner:
    """Plans of one model for many boards, each made once."""

    def __init__(self, model: Path, options: Options) -> None:
        self.model = model
        self.options = options
        self.wide: dict[tuple[str, str, int], Need] = {}

    def fit(self, board: Board, optimize: str) -> Fit:
        """By the core's plan, or by one for the board alone where that takes more memory than the board has."""
        options = replace(self.options, optimize=optimize)
        flash = board.flash_bytes if optimize == "speed" else _LARGE  # which says what weights there are
        key = (board.core.name, optimize, flash)
        if key not in self.wide:
            self.wide[key] = self._need(wide(board, flash), options)
        need = self.wide[key]
        if need.arena > max(region.usable for region in board.arena_regions):
            with suppress(CodegenError):  # no room whatever is done
                need = self._need(board, options)
        one = fit(board, need)
        return replace(one, fits=one.fits and (options.flash is None or one.model_flash <= options.flash))

    def _need(self, board: Board, options: Options) -> Need:
        """What is more than --flash is no refusal here."""
        try:
            return need_of(compile_for(self.model, board, options))
        except CodegenError:
            if options.flash is None:
                raise
            return need_of(compile_for(self.model, board, replace(options, flash=None)))

    def hints(self, one: Fit) -> Iterable[str]:
        """What would make it fit."""
        for objective, what in (("ram", "less memory"), ("size", "less flash")):
            if objective != self.options.optimize and self.fit(one.board, objective).fits:
                yield f"--optimize {objective} ({what})"
        lacking = one.ram - one.ram_available
        if lacking > 0:
            share = (one.need.arena - lacking) / max(1, one.need.arena)
            if share > _LEAST_SHARE:
                yield f"an input of about {100 * share:.0f} % of the size: {lacking:,} bytes of RAM less"
            yield f"a board with {one.ram:,} bytes of RAM"
        if one.flash > one.flash_available:
            yield f"{one.flash - one.flash_available:,} bytes of flash less: fewer channels, weights of 4 bits"


def is_rated(board: Board) -> bool:
    """Whether a model can be fitted: a Cortex-M, whose kernels' code was measured."""
    return is_measured(board.core.name)
