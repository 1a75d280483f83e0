"""Every objective on the real models: golden outputs, intact guards, and no more memory than promised."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from codegen import api
from codegen.api import Options, compile_with
from codegen.device_glue import build
from codegen.emission.interface import MORE
from codegen.emission.module import CModule
from codegen.host import load
from codegen.planning.search import SHARE
from codegen.target import OBJECTIVES
from codegen.verification import Cases, HostRunner, QemuRunner

from .test_models import assert_golden, golden

pytestmark = [pytest.mark.models, pytest.mark.slow]

LIMITS = {
    "kws": (10_400, 5_600),
    "vww": (30_000, 28_400),
    "ic": (17_600, 14_000),
    "sww": (5_000, 3_720),
    "ad": (1_500, 800),
    "micro_speech": (3_600, 2_400),
    "hello": (200, 200),
}
"""Arena bytes on Cortex-M4F by native kernels: `balanced` and `ram`, everything included."""
PUSHED = {"kws": 8_500, "vww": 14_000, "ic": 13_000, "sww": 3_750, "micro_speech": 800}
"""Arena bytes of `ram` with --input-rows."""
STACK_LIMIT = 1_600
NAMES = tuple(LIMITS)
M4F = "mps2-an386"


def run(module: CModule, cases: Cases) -> None:
    """Runs in QEMU; the loop of a segment takes little stack beside its kernels."""
    observed = QemuRunner(module).run(cases.inputs)
    assert_golden(module, cases, observed)
    assert observed.figures["guards"]["intact"]
    assert 0 < observed.figures["stack_bytes"] <= STACK_LIMIT


def module_of(models: Path, name: str, objective: str, kernels: str = "native", board: str = M4F) -> CModule:
    return compile_with(models / f"{name}.tflite", Options(board, kernels=kernels, optimize=objective))


@pytest.mark.parametrize("name", NAMES)
def test_balanced_and_ram_keep_their_promise(models: Path, name: str) -> None:
    for objective, limit in zip(("balanced", "ram"), LIMITS[name], strict=True):
        module = module_of(models, name, objective)
        assert module.arena_bytes <= limit, objective
        cases = golden(models / f"{name}.tflite", module, 3)
        assert_golden(module, cases, HostRunner(module).run(cases.inputs))


@pytest.mark.parametrize("name", NAMES)
def test_every_objective_by_both_providers(models: Path, name: str, full: bool) -> None:
    boards = (M4F, "mps3-an547", "mps2-an386-m0plus") if full else (M4F,)
    objectives = OBJECTIVES if full else ("ram",)
    for board in boards:
        for objective in objectives:
            for kernels in ("cmsis-nn", "native") if full else ("cmsis-nn",):
                module = module_of(models, name, objective, kernels, board)
                cases = golden(models / f"{name}.tflite", module, 2)
                assert_golden(module, cases, HostRunner(module).run(cases.inputs))


@pytest.mark.qemu
@pytest.mark.parametrize("board", [M4F, "mps3-an547", "mps2-an386-m0plus"])
@pytest.mark.parametrize("name", ["kws", "sww", "micro_speech", "ic", "vww"])
def test_streamed_in_an_emulator(models: Path, name: str, board: str, full: bool) -> None:
    if not full and (name in ("ic", "vww") and board != M4F):
        pytest.skip("sampled: CODEGEN_FULL=1 runs all")
    module = module_of(models, name, "ram", board=board)
    run(module, golden(models / f"{name}.tflite", module, 1))


@pytest.mark.parametrize("name", list(PUSHED))
def test_pushed_rows(models: Path, name: str) -> None:
    model = models / f"{name}.tflite"
    module = compile_with(model, Options(M4F, kernels="native", optimize="ram", input_rows=True))
    assert module.arena_bytes <= PUSHED[name]
    cases, net, pushed = golden(model, module, 2), load(module), module.interface.pushed
    assert pushed is not None
    assert cases.expected is not None
    for case, expected in zip(cases.inputs, cases.expected, strict=True):
        rows = case[0].reshape(pushed.rows, -1)
        found = [net.push(rows[k : k + 5]) for k in range(0, pushed.rows, 5)]
        assert found == [MORE] * (len(found) - 1) + [0]
        for one, other in zip(net.outputs, expected, strict=True):
            np.testing.assert_array_equal(one.reshape(-1), other.reshape(-1))


@pytest.mark.qemu
def test_pushed_rows_in_an_emulator(models: Path) -> None:
    model = models / "kws.tflite"
    module = compile_with(model, Options(M4F, kernels="native", optimize="ram", input_rows=True))
    run(module, golden(model, module, 2))


@pytest.mark.qemu
@pytest.mark.parametrize("name", ["micro_speech", "kws", "ic", "vww", "sww", "ad"])
def test_memory_costs_as_measured_what_its_objective_may_cost(
    models: Path, name: str, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not full and name != "micro_speech":
        pytest.skip("sampled: CODEGEN_FULL=1 runs all")
    took = {objective: taken(models, name, optimize=objective) for objective in SHARE}
    monkeypatch.setattr(api, "with_larger_constants", lambda _graph, target: target)
    plain = taken(models, name, optimize="balanced", streaming=False)
    for objective, share in SHARE.items():
        assert took[objective] <= (1 + share + 0.01) * plain, objective  # the cost table's own error


def taken(models: Path, name: str, **options: object) -> int:
    """Instructions of an inference in QEMU."""
    module = compile_with(models / f"{name}.tflite", Options(M4F, kernels="native", **options))  # type: ignore[arg-type]
    cases = golden(models / f"{name}.tflite", module, 1)
    with TemporaryDirectory() as folder:
        result = build(module, Path(folder)).run([[array.tobytes() for array in case] for case in cases.inputs])
    assert not result.damage
    assert result.instructions
    return result.instructions
