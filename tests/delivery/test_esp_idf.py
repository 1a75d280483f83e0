"""An emitted folder as a component of ESP-IDF: CMake reads it as a script, as ESP-IDF does when it looks for what a
component requires, with a stand-in for idf_component_register; compilers of both instruction sets take its sources."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from codegen import compile_model
from codegen.boards import list_cores, load_board
from codegen.device.built import build
from codegen.errors import CodegenError
from tests.builders import GraphBuilder

STAND_IN = """
set(ESP_PLATFORM 1)
set(COMPONENT_LIB component)
function(idf_component_register)
  cmake_parse_arguments(GIVEN "" "" "SRCS;INCLUDE_DIRS" ${ARGN})
  message("SRCS=${GIVEN_SRCS}")
  message("INCLUDE_DIRS=${GIVEN_INCLUDE_DIRS}")
endfunction()
function(target_compile_options)
endfunction()
include(%s)
"""

WARNINGS = (
    *("-std=gnu17", "-Os", "-ffp-contract=off", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wstrict-prototypes"),
    *("-Wundef", "-Werror", "-Wno-unused-parameter", "-Wno-sign-compare"),
)
"""Stricter than ESP-IDF's own (tools/cmake/build.cmake), whose standard is GNU C17."""
COMPILERS = {
    # An Xtensa without the ESP32's floating point; its package has no C library, whose declarations are the same.
    "esp32": [("xtensa-lx106-elf-gcc", "-mlongcalls", "-isystem", "/usr/include/newlib")],
    "esp32-c3": [("riscv64-unknown-elf-gcc", *list_cores()["rv32imc"].flags, "--specs=picolibc.specs")],
}


@pytest.mark.parametrize("board", ["esp32", "esp32-c3"])
def test_the_component_has_all_sources(tmp_path: Path, board: str) -> None:
    assert load_board(board).status == "sources"
    builder = GraphBuilder(3)
    x = builder.conv_2d(builder.input((1, 8, 8, 4)), 6, (3, 3))
    y = builder.softmax(builder.fully_connected(builder.reshape(x, (1, 384)), 5))
    module = compile_model(builder.model([y]), board=board, kernels="cmsis-nn", name="small")
    root = module.write(tmp_path / "small")
    script = tmp_path / "read.cmake"
    script.write_text(STAND_IN % (root / "CMakeLists.txt").as_posix(), encoding="utf-8")
    run = subprocess.run(["cmake", "-P", str(script)], capture_output=True, text=True, check=True)
    said = dict(line.split("=", 1) for line in run.stderr.splitlines() if "=" in line)
    assert set(said["SRCS"].split(";")) == set(module.sources)
    folders = [f"-I{root / name}" for name in said["INCLUDE_DIRS"].split(";")]
    for source in said["SRCS"].split(";"):
        for compiler in (("gcc",), *COMPILERS[board]):
            if shutil.which(compiler[0]) is not None:
                subprocess.run(
                    [*compiler, *WARNINGS, *folders, "-c", str(root / source), "-o", "/dev/null"], check=True
                )


@pytest.mark.parametrize("board", ["esp32", "esp32-c3"])
def test_firmware_says_whose_images_are(tmp_path: Path, board: str) -> None:
    builder = GraphBuilder(3)
    module = compile_model(builder.model([builder.softmax(builder.input((1, 4)))]), board=board)
    with pytest.raises(CodegenError, match=f"images for {board} are ESP-IDF's to build\n.*components/NAME"):
        build(module, tmp_path)
