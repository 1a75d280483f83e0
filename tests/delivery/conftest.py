"""Projects, compilers and the model that the repository ships."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conftest import ROOT

DIGITS = ROOT / "examples" / "digits" / "digits.tflite"
FIRMWARE = ROOT / "examples" / "firmware"
TOOLCHAINS = ROOT / "cmake" / "toolchains"
PICTURES = "".join(f"picture {k} is a {digit}, score 127 of 127\n" for k, digit in enumerate((0, 2, 7)))
"""What the firmware prints, wherever it runs."""


def clean_environment(**changes: str) -> dict[str, str]:
    """This process's environment, less what would lead a child to the checkout or to an upstream tree."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CMSIS_NN_ROOT", "PYTHONHASHSEED")}
    return {**kept, **changes}


def run(
    command: Sequence[str | Path],
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    *,
    timeout: float = 300,
) -> str:
    """Standard output of `command`; a failure shows all that it printed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=dict(environment or clean_environment()), timeout=timeout,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    return done.stdout


def compile_digits(folder: Path, *options: str, cwd: Path = ROOT, **environment: str) -> Path:
    """The digits model compiled by this checkout into `folder`."""
    where = clean_environment(PYTHONPATH=str(ROOT), **environment)
    run([sys.executable, "-m", "codegen", "compile", DIGITS, "-o", folder, *options], cwd, where)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under `folder`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
