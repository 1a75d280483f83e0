"""The CMake functions, by the firmware example: every way of getting them, every provider of CMSIS-NN."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from codegen import cmsis_nn_tree
from tests.conftest import ROOT

from .conftest import DIGITS, FIRMWARE, PICTURES, TOOLCHAINS, clean_environment, compile_digits, run

CORES = tomllib.loads((ROOT / "boards" / "cores.toml").read_text(encoding="utf-8"))
QEMU = ("qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "null")


def configure(build: Path, *options: str | Path, source: Path = FIRMWARE, generator: str = "Ninja") -> Path:
    run(["cmake", "-S", source, "-B", build, "-G", generator, f"-DCODEGEN_PYTHON={sys.executable}", *options])
    return build


def make(build: Path, *options: str) -> str:
    return run(["cmake", "--build", build, "-j", "2", *options])


def on_qemu(image: Path) -> str:
    return run([*QEMU, "-semihosting", "-kernel", image], timeout=60)


def refused(build: Path, *options: str | Path) -> str:
    """What CMake says when it does not configure the firmware, on one line."""
    command = ["cmake", "-S", FIRMWARE, "-B", build, "-G", "Ninja", f"-DCODEGEN_PYTHON={sys.executable}", *options]
    done = subprocess.run(map(str, command), env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return " ".join(done.stderr.split())


def test_the_firmware_on_this_computer_and_what_a_touch_rebuilds(tmp_path: Path) -> None:
    model = tmp_path / "digits.tflite"
    shutil.copy(DIGITS, model)
    build = configure(tmp_path / "build", f"-DDIGITS_MODEL={model}")
    assert "Compiling digits.tflite" in make(build)
    assert run([build / "firmware"]) == PICTURES
    assert "no work to do" in make(build)
    written = (build / "digits-codegen" / "digits" / "digits.c").stat().st_mtime_ns
    os.utime(model)
    again = make(build)
    assert "Compiling digits.tflite" in again
    assert "Linking C executable firmware" in again
    assert (build / "digits-codegen" / "digits" / "digits.c").stat().st_mtime_ns > written
    assert "no work to do" in make(build)


WITH_CUSTOM = """cmake_minimum_required(VERSION 3.18)
project(denoiser C)
include("{root}/cmake/codegen.cmake")
codegen_add_model(denoise MODEL denoise.tflite BOARD host CUSTOM MedianFilter=median_filter.py)
add_executable(app main.c)
target_link_libraries(app PRIVATE denoise)
"""
CUSTOM_MAIN = """#include "denoise.h"
DENOISE_ARENA(arena);
int main(void)
{
    denoise_t model;
    return denoise_init(&model, arena, sizeof arena) != DENOISE_OK || denoise_invoke(&model) != DENOISE_OK;
}
"""


def test_an_operator_of_the_user(tmp_path: Path) -> None:
    """Its C file is compiled with the model, and a change of it compiles the model again."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "examples" / "custom_operator", source)
    subprocess.run([sys.executable, "make_model.py"], cwd=source, check=True, env={"PYTHONPATH": str(ROOT)})
    (source / "CMakeLists.txt").write_text(WITH_CUSTOM.replace("{root}", str(ROOT)), encoding="utf-8")
    (source / "main.c").write_text(CUSTOM_MAIN, encoding="utf-8")
    build = configure(tmp_path / "build", source=source)
    make(build)
    run([build / "app"])
    os.utime(source / "median_filter.c")
    assert "Compiling denoise.tflite" in make(build)


LINKED = """cmake_minimum_required(VERSION 3.18)
project(linked C)
include("{root}/cmake/codegen.cmake")
codegen_add_model(digits MODEL {model} BOARD host)
codegen_add_model(other MODEL {model} BOARD host NAME again)
codegen_link_models(memory MODELS digits other NAME memory)
add_executable(app main.c)
target_link_libraries(app PRIVATE memory)
"""
LINKED_MAIN = """#include "memory.h"
int main(void)
{
    digits_t digits;
    again_t again;
    if (digits_init(&digits, MEMORY_DIGITS) != DIGITS_OK || again_init(&again, MEMORY_AGAIN) != AGAIN_OK) {
        return 1;
    }
    return digits_invoke(&digits) != DIGITS_OK || again_invoke(&again) != AGAIN_OK || digits.arena != again.arena;
}
"""


