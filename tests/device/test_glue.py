"""The generated glue against a header of the same form as an emitted module's, written by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from codegen.boards import load_board
from codegen.device.glue import module_glue
from codegen.device.image import DEFAULT_FLAGS, build_image
from codegen.device.qemu import run_image
from codegen.emission.interface import Function

pytestmark = pytest.mark.qemu

HEADER = """
#include <stddef.h>
#include <stdint.h>
#define TOY_ARENA_DTCM_BYTES 24U
#define TOY_ARENA_SRAM_BYTES 8U
#define TOY_INPUT_0_BYTES 4U
#define TOY_INPUT_1_BYTES 4U
#define TOY_OUTPUT_0_BYTES 8U
typedef enum { TOY_OK = 0, TOY_ERROR_ARENA = 2 } toy_status_t;
typedef struct { uint8_t *arena_dtcm; uint8_t *arena_sram; } toy_t;
toy_status_t toy_init(toy_t *self, void *arena_dtcm, size_t arena_dtcm_bytes, void *arena_sram,
                      size_t arena_sram_bytes);
toy_status_t toy_invoke(const toy_t *self);
toy_status_t toy_reset(toy_t *self);
void *toy_input(const toy_t *self, size_t index);
const void *toy_output(const toy_t *self, size_t index);
"""
MODULE = """
#include "toy.h"
#include <string.h>
toy_status_t toy_init(toy_t *self, void *a, size_t a_bytes, void *b, size_t b_bytes)
{
    self->arena_dtcm = a;
    self->arena_sram = b;
    return a_bytes == 24 && b_bytes == 8 && ((uintptr_t)a | (uintptr_t)b) % 16 == 0 && (uintptr_t)a < 0x21000000U &&
        (uintptr_t)b >= 0x21000000U ? toy_reset(self) : TOY_ERROR_ARENA;
}
toy_status_t toy_reset(toy_t *self) { self->arena_dtcm[20] = 0; return TOY_OK; }
toy_status_t toy_invoke(const toy_t *self)
{
    memcpy(self->arena_sram, self->arena_dtcm, 8);
    self->arena_sram[0] = (uint8_t)++self->arena_dtcm[20];
    return TOY_OK;
}
void *toy_input(const toy_t *self, size_t index) { return self->arena_dtcm + 4 * index; }
const void *toy_output(const toy_t *self, size_t index) { (void)index; return self->arena_sram; }
"""


def interface(*, has_reset: bool) -> Any:  # noqa: ANN401 - stands for an Interface
    def port(macro: str) -> SimpleNamespace:
        return SimpleNamespace(macro=macro, is_fed_back=False)

    return SimpleNamespace(
        name="toy",
        arenas=(
            SimpleNamespace(field="arena_dtcm", macro="TOY_ARENA_DTCM", section=None),
            SimpleNamespace(field="arena_sram", macro="TOY_ARENA_SRAM", section=".sram"),
        ),
        entries=(
            SimpleNamespace(
                prefix="toy",
                inputs=(port("TOY_INPUT_0"), port("TOY_INPUT_1")),
                outputs=(port("TOY_OUTPUT_0"),),
                kept=(),
                may_wait=False,
                pushed=None,
            ),
        ),
        functions=(Function("toy_status_t", "toy_reset", ("toy_t *self",), ""),) if has_reset else (),
    )


@pytest.mark.parametrize("has_reset", [False, True])
def test_glue_serves_several_arenas_and_inputs(tmp_path: Path, has_reset: bool) -> None:
    (tmp_path / "toy.h").write_text(HEADER, encoding="utf-8")
    source = tmp_path / "toy.c"
    source.write_text(MODULE, encoding="utf-8")
    glue = module_glue(cast("Any", interface(has_reset=has_reset)))
    warnings = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Wundef", "-Werror")
    board = load_board("mps3-an547")
    elf = build_image([source], [tmp_path], board, glue, tmp_path / "out", flags=(*DEFAULT_FLAGS, *warnings))
    result = run_image(elf, board, [[b"abcd", b"efgh"], [b"ijkl", b"mnop"]], [8], reset=True)
    second = 1 if has_reset else 2
    assert result.outputs == ((b"\1bcdefgh",), (bytes([second]) + b"jklmnop",))
    assert result.guards_intact
