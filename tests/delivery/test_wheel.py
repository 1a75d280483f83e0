"""A wheel installed into an environment of its own gives what the checkout gives, byte for byte, CMake included."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from tests.conftest import ROOT

from .conftest import FIRMWARE, PICTURES, clean_environment, compile_digits, contents, run


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel; its dependencies are those of this one, found after it."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "-w", folder, ROOT])
    (wheel,) = folder.glob("codegen-*.whl")
    run([sys.executable, "-m", "venv", folder / "venv"])
    python = folder / "venv" / "bin" / "python"
    run([python, "-m", "pip", "install", "--no-deps", "--quiet", "--disable-pip-version-check", wheel])
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    # Of the folder that this line names, Python reads no .pth files: an editable installation there stays out of sight.
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return folder / "venv"


def test_the_same_bytes_as_from_the_checkout(environment: Path, tmp_path: Path) -> None:
    ours = contents(compile_digits(tmp_path / "checkout", "--board", "stm32f407-discovery"))
    place = run([environment / "bin" / "python", "-c", "import codegen; print(codegen.__file__)"], tmp_path).strip()
    assert Path(place).is_relative_to(environment)
    model = ROOT / "examples" / "digits" / "digits.tflite"
    command = [environment / "bin" / "codegen", "compile", model, "--board", "stm32f407-discovery", "-o", "out"]
    run(command, tmp_path)
    theirs = contents(tmp_path / "out")
    # A checkout that was never installed has no version.
    assert theirs == {name: text.replace(b"codegen 0.0.0", b"codegen 0.1.0") for name, text in ours.items()}


def test_cmake_from_the_wheel(environment: Path, tmp_path: Path) -> None:
    (data,) = environment.glob("lib/python*/site-packages/codegen/_data")
    where = f"-Dcodegen_DIR={data / 'cmake'}"
    run(["cmake", "-S", FIRMWARE, "-B", tmp_path, "-G", "Ninja", "-DCODEGEN_FROM_PACKAGE=ON", where], tmp_path)
    run(["cmake", "--build", tmp_path, "-j", "2"])
    assert run([tmp_path / "firmware"], environment=clean_environment()) == PICTURES
