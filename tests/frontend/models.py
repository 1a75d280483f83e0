"""Where the real models are, and why tests of them skip when they are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

NAMES = ("ad", "hello", "ic", "kws", "micro_speech", "sww", "vww")
FOLDER = Path(os.environ.get("CODEGEN_MODELS", Path(__file__).resolve().parents[3] / "shared" / "models"))

needs_models = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the real models are not at {FOLDER}: set CODEGEN_MODELS to their folder"
)


def path(name: str) -> Path:
    return FOLDER / f"{name}.tflite"
