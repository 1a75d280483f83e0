"""The compiler in one sentence: bytes -> Graph -> legal Graph -> Schedule -> MemoryPlan -> CModule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import verify
from .boards import load_board
from .custom import CustomOperator, with_custom
from .emission.module import CModule, emit
from .errors import CodegenError
from .feedback import find_pairs, with_feedback
from .frontend.reader import read_model
from .graph import Graph
from .keep import keeping, keeping_all
from .operators import graph_checked
from .placement import parse_place
from .planning.choice import NOTHING, Choice
from .planning.kernels import without_costly_code
from .planning.moves import with_moves
from .planning.order import ordered
from .planning.packing import check_flash, with_larger_constants
from .planning.regions import plan_memory
from .planning.schedule import Stream
from .planning.search import choose_streams
from .target import Board, Target, parse_kernels, parse_objective, parse_release
from .transforms import legalise

Observer = Callable[[str, object], None]
"""Called after each arrow with its name and the noun that it made (`--dump-after`)."""

ARROWS = ("read", "legalise", "schedule", "plan", "emit")


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile. `board` is a name or the path of a TOML file; `batch` replaces a batch dimension of -1.

    `band_rows` splits every spatial operator into bands of that many output rows (None: whole tensors).
    `optimize` is what the user wants least of: `speed`, `balanced`, `ram` or `size`.
    `ram` is the number of bytes that the arena may have; `streaming` off keeps every tensor whole. `streams` are the
    segments to stream through rings of rows (None: those that serve `optimize` and `ram`). `input_rows`: the caller
    pushes the input row by row, in place of filling it and invoking. `flash` is the number of bytes that weights and
    code may have.
    `prefer` names kernels to take wherever they can compute an operator.
    `disable_transforms` leaves rewrites of the graph out, by the names in `transforms.OPTIONAL` and `transforms.LATER`.
    `custom` are operators that the user supplies (docs/custom-operators.md).
    `keep` are intermediate tensors, by name or index in the file, that stay readable after the run; `keep_all` keeps
    every one that is still computed. `alias` are "OUTPUT=INPUT" pairs: the output stays in the buffer of the input that
    it is next time. `place` has "weights=REGION": constants in that memory of the board.
    """

    board: str = "host"
    name: str | None = None
    kernels: str = "auto"
    cmsis_nn: str = "v7.0.0"
    batch: int = 1
    band_rows: int | None = None
    disable_transforms: tuple[str, ...] = ()
    optimize: str = "balanced"
    custom: tuple[CustomOperator, ...] = ()
    streams: tuple[Stream, ...] | None = None
    prefer: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    alias: tuple[str, ...] = ()
    keep_all: bool = False
    place: tuple[str, ...] = ()
    ram: int | None = None
    streaming: bool = True
    input_rows: bool = False
    flash: int | None = None


def compile_with(
    source: str | Path | bytes, options: Options, observe: Observer = lambda _arrow, _noun: None
) -> CModule:
    """Compiles the .tflite file or bytes `source`. Raises CodegenError for whatever cannot be compiled."""
    return compile_for(source, load_board(options.board), options, observe)


def compile_for(
    source: str | Path | bytes, board: Board, options: Options, observe: Observer = lambda _arrow, _noun: None
) -> CModule:
    """The same for a board that is in no file; `options.board` is not looked at."""
    target = Target(
        board,
        parse_release(options.cmsis_nn),
        parse_kernels(options.kernels),
        parse_objective(options.optimize),
        options.prefer,
        flash=options.flash,
    )
    constants_in = parse_place(options.place, target.board)
    source_graph = with_custom(read_model(source, batch=options.batch), options.custom)
    observe("read", source_graph)
    pairs = find_pairs(source_graph, options.alias)
    graph = graph_checked(legalise(source_graph, options.disable_transforms, target.optimize), target)
    graph = with_feedback(graph, pairs)
    if options.keep_all:
        graph = keeping_all(graph)
    elif options.keep:
        graph = keeping(source_graph, graph, options.keep, options.disable_transforms, target.optimize)
    observe("legalise", graph)
    if "kernel_choice" not in options.disable_transforms:
        target = without_costly_code(graph, target)
    target = with_larger_constants(graph, target)
    if not options.streams and "operator_order" not in options.disable_transforms:
        graph = ordered(graph, target)
    chosen = _choice(graph, target, options)
    schedule, remade = chosen.schedule(graph, target, options.band_rows)
    if "moves" not in options.disable_transforms:
        schedule = with_moves(schedule, remade, chosen.spare)
    schedule = verify.check_schedule(schedule)
    observe("schedule", schedule)
    plan = verify.check_plan(plan_memory(schedule, options.ram))
    observe("plan", plan)
    module = emit(plan, options.name, constants_in)
    check_flash(module.weight_bytes, schedule.call_sites, target)
    observe("emit", module)
    return module


def _choice(graph: Graph, target: Target, options: Options) -> Choice:
    if options.streams is not None:
        return replace(NOTHING, streams=options.streams)
    chosen = options.streaming and options.band_rows is None
    if options.input_rows and not chosen:
        raise CodegenError.say("--input-rows needs streaming", "leave --no-streaming out")
    return choose_streams(graph, target, options.ram, input_rows=options.input_rows) if chosen else NOTHING


def compile_model(  # noqa: PLR0913 - one for each option
    source: str | Path | bytes,
    *,
    board: str = "host",
    name: str | None = None,
    kernels: str = "auto",
    cmsis_nn: str = "v7.0.0",
    batch: int = 1,
    disable_transforms: Sequence[str] = (),
    optimize: str = "balanced",
    custom: Sequence[CustomOperator] = (),
    keep: Sequence[str] = (),
    alias: Sequence[str] = (),
    place: Sequence[str] = (),
    ram: int | None = None,
    streaming: bool = True,
    input_rows: bool = False,
    flash: int | None = None,
) -> CModule:
    """Compiles a .tflite model for `board`: see `Options` for the parameters.

    Raises CodegenError, which carries every reason at once: what is wrong, where, and what can be done.
    """
    options = Options(
        board,
        name,
        kernels,
        cmsis_nn,
        batch,
        disable_transforms=tuple(disable_transforms),
        optimize=optimize,
        custom=tuple(custom),
        keep=tuple(keep),
        alias=tuple(alias),
        place=tuple(place),
        ram=ram,
        streaming=streaming,
        input_rows=input_rows,
        flash=flash,
    )
    return compile_with(source, options)
