"""The group of all commands: turns whatever goes wrong into a message for a person, JSON and an exit code."""

from __future__ import annotations

import errno
import os
import traceback
from typing import Any

import click
from rich.text import Text

from ..emission.report import version
from ..errors import EXIT_REFUSED, CodegenError, Location, Refusal
from .console import refusal_block, refusal_json, show, show_json

EXIT_INTERNAL = 3
"""A bug in codegen."""
EXIT_INTERRUPTED = 130
"""The user stopped it: what shells give for an interrupt."""

_JSON = "codegen.json"


def is_json() -> bool:
    """Whether the user asked for JSON, which then is all of standard output."""
    return bool(click.get_current_context().find_root().meta.get(_JSON, False))


class Program(click.Group):
    """A group whose commands end with the exit codes of `codegen.errors` and never with a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        try:
            return super().invoke(ctx)
        except CodegenError as error:
            show(refusal_block(error), stderr=True)
            _report(ctx, EXIT_REFUSED, [refusal_json(refusal) for refusal in error.refusals])
            raise click.exceptions.Exit(EXIT_REFUSED) from None
        except click.ClickException as error:
            _report(ctx, error.exit_code, [_said(error.format_message(), "see --help")])
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            show(Text("stopped"), stderr=True)
            raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # the reader of our output has seen enough
            _say_bug(error)
            _report(ctx, EXIT_INTERNAL, [_said(_what(error), "a bug in codegen: please report it")])
            raise click.exceptions.Exit(EXIT_INTERNAL) from None


def _report(ctx: click.Context, code: int, refusals: list[dict[str, Any]]) -> None:
    if ctx.find_root().meta.get(_JSON, False):
        show_json({"error": {"exit_code": code, "refusals": refusals}})


def _said(found: str, hint: str) -> dict[str, Any]:
    return refusal_json(Refusal(Location(), found, hint))


def _what(error: Exception) -> str:
    """The exception's own words; `InternalError` would say as well what is said here."""
    return f"{type(error).__name__}: {Exception.__str__(error)}"


def _say_bug(error: Exception) -> None:
    debug = os.environ.get("CODEGEN_DEBUG", "") not in ("", "0")
    if debug:
        click.echo(traceback.format_exc(), err=True)
    message = Text()
    message.append("internal error: ", "bold red")
    message.append(f"{_what(error)}\n")
    message.append(f"  This is a bug in codegen {version()}, not in your model: please report it with this version, ")
    message.append("the command and, if you may, the model.")
    message.append("" if debug else " CODEGEN_DEBUG=1 shows where it happened.")
    show(message, stderr=True)
