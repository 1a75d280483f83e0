"""Does a model fit a board, and how long will it take? From the plan alone: nothing is built.

RAM is exact: the plan places every byte. Flash is the plan's constants, exactly, and code from a table of measured
kernels (boards/code_sizes.csv) with a rule for what calls them (`fit_rules`). Time is the sum of the cost table's
instructions, at one a cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .api import Options, compile_for
from .boards import list_boards
from .code_sizes import call_rule, image_code, is_measured, weighed_arguments
from .costs import cost_of, cost_table, is_estimated
from .device.about import counter_count, frame_bytes, profiled_functions
from .device.linker import stack_section_bytes
from .emission.module import CModule
from .errors import CodegenError
from .fit_rules import STACK_LEAST, has_line, surroundings
from .planning.costs import whole_cost
from .target import Board, Region

_STEP_BYTES = 16
_BOOT_BYTES = 256
_AVR_CASES = 4
_LARGE = 1 << 28
_LEAST_SHARE = 0.05
_GUESSED_MOST = 0.05
"""Of the instructions: more than that of kernels that nobody measured makes the sum an estimate."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a model needs on a core. `arena` and `state` are exact; `instructions` (of an AVR: cycles) are None without
    a cost table, and an estimate where `is_estimate`: by another core's, or for kernels that nobody measured. `inputs`
    are bytes of the inputs. `refusal` says why the core cannot have the model at all; the rest is then of the same
    operators computed from constants in data memory."""

    arena: int
    state: int
    weights: int
    code: int
    arguments: int
    functions: int
    instructions: int | None
    is_estimate: bool
    inputs: int
    refusal: str = ""


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
        """Of one inference, at one instruction a cycle; None on a core that nobody can have operators of."""
        if self.need.instructions is None or self.need.refusal:
            return None
        return self.need.instructions / self.board.clock_hz

    @property
    def unit(self) -> str:
        """Of `need.instructions`."""
        emulator = self.board.core.emulator
        return emulator.counts if emulator else "instructions"

    @property
    def joules(self) -> float | None:
        """Of one inference; None without a figure of the board's power."""
        seconds = self.seconds
        return seconds * self.board.power.watts if seconds is not None and self.board.power else None


# --------------------------------------------------------------------------------------------------------- needs
def wide(board: Board, flash: int = _LARGE) -> Board:
    """The board with memory for anything, of the kinds that it has, and `flash` bytes of flash."""
    constants = Region("flash", board.region(board.place_constants[0]).kind, 0, flash, ".rodata")
    ram = Region("ram", "ram", 0x2000_0000, _LARGE, ".bss")
    return replace(
        board, regions=(constants, ram), place_arena=("ram",), place_constants=("flash",), place_code=("flash",)
    )


def need_of(module: CModule) -> Need:
    """What `module` needs, whatever board it was compiled for."""
    plan: Any = module.plan
    schedule = module.memory.schedule
    core, table = schedule.target.core, cost_table(schedule.target.core.name)
    calls = schedule.call_sites
    arguments = round(sum(weighed_arguments(core, call) for call in calls))
    costs = [op["cost"] for op in plan["operators"]]
    known = table.kernels if table is not None else {}
    guessed = sum(op["cost"] for op in plan["operators"] if op["kernel"] not in known)
    for step in {(step.subgraph, step.position): step for step in schedule.calls}.values():
        if step.kernel.name not in known and not cost_of(step.kernel, step.operator, schedule.target):
            costs.append(whole_cost(step.kernel, step.operator, schedule.target))
            guessed += costs[-1]
    return Need(
        arena=module.arena_bytes,
        state=module.interface.state_bytes,
        weights=plan["flash"]["weights"],
        code=image_code(core, calls),
        arguments=arguments,
        functions=len(profiled_functions(module)),
        instructions=sum(costs) if table is not None else None,
        is_estimate=is_estimated(core.name) or guessed > _GUESSED_MOST * sum(costs),
        inputs=sum(port.tensor.bytes for port in module.interface.inputs if not port.is_fed_back),
    )


# ---------------------------------------------------------------------------------------------------------- fits
def _line_ram(board: Board, need: Need) -> int:
    """What the serial line takes of RAM, with the stack; of an AVR its stack, of other programs nothing."""
    if not has_line(board):
        return STACK_LEAST if board.core.family == "avr" else 0
    counters = surroundings(board).counter * counter_count(board, need.functions)
    return stack_section_bytes(board) + frame_bytes(board) + counters


