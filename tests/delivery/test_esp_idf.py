"""An emitted folder as a component of ESP-IDF: CMake reads it with a stand-in for ESP-IDF's own function."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codegen import compile_model
from codegen.boards import load_board
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
        command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *folders, str(root / source)]
        subprocess.run(command, check=True)