def test_models_that_share_an_arena(tmp_path: Path) -> None:
    """The arena's header is written from the plans, and again when a model is compiled anew."""
    source = tmp_path / "source"
    source.mkdir()
    model = shutil.copy(DIGITS, source / "digits.tflite")
    text = LINKED.replace("{root}", str(ROOT)).replace("{model}", str(model))
    (source / "CMakeLists.txt").write_text(text, encoding="utf-8")
    (source / "main.c").write_text(LINKED_MAIN, encoding="utf-8")
    build = configure(tmp_path / "build", source=source)
    make(build)
    run([build / "app"])
    assert "no work to do" in make(build)
    os.utime(model)
    assert "Linking the memory of" in make(build)


@pytest.mark.qemu
def test_the_firmware_on_a_cortex_m4(tmp_path: Path) -> None:
    build = configure(
        tmp_path, "--toolchain", TOOLCHAINS / "cortex-m4f.cmake", "-DDIGITS_KERNELS=native", generator="Unix Makefiles"
    )
    make(build)
    assert on_qemu(build / "firmware") == PICTURES


def test_after_installation_a_newer_compiler_rebuilds(tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    run(["cmake", "-S", ROOT, "-B", tmp_path / "codegen"])
    run(["cmake", "--install", tmp_path / "codegen", "--prefix", prefix])
    build = configure(tmp_path / "build", "-DCODEGEN_FROM_PACKAGE=ON", f"-DCMAKE_PREFIX_PATH={prefix}")
    make(build)
    assert run([build / "firmware"]) == PICTURES
    header = (build / "digits-codegen" / "digits" / "digits.h").read_text(encoding="utf-8")
    assert re.search(r"generated by codegen [1-9]|generated by codegen 0\.[1-9]", header)
    assert "no work to do" in make(build)
    os.utime(prefix / "share" / "codegen" / "codegen" / "api.py")
    assert "Compiling digits.tflite" in make(build)


PROJECT = """
cmake_minimum_required(VERSION 3.18)
project(app LANGUAGES C)
{get}
codegen_add_model(one MODEL "{model}" BOARD host NAME first KERNELS native)
codegen_add_model(two MODEL "{model}" BOARD host)
file(WRITE main.c "#include \\"first.h\\"\\n#include \\"digits.h\\"\\n"
  "int main(void) {{ return FIRST_INPUTS == DIGITS_INPUTS ? 0 : 1; }}\\n")
add_executable(app main.c)
target_link_libraries(app PRIVATE one two)
"""
GETS = {
    "FetchContent": """
include(FetchContent)
FetchContent_Declare(codegen SOURCE_DIR "{root}")
FetchContent_MakeAvailable(codegen)""",
    "codegen_DIR": """
set(codegen_DIR "{root}/cmake")
find_package(codegen REQUIRED)""",
}


@pytest.mark.parametrize("way", GETS)
def test_two_models_in_one_project(tmp_path: Path, way: str) -> None:
    text = PROJECT.format(get=GETS[way].format(root=ROOT), model=DIGITS)
    (tmp_path / "CMakeLists.txt").write_text(text, encoding="utf-8")
    build = configure(tmp_path / "build", source=tmp_path)
    make(build)
    run([build / "app"])


def test_the_emitted_project_stands_alone(tmp_path: Path) -> None:
    compile_digits(tmp_path / "digits", "--board", "host")
    shutil.copy(FIRMWARE / "main.c", tmp_path)
    text = """
cmake_minimum_required(VERSION 3.16)
project(app LANGUAGES C)
add_subdirectory(digits)
add_executable(app main.c)
target_link_libraries(app PRIVATE digits)
"""
    (tmp_path / "CMakeLists.txt").write_text(text, encoding="utf-8")
    run(["cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja", "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror"])
    make(tmp_path / "build")
    assert run([tmp_path / "build" / "app"]) == PICTURES


def test_a_wrong_call_says_what_is_right(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.18)\nproject(x LANGUAGES C)\nadd_subdirectory({ROOT} codegen)\n"
        "codegen_add_model(x MODEL a.tflite BORAD host)\n",
        encoding="utf-8",
    )
    command = ["cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja"]
    done = subprocess.run(map(str, command), env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not understood: BORAD" in " ".join(done.stderr.split())


def test_a_python_without_the_package_is_named(tmp_path: Path) -> None:
    assert "CODEGEN_PYTHON to a Python" in refused(tmp_path, "-DCODEGEN_EXECUTABLE=/bin/false")


def fake_tree(root: Path, revision: str) -> Path:
    (root / "Include").mkdir(parents=True)
    (root / "Source").mkdir()
    (root / "Include" / "arm_nnfunctions.h").write_text(f" * $Revision:    {revision}\n", encoding="utf-8")
    (root / "Source" / "a.c").write_text("int a;\n", encoding="utf-8")
    return root


def test_a_folder_that_is_no_upstream_tree_is_refused(tmp_path: Path) -> None:
    assert "is no tree of CMSIS-NN" in refused(tmp_path / "build", f"-DCMSIS_NN_ROOT={tmp_path}")


def test_an_unknown_release_must_be_stated(tmp_path: Path) -> None:
    tree = fake_tree(tmp_path / "tree", "V.17.0.0")
    assert "State it by CMSIS_NN_RELEASE" in refused(tmp_path / "build", f"-DCMSIS_NN_ROOT={tree}")


RECOGNISE = """
cmake_minimum_required(VERSION 3.18)
project(x LANGUAGES C)
list(APPEND CMAKE_MODULE_PATH "{modules}")
find_package(CMSISNN REQUIRED)
get_target_property(definitions cmsis-nn INTERFACE_COMPILE_DEFINITIONS)
message(STATUS "is ${{CMSISNN_RELEASE}}, ${{definitions}}")
"""


def recognised(tmp_path: Path, tree: Path) -> str:
    text = RECOGNISE.format(modules=ROOT / "cmake")
    (tmp_path / "CMakeLists.txt").write_text(text, encoding="utf-8")
    said = run(["cmake", "-S", tmp_path, "-B", tmp_path / "build", "-G", "Ninja", f"-DCMSIS_NN_ROOT={tree}"])
    found = re.search(r"-- is (.*)", said)
    assert found
    return found[1]


@pytest.mark.parametrize("revision", cmsis_nn_tree.REVISIONS)
def test_releases_by_their_revision(tmp_path: Path, revision: str) -> None:
    release = cmsis_nn_tree.REVISIONS[revision]
    expected = f"{release.name}, CG_CMSIS_NN_RELEASE={release.number}"
    assert recognised(tmp_path, fake_tree(tmp_path / "tree", revision)) == expected


def test_cmake_and_python_know_the_same_commits() -> None:
    text = (ROOT / "cmake" / "FindCMSISNN.cmake").read_text(encoding="utf-8")
    for known in (*cmsis_nn_tree.COMMITS, *cmsis_nn_tree.SOURCE_HASHES):
        assert known in text


@pytest.mark.upstream
@pytest.mark.qemu
def test_upstream_by_its_tree(tmp_path: Path, cmsis_nn_root: Path) -> None:
    release = cmsis_nn_tree.recognise(cmsis_nn_root)
    assert release is not None
    assert recognised(tmp_path, cmsis_nn_root).startswith(f"{release.name}, ")
    root, kernels = f"-DCMSIS_NN_ROOT={cmsis_nn_root}", "-DDIGITS_KERNELS=cmsis-nn"
    build = configure(tmp_path / "host", root, kernels)
    make(build)
    assert run([build / "firmware"]) == PICTURES
    build = configure(tmp_path / "m4", root, kernels, "--toolchain", TOOLCHAINS / "cortex-m4f.cmake")
    make(build)
    assert on_qemu(build / "firmware") == PICTURES


@pytest.mark.upstream
def test_upstream_by_a_target_of_the_project(tmp_path: Path, cmsis_nn_root: Path) -> None:
    get = f'add_subdirectory("{cmsis_nn_root}" cmsis-nn)\nadd_subdirectory("{ROOT}" codegen)'
    text = PROJECT.format(get=get, model=DIGITS).replace("LANGUAGES C)", "LANGUAGES C CXX)")
    (tmp_path / "CMakeLists.txt").write_text(text, encoding="utf-8")
    build = configure(tmp_path / "build", source=tmp_path)
    make(build, "--target", "one", "two")


@pytest.mark.parametrize("core", sorted(path.stem for path in TOOLCHAINS.glob("cortex-*.cmake")))
def test_toolchain_files_have_the_flags_of_the_cores(core: str) -> None:
    text = (TOOLCHAINS / f"{core}.cmake").read_text(encoding="utf-8")
    assert f'set(CODEGEN_CORE_FLAGS "{" ".join(CORES[core]["flags"])}")' in text


def test_every_arm_core_has_a_toolchain_file() -> None:
    arm = {name for name, core in CORES.items() if core["compiler"] == "arm-none-eabi-"}
    assert arm == {path.stem for path in TOOLCHAINS.glob("cortex-*.cmake")}
