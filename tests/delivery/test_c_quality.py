"""All C that reaches a user compiles without a warning: by three compilers, for every instruction set, as C and C++."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from codegen import compile_model
from codegen.emission.module import CModule
from codegen.operators import families
from codegen.target import RELEASES
from tests.conftest import ROOT
from tests.zoo import control_flow, zoo

from .conftest import DIGITS, run

RUNTIME = ROOT / "runtime_c"
CORES = tomllib.loads((ROOT / "boards" / "cores.toml").read_text(encoding="utf-8"))
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wundef", "-Werror")
C = ("-std=c99", "-Wstrict-prototypes", *WARNINGS)
CXX = ("-x", "c++", "-std=c++20", *WARNINGS)
OPTIMIZED = "-O2"  # finds what is used before it is set

HOST = {"gcc": ("gcc", *C), "clang": ("clang", *C), "g++": ("g++", *CXX), "clang++": ("clang++", *CXX)}
ARM = {core: ("arm-none-eabi-gcc", *C, *CORES[core]["flags"]) for core in ("cortex-m0plus", "cortex-m4f", "cortex-m55")}
ARM_CXX = {
    f"{core}, C++": ("arm-none-eabi-g++", *CXX, *CORES[core]["flags"])
    for core in ("cortex-m0plus", "cortex-m4f", "cortex-m55")
}
COMPILERS = {
    **{name: (*command, "-DCG_HOST=1") for name, command in HOST.items()},
    **ARM,
    **ARM_CXX,
}
BOARDS = {
    "host": tuple(HOST),
    "mps2-an386-m0plus": ("gcc", "cortex-m0plus", "cortex-m0plus, C++"),
    "mps2-an386": ("gcc", "cortex-m4f", "cortex-m4f, C++"),
    "mps3-an547": ("gcc", "clang++", "cortex-m55", "cortex-m55, C++"),
}
"""Boards with the compilers that their modules meet: a host build may compile what was planned for any core."""


def check(compiler: str, sources: list[Path], folder: Path, *options: str) -> None:
    """Compiles `sources` into `folder`; any warning fails."""
    run([*COMPILERS[compiler], OPTIMIZED, *options, "-c", *sources], cwd=folder)


def includes(root: Path) -> tuple[str, ...]:
    return tuple(f"-I{root / folder}" for folder in ("include", "kernels", "cmsis_nn"))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_runtime(compiler: str, tmp_path: Path) -> None:
    sources = sorted(path for folder in ("kernels", "cmsis_nn") for path in (RUNTIME / folder).glob("*.c"))
    check(compiler, sources, tmp_path, *includes(RUNTIME))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_header_alone(compiler: str, tmp_path: Path) -> None:
    sources = []
    for header in sorted(
        path for folder in ("include", "kernels", "cmsis_nn") for path in (RUNTIME / folder).glob("*.h")
    ):
        sources.append(tmp_path / f"only_{header.stem}.c")
        sources[-1].write_text(f'#include "{header.name}"\nextern int unused;\n', encoding="utf-8")
    check(compiler, sources, tmp_path, *includes(RUNTIME))


@pytest.mark.parametrize("core", [*ARM, *ARM_CXX])
def test_the_port(core: str, tmp_path: Path) -> None:
    """What is written for Arm; other families have their own compilers, in tests/device."""
    others = ("_avr", "_riscv", "_mcycle", "cg_program")
    sources = [path for path in (RUNTIME / "port").glob("*.c") if not any(word in path.name for word in others)]
    check(core, sorted(sources), tmp_path, f"-I{RUNTIME / 'port'}")


@cache
@cache
def module(board: str, kernels: str, release: str = "v7.0.0") -> CModule:
    return compile_model(zoo(), board=board, name="zoo", kernels=kernels, cmsis_nn=release)


@pytest.mark.parametrize(
    ("board", "compiler"), [(board, compiler) for board, compilers in BOARDS.items() for compiler in compilers]
)
@pytest.mark.parametrize("kernels", ["auto", "cmsis-nn", "native"])
def test_an_emitted_module_of_all_operators(board: str, kernels: str, compiler: str, tmp_path: Path) -> None:
    root = module(board, kernels).write(tmp_path / "zoo")
    paths = (f"-I{root}", *includes(root / "runtime"))
    check(compiler, [root / "zoo.c", root / "zoo_data.c"], tmp_path, *paths)


@pytest.mark.parametrize("compiler", ["gcc", "clang++", "cortex-m4f"])
def test_modules_with_control_flow(compiler: str, tmp_path: Path) -> None:
    for number, model in enumerate(control_flow()):
        name = f"flow_{number}"
        root = compile_model(model, board="mps2-an386", name=name).write(tmp_path / name)
        paths = (f"-I{root}", *includes(root / "runtime"))
        check(compiler, [root / f"{name}.c", root / f"{name}_data.c"], tmp_path, *paths)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_the_emitted_header_in_cxx11_and_the_firmware(compiler: str, tmp_path: Path) -> None:
    root = compile_model(DIGITS, board="host").write(tmp_path / "digits")
    user = tmp_path / "user.cpp"
    user.write_text('#include "digits.h"\nDIGITS_ARENA(arena);\nuint8_t *use();\nuint8_t *use() { return arena; }\n')
    options = (f"-I{root}", f"-I{root / 'runtime' / 'include'}")
    run([compiler, "-std=c++11", *WARNINGS, *options, "-c", user], cwd=tmp_path)
    main = ROOT / "examples" / "firmware" / "main.c"
    run([compiler, *CXX, *options, "-c", main], cwd=tmp_path)


def test_the_zoo_has_every_operator() -> None:
    """Views are told by their output alone; SUM and the like share the kernel of MEAN."""
    from codegen.frontend.reader import read_model  # noqa: PLC0415 - only here

    present = {op.type for model in (zoo(), *control_flow()) for _, op in read_model(model).operators()}
    # What no family computes is there to be refused with a sentence of its own.
    computed = (family for family in families().values() if family.kernels or family.expand or family.is_view)
    every = {family.names for family in computed if not family.is_internal}
    missing = {names for names in every if not present & set(names)}
    assert not missing, f"add {missing} to zoo()"


@pytest.mark.upstream
@pytest.mark.parametrize("compiler", ["gcc", "clang++", "cortex-m4f", "cortex-m55"])
def test_an_emitted_module_with_the_headers_of_upstream(cmsis_nn_root: Path, compiler: str, tmp_path: Path) -> None:
    from codegen.cmsis_nn_tree import recognise  # noqa: PLC0415 - only here

    release = recognise(cmsis_nn_root)
    assert release in RELEASES.values()
    board = {"cortex-m4f": "mps2-an386", "cortex-m55": "mps3-an547"}.get(compiler, "host")
    root = module(board, "cmsis-nn", release.name).write(tmp_path / "zoo")
    paths = (f"-I{root}", *(f"-I{root / 'runtime' / folder}" for folder in ("include", "kernels")))
    upstream = ("-isystem", str(cmsis_nn_root / "Include"), f"-DCG_CMSIS_NN_RELEASE={release.number}")
    check(compiler, [root / "zoo.c", root / "zoo_data.c"], tmp_path, *paths, *upstream)
