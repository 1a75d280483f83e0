"""`codegen operators`: what the compiler knows, from the operators' own rules."""

from __future__ import annotations

import click
from rich.text import Text

from ..inspection import distinct_families, family_json, operators_markdown
from ..operators import rule
from .console import show, show_json
from .options import json_option
from .program import is_json

EXAMPLES = """\b
Examples:
  codegen operators
  codegen operators --markdown > docs/operators.md
  codegen operators --json
"""


@click.command("operators", short_help="List the operators and their rules.", epilog=EXAMPLES)
@click.option("--markdown", is_flag=True, help="Print the table of the documentation.")
@json_option
def operators_command(markdown: bool) -> None:
    """List the operators: the rules under which each is compiled, and the kernels that compute it."""
    if is_json():
        show_json([family_json(family) for family in distinct_families()])
    elif markdown:
        click.echo(operators_markdown())
    else:
        for family in distinct_families():
            show(Text(", ".join(family.names), "bold"))
            show(*(Text(f"  - {rule(constraint)}") for constraint in family.constraints))
            show(*(Text(f"  computed by {kernel.name} ({kernel.provider})") for kernel in family.kernels))
            if family.is_view:
                show(Text("  needs no call where input and output can share memory"))
