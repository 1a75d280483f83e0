"""House rules that a machine can check."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from tests.conftest import ROOT

LONGEST = 400
TEMPLATES = ROOT / "codegen" / "emission" / "templates"
SCRIPTS = (ROOT / "scripts" / "demo", ROOT / "scripts" / "test", ROOT / "scripts" / "setup.sh", ROOT / ".ci" / "run")
ARITHMETIC = (nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Add, nodes.Neg)


def sources() -> list[Path]:
    found = [path for folder in ("codegen", "runtime_c") for path in (ROOT / folder).rglob("*")]
    return [p for p in found if p.suffix in (".py", ".c", ".h", ".jinja") and "__pycache__" not in p.parts]


def test_no_file_is_longer_than_a_person_can_hold() -> None:
    lengths = {p.relative_to(ROOT).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in sources()}
    assert len(lengths) > 50
    assert not {name: length for name, length in lengths.items() if length > LONGEST}


@pytest.mark.parametrize("template", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_templates_see_finished_values(template: Path) -> None:
    """No arithmetic, no question about a type: both belong into Python."""
    parsed = jinja2.Environment(autoescape=False).parse(template.read_text(encoding="utf-8"))
    sums = [f"line {node.lineno}" for node in parsed.find_all(ARITHMETIC)]
    assert not sums, "arithmetic"
    questions = [
        f"line {test.lineno}"
        for test in (*parsed.find_all(nodes.If), *parsed.find_all(nodes.CondExpr))
        for name in test.test.find_all(nodes.Getattr)
        if "type" in name.attr
    ]
    assert not questions, "dtype tests"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)
    assert script.suffix == ".sh" or os.access(script, os.X_OK)
    assert shutil.which("shellcheck"), "apt-get install shellcheck"
    subprocess.run(["shellcheck", "-x", script], check=True, cwd=ROOT)


def test_ci_calls_just_the_tests() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'exec "$(dirname "${BASH_SOURCE[0]}")/../scripts/test"'
    ]


def test_help_of_the_test_script() -> None:
    script = ROOT / "scripts" / "test"
    said = subprocess.run([script, "--help"], cwd="/", check=True, capture_output=True, text=True).stdout
    assert "scripts/test [--full] [--converted] [pytest arguments]" in said


@pytest.mark.parametrize("script", ["demo", "test"])
def test_without_root_and_sudo_the_missing_packages_are_named(script: str, tmp_path: Path) -> None:
    """On a machine with nothing, as an ordinary user: the message says what to ask for."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "env"):
        (tools / name).symlink_to(shutil.which(name) or name)
    for name, text in (("id", "echo 1000"), ("apt-get", "exit 1")):
        (tools / name).write_text(f"#!{tools / 'bash'}\n{text}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / script], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "neither root nor have sudo: ask for apt-get install" in done.stderr
    assert " gcc" in done.stderr
    assert "python3-venv" in done.stderr
