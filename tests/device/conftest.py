"""A model small enough to be written by hand: one input and one output of 16 bytes, an arena and a state."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from codegen.boards import load_board
from codegen.device.image import build_image
from codegen.device.qemu import RunResult, run_image
from tests.conftest import ROOT

MODEL = """
#include "mini.h"
#include "mini_extra.h"
%(file)s
const uint8_t mini_weights[16] = {3, 1, 2};
void mini_invoke(uint8_t *arena, mini_state *state)
{
    (void)state;
    for (int i = 0; i < 16; i++) { arena[32 + i] = (uint8_t)(2 * arena[i] + mini_weights[i]); }
    %(body)s
}
"""
HEADER = """
#include <stdint.h>
typedef struct { uint32_t calls; } mini_state;
void mini_invoke(uint8_t *arena, mini_state *state);
int mini_init(uint8_t *arena, mini_state *state);
"""
GLUE = """
#include "cg_harness.h"
#include "mini.h"
typedef uint8_t arena_type[50];
CG_GUARDED(arena_type, arena, "%(section)s");
CG_GUARDED(mini_state, state, ".bss");
static int status;
static int init(void) { state.value.calls = 0; %(init)s return 0; }
static int reset(void) { state.value.calls = 0; return 0; }
static int invoke(void) { mini_invoke(arena.value, &state.value); %(after)s return status; }
static void *input(int32_t index) { (void)index; return arena.value; }
static const void *output(int32_t index) { (void)index; return arena.value + 32; }
static const uint32_t bytes[] = {16};
static const cg_span spans[] = {CG_SPAN(arena), CG_SPAN(state)};
const cg_model cg_model_under_test = {
    .name = "mini", .inputs = 1, .outputs = 1, .input_bytes = bytes, .output_bytes = bytes,
    .init = init, .invoke = invoke, .reset = reset, .input = input, .output = output,
    .spans = spans, .span_count = 2};
"""
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Wundef", "-Werror")

Build = Callable[..., Path]
Run = Callable[..., RunResult]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds the mini model with parts of it replaced."""

    def builder(
        board: str,
        *,
        file: str = "",
        body: str = "",
        init: str = "",
        after: str = "",
        section: str = ".bss",
        flags: Sequence[str] = ("-O2", "-std=c99", *WARNINGS),
        **options: Any,  # noqa: ANN401 - handed on
    ) -> Path:
        (tmp_path / "mini.h").write_text(HEADER, encoding="utf-8")
        if not (tmp_path / "mini_extra.h").exists():
            (tmp_path / "mini_extra.h").write_text("", encoding="utf-8")
        source = tmp_path / "mini.c"
        source.write_text(MODEL % {"file": file, "body": body}, encoding="utf-8")
        glue = GLUE % {"init": init, "after": after, "section": section}
        out = tmp_path / f"build-{board}"
        return build_image([source], [tmp_path], load_board(board), glue, out, flags=flags, **options)

    return builder


@pytest.fixture
def run(build: Build) -> Run:
    """Builds and runs the mini model over two cases."""

    def runner(board: str, *, timeout: float = 60.0, reset: bool = False, cases: int = 2, **parts: Any) -> RunResult:  # noqa: ANN401
        data = [[bytes(range(number, number + 16))] for number in range(cases)]
        return run_image(build(board, **parts), load_board(board), data, [16], timeout=timeout, reset=reset)

    return runner


PORT = ROOT / "runtime_c" / "port"
TOY = (Path(__file__).parent / "board.c", *(PORT / f"cg_{name}.c" for name in ("protocol", "session", "counters")))


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy board as a program of this computer, with sanitizers."""
    program = tmp_path_factory.mktemp("toy") / "board"
    flags = ("-std=gnu99", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined")
    command = ["gcc", *flags, "-fno-sanitize-recover=all", f"-I{PORT}", *map(str, TOY), "-o", str(program)]
    subprocess.run(command, check=True)
    return program
