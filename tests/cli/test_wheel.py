"""The wheel carries all that the package needs: installed in another place, it compiles."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel, which is what pip installs; built from a copy, so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for name in ("codegen", "runtime_c", "boards", "cmake"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    (source / "README.md").write_text("What the package index shows.\n")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = (source / "dist").glob("codegen-*.whl")
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_data_and_templates_are_in_the_wheel(installed: Path) -> None:
    package = installed / "codegen"
    for folder in ("runtime_c", "boards", "cmake"):
        ours = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
        theirs = package / "_data" / folder
        assert {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()} == ours
    assert list((package / "emission" / "templates").glob("*.jinja"))
    assert (package / "py.typed").is_file()
    (entry,) = installed.glob("*.dist-info/entry_points.txt")
    assert "codegen = codegen.cli:main" in entry.read_text()


def test_it_compiles_outside_of_the_checkout(installed: Path, small: Path, tmp_path: Path) -> None:
    def codegen(*arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        command = [sys.executable, "-m", "codegen", *arguments]
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        return run.stdout

    assert codegen("--version") == "codegen 0.1.0\n"
    arguments = ("--board", "mps2-an386", "--kernels", "cmsis-nn", "-o", "out", "--json")
    said = json.loads(codegen("compile", str(small), *arguments))
    assert "runtime/cmsis_nn/arm_elementwise_add_s8.c" in said["files"]
