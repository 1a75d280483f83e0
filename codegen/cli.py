"""The command line: `codegen`, or `python -m codegen`."""

from __future__ import annotations

import gc
import io
import sys

import click

from .commands.boards import boards_command
from .commands.compile import compile_command
from .commands.firmware import firmware_command, flash_command, ports_command
from .commands.fit import fit_command
from .commands.inspect import inspect_command
from .commands.link import link_command
from .commands.operators import operators_command
from .commands.profile import profile_command
from .commands.program import Program
from .commands.verify import verify_command
from .emission.report import version

EXAMPLES = """\b
Examples:
  codegen inspect kws.tflite                                   what is in it, what cannot be compiled
  codegen compile kws.tflite --board stm32f407-discovery       C for this board, into ./kws
  codegen verify kws.tflite --on qemu --board mps2-an386       the same bytes as the reference?
  codegen fit kws.tflite                                       which boards does it fit?
  codegen profile kws.tflite --on qemu --board mps2-an386      which operators take the time?
  codegen firmware kws.tflite --board stm32f407-discovery      an image that `verify` and `profile` talk to

\b
Exit codes: 0 done, 1 verify found a difference, 2 refused (nothing written), 3 a bug in codegen.
"""


@click.group(
    cls=Program,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(version(), prog_name="codegen", message="%(prog)s %(version)s")
def cli() -> None:
    """Compile quantized .tflite models to standalone C for microcontrollers."""


for _command in (
    *(compile_command, inspect_command, verify_command, link_command, operators_command, boards_command),
    *(profile_command, fit_command, firmware_command, flash_command, ports_command),
):
    cli.add_command(_command)


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A layer's name may hold what this console's encoding has not: never fail for that.
            stream.reconfigure(errors="replace")
    # A large network is millions of objects that live to the end: looking for cycles among them takes a twentieth.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    cli.main(prog_name="codegen")
