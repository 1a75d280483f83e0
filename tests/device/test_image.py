"""Building images: what is cached, what the tools' complaints become, where things land, what they take."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from codegen.boards import list_boards, load_board
from codegen.device import objects
from codegen.device.image import build_image
from codegen.device.linker import linker_script
from codegen.device.objects import Compilation, ObjectCache
from codegen.device.sizes import flash_sizes
from codegen.device.toolchain import cache_dir
from codegen.errors import CodegenError
from tests.test_boards import needs_compiler

Build = Callable[..., Path]


@pytest.mark.parametrize(
    "board", [board.name for board in list_boards() if not (board.is_host or board.core.is_hosted)]
)
def test_an_image_links_for_every_board(build: Build, board: str) -> None:
    described = load_board(board)
    needs_compiler(described.core)
    elf = build(board)
    with elf.open("rb") as stream:
        file = ELFFile(stream)
        sections = [section for section in file.iter_sections() if section["sh_flags"] & 2 and section["sh_size"]]
        vectors = file.get_section_by_name(".vectors")
        assert vectors is not None
        code = described.region(described.place_code[0])
        assert vectors["sh_addr"] == code.address + code.reserve
        for section in sections:
            start, end = section["sh_addr"], section["sh_addr"] + section["sh_size"]
            assert any(region.address <= start and end <= region.end for region in described.regions), section.name
        for segment in file.iter_segments("PT_LOAD"):
            if segment["p_filesz"]:
                home = [r for r in described.regions if r.address <= segment["p_paddr"] < r.end]
                assert home, hex(segment["p_paddr"])
                assert home[0].kind != "ram"


def test_an_arena_outside_bss_takes_no_flash(build: Build) -> None:
    elf = build("stm32f407-discovery", section=".ccmram")
    sizes = flash_sizes(elf)
    assert sizes.ram[".ccmram"] == 50 + 2 * 64
    assert ".ccmram" not in sizes.sections


def test_sizes_split_code_and_weights(build: Build) -> None:
    file = "static const uint8_t big[1000] = {1};"
    body = "arena[49] = big[arena[1]];"
    sizes = flash_sizes(build("mps2-an385", file=file, body=body), ["mini_weights", "big"])
    assert sizes.weights == 1016
    assert 20 < sizes.code < 300
    assert 500 < sizes.harness < 4000
    assert sizes.total == sizes.code + sizes.weights + sizes.harness


def test_the_host_has_no_image(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="this computer"):
        build_image([], [], load_board("host"), "", tmp_path)


def test_an_image_that_does_not_fit_says_by_how_much(build: Build) -> None:
    file = "static volatile uint8_t huge[20000];"
    with pytest.raises(CodegenError, match=r"does not fit microbit: ram \(ram, 16384 bytes\) lacks \d+"):
        build("microbit", file=file, body="arena[49] = huge[arena[0]];")


def test_a_compiler_error_names_file_and_line(build: Build) -> None:
    with pytest.raises(CodegenError, match=r"cannot compile mini.c:\n.*mini.c:\d+:\d+: error: .*undeclared"):
        build("microbit", body="arena[0] = nothing_such;")


def test_a_missing_function_is_named(build: Build) -> None:
    with pytest.raises(CodegenError, match="lacks arm_nothing_s8"):
        build("microbit", file="void arm_nothing_s8(void);", body="arm_nothing_s8();")


def test_a_missing_compiler_is_named_with_its_package(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CodegenError, match=r"arm-none-eabi-gcc is not installed(.|\n)*arm-none-eabi|gcc-arm"):
        build("microbit")


def test_the_script_refuses_to_put_the_stack_elsewhere_than_lowest() -> None:
    script = linker_script(load_board("microbit"), 1024)
    assert script.index(".stack (NOLOAD)") < script.index(".data :") < script.index(".bss (NOLOAD)")
    assert ". += 1024;" in script


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were really compiled."""
    names: list[str] = []
    real = Compilation.command

    def command(self: Compilation, source: Path, output: Path, depfile: Path) -> list[str]:
        names.append(source.name)
        return real(self, source, output, depfile)

    monkeypatch.setattr(objects.Compilation, "command", command)
    return names


def test_only_what_changed_is_compiled(build: Build, counted: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "cache"

    def again(**parts: object) -> list[str]:
        counted.clear()
        build("microbit", cache=ObjectCache(cache), **parts)
        return sorted(counted)

    everything = again()
    assert {"mini.c", "cg_glue.c", "cg_harness.c", "cg_guards.c"} < set(everything)
    assert again() == []
    assert again(body="arena[49] = 1;") == ["mini.c"]
    assert again() == []
    (tmp_path / "mini_extra.h").write_text("#define EXTRA 1\n", encoding="utf-8")
    assert again() == ["mini.c"]
    assert again(defines={"CG_X": "1"}) == everything
    (tmp_path / "mini_extra.h").write_text("", encoding="utf-8")
    assert again() == []


def test_the_same_module_in_another_folder_is_not_compiled_again(counted: list[str], tmp_path: Path) -> None:
    compiler = Path(shutil.which("arm-none-eabi-gcc") or "")
    for name in ("one", "two"):
        (tmp_path / name / "inc").mkdir(parents=True)
        (tmp_path / name / "a.c").write_text('#include "a.h"\n#include "b.h"\n', encoding="utf-8")
        (tmp_path / name / "a.h").write_text("extern int a;\n", encoding="utf-8")
        (tmp_path / name / "inc" / "b.h").write_text("extern int b;\n", encoding="utf-8")
    for name in ("one", "two"):
        how = Compilation(compiler, ("-O1",), (tmp_path / name / "inc",))
        ObjectCache(tmp_path / "cache").build(how, [tmp_path / name / "a.c"])
    assert counted == ["a.c"]
    (tmp_path / "two" / "b.h").write_text("extern long b;\n", encoding="utf-8")  # hides inc/b.h
    ObjectCache(tmp_path / "cache").build(how, [tmp_path / "two" / "a.c"])
    assert counted == ["a.c", "a.c"]


def test_the_cache_goes_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CODEGEN_CACHE_DIR", str(tmp_path))
    assert cache_dir() == tmp_path
