"""The code of real models stays as small as promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.api import Options, compile_with
from codegen.target import Objective

from .test_models import golden, run_emulated

pytestmark = [pytest.mark.models, pytest.mark.slow]

KILOBYTE = 1024
MOST: dict[Objective, int] = {"balanced": 12 * KILOBYTE, "size": 6 * KILOBYTE}


@pytest.mark.qemu
@pytest.mark.parametrize("objective", MOST)
def test_code_of_the_largest(objective: Objective, models: Path) -> None:
    """No other model has as much code; benchmarks/results has them all."""
    path = models / "vww.tflite"
    module = compile_with(path, Options("mps2-an386", optimize=objective))
    assert ("-Os" in module.files["CMakeLists.txt"]) == (objective == "size")
    observed = run_emulated(module, golden(path, module, 1))
    assert observed.figures["flash"]["code"] <= MOST[objective]
