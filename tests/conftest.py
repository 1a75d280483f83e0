"""What every test may ask for: the seed of generated suites, their size, the real models, an upstream tree."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conformance import recorder, results

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_SEED = 20240
SEED = int(os.environ.get("CODEGEN_SEED", str(DEFAULT_SEED)))
NEED_A_TREE = {"test_conv_2d_cores.py"}
"""Tests of operators that skip without an upstream tree."""
FULL = os.environ.get("CODEGEN_FULL", "") not in ("", "0")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew from what is emitted now")


recorder.install()  # before any test module imports what it wraps


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """What a test of an operator compared is written down where it passed."""
    recorder.clear()
    outcome = yield
    if outcome.excinfo is None:
        recorder.write(item)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After a run of all tests of operators, the claims of the results file must be borne out."""
    if hasattr(session.config, "workerinput") or session.exitstatus:
        return
    found, files = results.tally(Path(os.environ[recorder.FOLDER]))
    all_of_them = {path.name for path in recorder.OPERATORS.glob("test_*.py")} - NEED_A_TREE
    if session.config.option.keyword or not all_of_them <= files or SEED != DEFAULT_SEED:
        return
    if wrong := results.broken(found):
        session.exitstatus = 1
        said = ("claims of codegen/conformance.csv that this run does not bear out:", *wrong)
        session.config.get_terminal_writer().write("\n" + "\n  ".join(said) + "\n", red=True)


def pytest_report_header() -> list[str]:
    """The seed is printed: a failure can be run again."""
    return [f"generated suites: CODEGEN_SEED={SEED}, {'full' if FULL else 'sampled (CODEGEN_FULL=1 runs all)'}"]


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator of the run's seed and the test's name: the same numbers in any order and on any worker."""
    return np.random.default_rng([SEED, zlib.crc32(request.node.nodeid.encode())])


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether generated suites run whole."""
    return FULL


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the real trained models; skips where it is absent."""
    folder = Path(os.environ.get("CODEGEN_MODELS", str(ROOT.parent / "shared" / "models")))
    if not (folder / "manifest.json").is_file():
        pytest.skip("real models absent: set CODEGEN_MODELS to their folder")
    return folder


@pytest.fixture(scope="session")
def cmsis_nn_root() -> Path:
    """An upstream CMSIS-NN tree; skips where none was given."""
    given = os.environ.get("CMSIS_NN_ROOT")
    if not given:
        pytest.skip("upstream CMSIS-NN absent: set CMSIS_NN_ROOT to its tree")
    return Path(given)
