"""The public functions of the emitted C keep docs/emitted-code.md, and the C refuses what it was not planned for."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import cffi
import numpy as np
import pytest

import codegen
from codegen.arithmetic import round_half_away
from codegen.boards import list_cores
from codegen.host.build import SUFFIX, build_library
from codegen.host.inputs import build_inputs
from tests.builders import GraphBuilder

ARGUMENT, ARENA = 1, 2
SCALE, ZERO_POINT = 0.1, 7


def model() -> bytes:
    b = GraphBuilder(seed=2)
    x = b.input((1, 6), scale=SCALE, zero_point=ZERO_POINT, name="features")
    return b.model([b.softmax(b.fully_connected(x, 5))])


class Library:
    """The module as a C caller sees it, with the inline functions made callable."""

    def __init__(self, folder: Path) -> None:
        module = codegen.compile_model(model(), name="m")
        self.module = module
        sources, includes, _ = build_inputs(module, module.write(folder / "m"))
        shim = folder / "shim.c"
        output = module.interface.outputs[0].name
        shim.write_text(
            '#include "m.h"\n'
            "int8_t quantize(float x);\nint8_t quantize(float x) { return m_quantize_features(x); }\n"
            f"float dequantize(int8_t q);\nfloat dequantize(int8_t q) {{ return m_dequantize_{output}(q); }}\n"
        )
        self.ffi: Any = cffi.FFI()
        self.ffi.cdef(module.interface.cdef + "\nint8_t quantize(float x);\nfloat dequantize(int8_t q);")
        self.c: Any = self.ffi.dlopen(str(build_library([*sources, shim], includes, folder / f"m{SUFFIX}")))
        self.bytes = module.arena_bytes
        memory = np.zeros(self.bytes + 64, np.uint8)
        self.memory = memory[-memory.ctypes.data % 16 :]
        self.self = self.ffi.new("m_t *")

    def init(self, offset: int, size: int) -> int:
        return int(self.c.m_init(self.self, self.ffi.from_buffer(self.memory[offset:]), size))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(tmp_path_factory.mktemp("contract"))


def test_init_refuses_null_small_and_misaligned_and_then_nothing_runs(library: Library) -> None:
    null = library.ffi.NULL
    assert library.c.m_init(null, library.ffi.from_buffer(library.memory), library.bytes) == ARGUMENT
    assert library.c.m_init(library.self, null, library.bytes) == ARGUMENT
    for offset, size in [(0, library.bytes - 1), (0, 0), *((k, library.bytes) for k in range(1, 16))]:
        assert library.init(0, library.bytes) == 0
        assert library.init(offset, size) == ARENA
        assert library.c.m_invoke(library.self) == ARGUMENT
        assert library.c.m_input(library.self, 0) == null
        assert library.c.m_output(library.self, 0) == null
    assert library.c.m_invoke(null) == ARGUMENT
    assert library.init(16, library.bytes) == 0


def test_tensors_by_index_and_by_name(library: Library) -> None:
    assert library.init(0, library.bytes) == 0
    null, port = library.ffi.NULL, library.module.interface.outputs[0]
    assert library.c.m_input(library.self, 0) == library.c.m_input_features(library.self) != null
    by_name = getattr(library.c, f"m_output_{port.name}")(library.self)
    assert library.c.m_output(library.self, 0) == by_name != null
    assert library.c.m_input(library.self, 1) == library.c.m_output(library.self, 1) == null


def test_two_instances_are_independent(library: Library) -> None:
    other = Library.__new__(Library)
    other.__dict__.update(library.__dict__)
    other.self = library.ffi.new("m_t *")
    other.memory = np.zeros(library.bytes + 64, np.uint8)
    other.memory = other.memory[-other.memory.ctypes.data % 16 :]
    results = []
    for pair in ((library, other), (other, library)):
        for k, instance in enumerate(pair):
            assert instance.init(0, instance.bytes) == 0
            instance.ffi.buffer(instance.c.m_input(instance.self, 0), 6)[:] = bytes([10 * k + 3] * 6)
        for instance in pair:
            assert instance.c.m_invoke(instance.self) == 0
        results.append([bytes(i.ffi.buffer(i.c.m_output(i.self, 0), 5)) for i in pair])
    assert results[0] == results[1]
    assert results[0][0] != results[0][1]


def test_quantize_rounds_half_away_and_clamps(library: Library) -> None:
    reals = np.concatenate([np.arange(-300, 300) * 0.05, np.arange(-30, 30) * 0.1 + 0.05, [1e9, -1e9, np.inf, -np.inf]])
    for real in reals.astype(np.float32):
        quotient = float(real / np.float32(SCALE))
        whole = round_half_away(quotient) if abs(quotient) < 1e6 else int(np.sign(quotient) * 1e6)
        assert library.c.quantize(float(real)) == min(max(whole + ZERO_POINT, -128), 127), real
    assert library.c.quantize(float("nan")) == -128
    for q in range(-128, 128):
        assert library.c.dequantize(q) == pytest.approx((q + 128) / 256, rel=1e-6)


def complaints(root: Path, core: str, *options: str) -> str:
    """What the compiler of `core` says of the module's C; empty where it takes it."""
    flags = list_cores()[core].flags
    folders = (root, root / "runtime/include", root / "runtime/kernels", root / "runtime/cmsis_nn")
    command = ["arm-none-eabi-gcc", *flags, *options, "-fsyntax-only", *(f"-I{f}" for f in folders), str(root / "m.c")]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(
    ("board", "core", "said"),
    [
        ("mps2-an386", "cortex-m4f", ""),
        ("mps2-an386", "cortex-m7f", ""),
        ("mps2-an386", "cortex-m0plus", "planned for the DSP extension without MVE"),
        ("mps2-an386", "cortex-m55", "planned for the DSP extension without MVE"),
        ("mps3-an547", "cortex-m55", ""),
        ("mps3-an547", "cortex-m4f", "planned for Helium (MVE)"),
        ("mps2-an386-m0plus", "cortex-m0plus", ""),
        ("mps2-an386-m0plus", "cortex-m4f", "planned for a core without DSP and MVE"),
    ],
)
def test_other_instruction_sets_are_refused(board: str, core: str, said: str, tmp_path: Path) -> None:
    root = codegen.compile_model(model(), board=board, name="m").write(tmp_path / "m")
    text = complaints(root, core)
    assert said in text
    assert ("#error" in text) == bool(said)


def test_another_release_is_refused(tmp_path: Path) -> None:
    made = codegen.compile_model(model(), board="mps2-an386", name="m", kernels="cmsis-nn")
    said = complaints(made.write(tmp_path / "m"), "cortex-m4f", "-DCG_CMSIS_NN_RELEASE=60000")
    assert "planned for CMSIS-NN v7.0.0: define CG_CMSIS_NN_RELEASE=70000" in said
