"""Larger constants for speed: where the flash has room for them, those first that save most, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codegen.api import Options, compile_for
from codegen.boards import load_board
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.fit import fit_all
from codegen.target import OBJECTIVES, Board, Objective
from tests.builders import GraphBuilder

WIDE, WINOGRAD, PAIRS = "cg_conv_2d_wide_s8", "cg_conv_2d_winograd_s8", "cg_conv_2d_pairs_s8"


def network() -> bytes:
    """Layers that Winograd is for, with few and with many weights, and others."""
    b = GraphBuilder(5)
    x = b.conv_2d(b.input((1, 24, 24, 3)), 8)
    x = b.conv_2d(x, 16)
    x = b.conv_2d(x, 32, stride=(2, 2))
    x = b.conv_2d(x, 32)
    x = b.conv_2d(x, 40, (1, 1), stride=(2, 2))
    return b.model([b.conv_2d(x, 64)])


def board(flash: int) -> Board:
    """A Cortex-M4F with so much flash."""
    found = load_board("nucleo-f446re")
    return replace(found, regions=tuple(replace(r, bytes=flash) if r.kind == "flash" else r for r in found.regions))


def compiled(optimize: Objective = "speed", flash: int | None = None, has: int = 1 << 20) -> CModule:
    return compile_for(network(), board(has), Options(name="net", optimize=optimize, flash=flash, streaming=False))


def kernels(module: CModule) -> list[str]:
    return [call.kernel.name for call in module.memory.schedule.calls]


def instructions(module: CModule) -> int:
    operators: list[dict[str, int]] = module.plan["operators"]  # type: ignore[assignment]
    return sum(operator["cost"] for operator in operators)


def test_all_of_them_where_there_is_room() -> None:
    names = kernels(compiled())
    assert names.count(WINOGRAD) >= 3
    assert PAIRS not in names


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_for_speed_and_as_far_as_it_is_cheap_by_default(objective: Objective) -> None:
    names = kernels(compiled(optimize=objective, flash=1_000_000))
    assert (WIDE in names or WINOGRAD in names) is (objective in ("speed", "balanced"))


@pytest.mark.parametrize(("objective", "has"), [("balanced", 1 << 20), ("speed", (512 << 10) - 4)])
def test_constants_grow_little_where_flash_counts(objective: Objective, has: int) -> None:
    """By default, and on boards of less than 512 KB of flash unless the user says how much may be used."""
    plain, module = compiled("size"), compiled(objective, has=has)
    upstream = compile_for(network(), board(has), Options(name="net", kernels="cmsis-nn", streaming=False))
    assert module.weight_bytes <= 1.15 * upstream.weight_bytes
    assert instructions(module) < instructions(plain)
    assert kernels(module).count(WINOGRAD) < kernels(compiled()).count(WINOGRAD)


def test_more_where_the_user_says_so() -> None:
    assert compiled(has=256 << 10, flash=1 << 20).weight_bytes > compiled(has=256 << 10).weight_bytes


def test_the_limit_is_kept_and_more_flash_is_never_slower() -> None:
    least = compiled("balanced").weight_bytes
    slowest = instructions(compiled("balanced"))
    before, used = slowest, []
    for flash in (least + 16_000, 80_000, 110_000, 140_000, 200_000, 400_000):
        module = compiled(flash=flash)
        assert module.weight_bytes < flash
        assert instructions(module) <= before
        before = instructions(module)
        used.append(module.weight_bytes)
    assert used == sorted(used)
    assert len(set(used)) >= 4
    assert before < 0.85 * slowest


def test_what_cannot_fit_is_refused_with_both_numbers() -> None:
    with pytest.raises(
        CodegenError, match=r"weights of [\d,]+ bytes and code of about [\d,]+ are more than the 20,000"
    ):
        compiled(flash=20_000)


def test_fit_plans_with_the_flash_of_each_board(tmp_path: Path) -> None:
    path = tmp_path / "net.tflite"
    path.write_bytes(network())
    boards = [board(1 << 20), board(256 << 10)]
    large, small = fit_all(path, Options(optimize="speed", streaming=False), boards)
    assert large.need.weights == compiled().weight_bytes
    assert small.need.weights == compiled(has=256 << 10).weight_bytes < large.need.weights
    limit = compiled("balanced").weight_bytes + 20_000
    roomy = fit_all(path, Options(flash=limit, streaming=False), boards)
    assert all(one.fits and one.model_flash <= limit for one in roomy)
    assert not any(one.fits for one in fit_all(path, Options(flash=20_000, streaming=False), boards))
