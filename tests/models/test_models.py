"""The real trained models give their golden outputs on the host and on emulated boards, within their memory.

With CMSIS_NN_ROOT upstream's functions are linked as well.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.cmsis_nn_tree import choose_release
from codegen.emission.module import CModule
from codegen.verification import Cases, HostRunner, Observation, QemuRunner, compare, read_cases

pytestmark = [pytest.mark.models, pytest.mark.slow]

ARENA_LIMITS = {
    "kws": 17_500,
    "vww": 60_000,
    "ic": 53_000,
    "ad": 1_000,
    "sww": 9_000,
    "micro_speech": 6_800,
    "hello": 200,
}
"""Bytes on Cortex-M4F with the kernels of CMSIS-NN."""
WHOLE_TENSORS = {
    "kws": 8_384,
    "vww": 36_872,
    "ic": 33_312,
    "ad": 768,
    "sww": 3_624,
    "micro_speech": 4_164,
    "hello": 28,
}
"""Bytes of the largest operator with its output over its dying input, by kernels without scratch: no plan of whole
tensors is smaller."""
CODE_LIMIT = 20 * 1024
STACK_LIMIT = 1_600
DRIFTING = {("kws", "mps3-an547"): 12_876}
"""Each output lies a little below its input there, and moving one back costs more than `balanced` allows."""
NAMES = tuple(ARENA_LIMITS)
KERNELS = ("auto", "cmsis-nn", "native")
SMALL = ("ad", "sww", "micro_speech", "hello")
"""Those of which several cases run in an emulator in little time."""
UPSTREAM = Path(root) if (root := os.environ.get("CMSIS_NN_ROOT")) else None
TREES = (None, UPSTREAM) if UPSTREAM else (None,)


@cache
def compiled(model: Path, board: str, kernels: str, rows: int | None = None, tree: Path | None = None) -> CModule:
    release = choose_release(None, tree)
    return compile_with(model, Options(board=board, kernels=kernels, cmsis_nn=release.name, band_rows=rows))


def golden(model: Path, module: CModule, count: int | None = None) -> Cases:
    return read_cases(model.with_suffix(".npz"), module.interface.inputs, module.interface.outputs, count)


def assert_golden(module: CModule, cases: Cases, observed: Observation) -> None:
    assert cases.expected is not None
    found = compare(cases.expected, observed.outputs, module.interface.outputs)
    assert found.is_equal, str(found.first)
    assert not observed.damage


def run_emulated(module: CModule, cases: Cases, tree: Path | None = None) -> Observation:
    """Runs in QEMU; outputs, guards and stack are as they should be."""
    observed = QemuRunner(module, tree).run(cases.inputs)
    assert_golden(module, cases, observed)
    assert observed.figures["guards"]["intact"]
    assert 0 < observed.figures["stack_bytes"] <= STACK_LIMIT
    return observed


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("name", NAMES)
def test_host(models: Path, name: str, kernels: str) -> None:
    model = models / f"{name}.tflite"
    for tree in TREES if kernels == "cmsis-nn" else (None,):
        module = compiled(model, "host", kernels, tree=tree)
        cases = golden(model, module)
        assert_golden(module, cases, HostRunner(module, tree).run(cases.inputs))


@pytest.mark.parametrize("name", NAMES)
def test_whole_tensors_reach_the_bound(models: Path, name: str) -> None:
    model = models / f"{name}.tflite"
    portable = ("cg_conv_2d_s8", "cg_depthwise_conv_2d_s8", "cg_fully_connected_s8")
    (arena,) = compile_with(model, Options("host", kernels="native", prefer=portable, streaming=False)).memory.arenas
    assert arena.bytes == arena.bound <= WHOLE_TENSORS[name]
    for board in ("host", "mps2-an386", "mps3-an547"):
        (arena,) = compile_with(model, Options(board, kernels="native", streaming=False)).memory.arenas
        assert arena.bytes == arena.bound or arena.bytes <= DRIFTING.get((name, board), 0)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("kernels", ["cmsis-nn", "native"])
@pytest.mark.parametrize("name", NAMES)
def test_bands(models: Path, name: str, kernels: str, rows: int) -> None:
    model = models / f"{name}.tflite"
    for tree in TREES if kernels == "cmsis-nn" else (None,):
        module = compiled(model, "host", kernels, rows, tree)
        cases = golden(model, module)
        assert_golden(module, cases, HostRunner(module, tree).run(cases.inputs))


@pytest.mark.qemu
@pytest.mark.parametrize("kernels", ["cmsis-nn", "native"])
@pytest.mark.parametrize("board", ["mps2-an386", "mps3-an547", "mps2-an386-m0plus"])
@pytest.mark.parametrize("name", NAMES)
def test_emulated(models: Path, name: str, board: str, kernels: str) -> None:
    model = models / f"{name}.tflite"
    for tree in TREES if kernels == "cmsis-nn" else (None,):
        module = compiled(model, board, kernels, tree=tree)
        observed = run_emulated(module, golden(model, module, 4 if name in SMALL else 1), tree)
        assert observed.figures["flash"]["code"] <= CODE_LIMIT


@pytest.mark.qemu
@pytest.mark.parametrize("board", ["mps2-an385", "mps2-an500"])
@pytest.mark.parametrize("name", NAMES)
def test_other_cores(models: Path, name: str, board: str) -> None:
    model = models / f"{name}.tflite"
    module = compiled(model, board, "auto")
    run_emulated(module, golden(model, module, 1))


@pytest.mark.qemu
@pytest.mark.parametrize("name", ["sww", "micro_speech", "hello"])
def test_a_board_with_little_memory(models: Path, name: str) -> None:
    """16 KB of RAM and 256 KB of flash: the others do not fit."""
    model = models / f"{name}.tflite"
    module = compiled(model, "microbit", "native")
    observed = run_emulated(module, golden(model, module, 1))
    board = load_board("microbit")
    assert observed.figures["flash"]["total"] <= board.flash_bytes
    assert module.arena_bytes + STACK_LIMIT <= board.ram_bytes


@pytest.mark.parametrize("name", NAMES)
def test_arena(models: Path, name: str) -> None:
    module = compile_with(models / f"{name}.tflite", Options("mps2-an386", kernels="cmsis-nn", streaming=False))
    assert module.arena_bytes <= ARENA_LIMITS[name]
    assert [arena.bytes for arena in module.memory.arenas] == [arena.bound for arena in module.memory.arenas]
