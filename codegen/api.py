"""The compiler in one sentence: bytes -> Graph -> legal Graph -> Schedule -> MemoryPlan -> CModule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import verify
from .boards import load_board
from .custom import CustomOperator, with_custom
from .emission.module import CModule, emit
from .frontend.reader import read_model
from .operators import graph_checked
from .planning.regions import plan_memory
from .planning.schedule import Stream, make_schedule
from .target import Target, parse_kernels, parse_objective, parse_release
from .transforms import legalise

Observer = Callable[[str, object], None]
"""Called after each arrow with its name and the noun that it made (`--dump-after`)."""

ARROWS = ("read", "legalise", "schedule", "plan", "emit")


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile. `board` is a name or the path of a TOML file; `batch` replaces a batch dimension of -1.

    `band_rows` splits every spatial operator into bands of that many output rows (None: whole tensors).
    `optimize` is what the user wants least of: `speed`, `balanced`, `ram` or `size`.
    `streams` are the segments to stream through rings of rows.
    `prefer` names kernels to take wherever they can compute an operator.
    `disable_transforms` leaves rewrites of the graph out, by the names in `transforms.OPTIONAL`.
    `custom` are operators that the user supplies (docs/custom-operators.md).
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
    streams: tuple[Stream, ...] = ()
    prefer: tuple[str, ...] = ()


def compile_with(
    source: str | Path | bytes, options: Options, observe: Observer = lambda _arrow, _noun: None
) -> CModule:
    """Compiles the .tflite file or bytes `source`. Raises CodegenError for whatever cannot be compiled."""
    target = Target(
        load_board(options.board),
        parse_release(options.cmsis_nn),
        parse_kernels(options.kernels),
        parse_objective(options.optimize),
        options.prefer,
    )
    graph = with_custom(read_model(source, batch=options.batch), options.custom)
    observe("read", graph)
    graph = graph_checked(legalise(graph, options.disable_transforms, target.optimize), target)
    observe("legalise", graph)
    schedule = verify.check_schedule(make_schedule(graph, target, options.band_rows, options.streams))
    observe("schedule", schedule)
    plan = verify.check_plan(plan_memory(schedule))
    observe("plan", plan)
    module = emit(plan, options.name)
    observe("emit", module)
    return module


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
    )
    return compile_with(source, options)