def _line_flash(board: Board, need: Need) -> int:
    """What start and serial line take of flash beside the same on every board; of an AVR its cases."""
    if board.core.family == "avr":
        return _AVR_CASES * need.inputs
    if not has_line(board):
        return 0
    steps = (board.start.steps if board.start else ()) + (board.serial.steps if board.serial else ())
    return _STEP_BYTES * len(steps) + (_BOOT_BYTES if board.start and board.start.boot else 0)


def fit(board: Board, need: Need) -> Fit:
    """What `codegen firmware` makes of a model with this need for `board`, laid out as it does."""
    main, around = board.main_ram, surroundings(board)
    state = around.pointer + need.state + around.guards
    fixed = _line_ram(board, need) + around.ram + state + around.argument * need.arguments
    arena = need.arena + around.guards if need.arena else 0
    # As the planner does: the first region in which the arena alone has room.
    home = next((r for r in board.arena_regions if r.usable >= need.arena), board.arena_regions[-1])
    in_main = fixed + (arena if home == main else 0)
    fits_ram = in_main <= main.usable and (home == main or arena <= home.usable)
    counted = call_rule(board.core).counted * need.arguments if has_line(board) else 0
    flash = need.weights + need.code + around.flash + counted + _line_flash(board, need)
    return Fit(
        board=board,
        need=need,
        ram=fixed + arena,
        ram_available=main.usable if home == main else main.usable + home.usable,
        flash=flash,
        flash_available=board.flash_bytes,
        fits=fits_ram and flash <= board.flash_bytes and not need.refusal,
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
        one = planner.fit(board, options)
        found.append(one if one.fits else replace(one, hints=tuple(planner.hints(one))))
    return found


class _Planner:
    """Plans of one model for many boards, each made once."""

    def __init__(self, model: Path, options: Options) -> None:
        self.model = model
        self.options = options
        self.wide: dict[tuple[str, str, str, int], Need] = {}

    def fit(self, board: Board, options: Options) -> Fit:
        """By the core's plan, or by one for the board alone where that takes more memory than the board has."""
        flash = board.flash_bytes if options.optimize == "speed" else _LARGE  # which says what weights there are
        key = (board.core.name, options.optimize, options.kernels, flash)
        if key not in self.wide:
            self.wide[key] = self._need(wide(board, flash), options)
        need = self.wide[key]
        if not need.refusal and need.arena > max(region.usable for region in board.arena_regions):
            with suppress(CodegenError):  # no room whatever is done
                need = self._need(board, options)
        one = fit(board, need)
        return replace(one, fits=one.fits and (options.flash is None or one.model_flash <= options.flash))

    def _need(self, board: Board, options: Options) -> Need:
        """What is more than --flash is no refusal here, nor is what only an AVR's program memory refuses."""
        constants = board.region(board.place_constants[0])
        try:
            return need_of(compile_for(self.model, board, options))
        except CodegenError as error:
            if options.flash is not None:
                return self._need(board, replace(options, flash=None))
            if constants.kind != "progmem":
                raise
            plain = replace(constants, kind="flash", bytes=_LARGE)
            others = tuple(region for region in board.regions if region != constants)
            first = error.refusals[0]
            why = f"{first.location.operator_type or 'the model'}: {first.found}"
            elsewhere = replace(board, regions=(plain, *others))
            return replace(need_of(compile_for(self.model, elsewhere, options)), refusal=why)

    def hints(self, one: Fit) -> Iterable[str]:
        """What would make it fit."""
        if one.need.refusal:
            yield one.need.refusal
        else:
            yield from self._options(one)
        lacking = one.ram - one.ram_available
        if lacking > 0:
            share = (one.need.arena - lacking) / max(1, one.need.arena)
            if share > _LEAST_SHARE:
                yield f"an input of about {100 * share:.0f} % of the size: {lacking:,} bytes of RAM less"
            yield f"a board with {one.ram:,} bytes of RAM"
        if one.flash > one.flash_available:
            yield f"{one.flash - one.flash_available:,} bytes of flash less: fewer channels, weights of 4 bits"

    def _options(self, one: Fit) -> Iterable[str]:
        """Objectives and kernels with which it does."""
        for objective, what in (("ram", "less memory"), ("size", "less flash")):
            wanted = replace(self.options, optimize=objective)
            if wanted != self.options and self.fit(one.board, wanted).fits:
                yield f"--optimize {objective} ({what})"
        for provider in ("auto", *one.board.kernels):
            wanted = replace(self.options, kernels=provider)
            if wanted != self.options and self.fit(one.board, wanted).fits:
                yield f"--kernels {provider}"


def is_rated(board: Board) -> bool:
    """Whether a model can be fitted: its kernels' code was measured, or estimated."""
    return is_measured(board.core.name)
