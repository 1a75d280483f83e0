"""The options of every command that compiles, said once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from ..api import ARROWS, Options, compile_with
from ..cmsis_nn_tree import choose_release
from ..custom import load_custom
from ..emission.module import CModule
from ..target import KERNEL_CHOICES, OBJECTIVES, RELEASES
from ..transforms import LATER, OPTIONAL
from .dump import dump
from .program import is_json

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say. `cmsis_nn_root` is the upstream tree to link, if any."""

    options: Options
    cmsis_nn_root: Path | None = None
    dump_after: str | None = None

    def compile(self, model: Path) -> CModule:
        """The module of `model`; prints the noun of `--dump-after` on the way."""

        def observe(arrow: str, noun: object) -> None:
            if arrow == self.dump_after:
                # Where standard output is one JSON document, the dump is a message.
                click.echo(dump(noun), err=is_json())

        return compile_with(model, self.options, observe)

    def for_board(self, board: str) -> Settings:
        """The same settings for another board."""
        return replace(self, options=replace(self.options, board=board))


def model_argument(command: F) -> F:
    """The argument MODEL: a path that the reader opens, so that every fault has one kind of message."""
    return click.argument("model", type=click.Path(path_type=Path))(command)


def json_option(command: F) -> F:
    """`--json`, which `is_json` knows of everywhere."""
    option = click.option("--json", is_flag=True, expose_value=False, help="Print one JSON document, errors included.")
    return option(command)


def kernels_option(command: F) -> F:
    """`--kernels`."""
    return click.option(
        "--kernels", type=click.Choice(KERNEL_CHOICES), default="auto", show_default=True,
        help="Who provides the kernels: CMSIS-NN, codegen's own, or for each operator the better one.",
    )(command)  # fmt: skip


def batch_option(command: F) -> F:
    """`--batch`."""
    return click.option(
        "--batch", type=click.IntRange(min=1), default=1, metavar="N", show_default=True,
        help="What an unknown first dimension becomes.",
    )(command)  # fmt: skip


def custom_option(command: F) -> F:
    """`--custom`."""
    return click.option(
        "--custom", multiple=True, metavar="NAME=FILE",
        help="The C header of the custom operator NAME, or the Python file that describes it (several times).",
    )(command)  # fmt: skip


def compile_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """All options of `compile` but its output folder; the command gets them as `settings`."""

    @wraps(command)
    def with_settings(  # noqa: PLR0913 - one for each option
        *,
        board: str | None,
        name: str | None,
        kernels: str,
        cmsis_nn: str | None,
        cmsis_nn_root: Path | None,
        batch: int,
        optimize: str,
        disable_transform: tuple[str, ...],
        custom: tuple[str, ...],
        keep: tuple[str, ...],
        alias: tuple[str, ...],
        placed: tuple[str, ...],
        ram: int | None,
        no_streaming: bool,
        input_rows: bool,
        flash: int | None,
        dump_after: str | None,
        **others: object,
    ) -> object:
        release = choose_release(cmsis_nn, cmsis_nn_root)
        options = Options(
            board or "",
            name,
            kernels,
            release.name,
            batch,
            disable_transforms=tuple(dict.fromkeys(disable_transform)),
            optimize=optimize,
            custom=tuple(map(load_custom, custom)),
            keep=keep,
            alias=alias,
            place=placed,
            ram=ram,
            streaming=not no_streaming,
            input_rows=input_rows,
            flash=flash,
        )
        return command(settings=Settings(options, cmsis_nn_root, dump_after), **others)

    result: Callable[..., Any] = with_settings
    for option in reversed(_OPTIONS):
        result = option(result)
    return result


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--board", metavar="NAME", help="A board of `codegen boards`, or the path of a board's TOML file."),
    click.option("--name", metavar="ID", help="The module's name, a C identifier.  [default: from the file's name]"),
    kernels_option,
    click.option(
        "--cmsis-nn", metavar="RELEASE",
        help=f"The release of CMSIS-NN to plan for: {', '.join(RELEASES)}.  [default: that of the tree, else v7.0.0]",
    ),
    click.option(
        "--cmsis-nn-root", metavar="DIR", envvar="CMSIS_NN_ROOT", show_envvar=True, type=click.Path(path_type=Path),
        help="An upstream tree of CMSIS-NN, in place of the portable functions that codegen brings.",
    ),
    batch_option,
    click.option(
        "--optimize", type=click.Choice(OBJECTIVES), default="balanced", show_default=True,
        help="Least time, least memory, least flash, or least memory as far as it costs next to no time.",
    ),
    click.option(
        "--ram", type=click.IntRange(min=1), metavar="BYTES",
        help="What the arena may have at most: the fastest code that fits, or a refusal that says what is in the way.",
    ),
    click.option(
        "--flash", type=click.IntRange(min=1), metavar="BYTES",
        help="What weights and code may have at most: with --optimize speed larger and faster weights while they fit.",
    ),
    click.option(
        "--no-streaming", is_flag=True,
        help="Keep every tensor whole, in place of executing operators some rows at a time (for debugging).",
    ),
    click.option(
        "--input-rows", is_flag=True,
        help="Push the input row by row, <id>_push_rows(self, rows, count), in place of filling it and invoking.",
    ),
    click.option(
        "--disable-transform", type=click.Choice((*OPTIONAL, *LATER)), multiple=True, metavar="NAME",
        help=f"Leave a rewrite of the graph out (may be given several times): {', '.join((*OPTIONAL, *LATER))}.",
    ),
    custom_option,
    click.option(
        "--keep", multiple=True, metavar="TENSOR",
        help="An intermediate tensor, by name or index in the file, that stays readable after the run (several times).",
    ),
    click.option(
        "--alias", multiple=True, metavar="OUTPUT=INPUT",
        help="An output that stays in the memory of the input which it is next time (several times).",
    ),
    click.option(
        "--place", "placed", multiple=True, metavar="weights=REGION",
        help="The memory of the board that the constants go to.  [default: as its file says]",
    ),
    click.option(
        "--dump-after", type=click.Choice(ARROWS), metavar="ARROW",
        help=f"Print what the compiler knows after {', '.join(ARROWS[:-1])} or {ARROWS[-1]}.",
    ),
    json_option,
)  # fmt: skip
