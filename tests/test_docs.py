"""Generated documentation is what the code says now."""

from __future__ import annotations

from click.testing import CliRunner

from codegen.cli import cli
from tests.conftest import ROOT


def test_operator_table_is_current() -> None:
    """`codegen operators --markdown > docs/operators.md` writes it anew."""
    result = CliRunner().invoke(cli, ["operators", "--markdown"])
    assert result.exit_code == 0
    assert (ROOT / "docs" / "operators.md").read_text(encoding="utf-8") == result.output
