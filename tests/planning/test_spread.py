"""Several memories: the hottest buffers get the fastest one, the rest the next, and the model computes the same."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from codegen import CModule, CodegenError
from codegen.api import Options, compile_with
from codegen.graph import Array
from codegen.host import load
from codegen.oracle import run_oracle
from codegen.planning.lifetimes import make_demands
from codegen.planning.spread import heats
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.conftest import ROOT


def model(seed: int = 71) -> bytes:
    b = GraphBuilder(seed)
    x = b.input((1, 16, 16, 4))
    y = b.conv_2d(b.depthwise_conv_2d(b.conv_2d(x, 12), stride=(2, 2)), 24)
    z = b.add(y, b.conv_2d(y, 24, (1, 1)))
    return b.model([b.softmax(b.fully_connected(b.reshape(z, (1, 64 * 24)), 10))])


def board(folder: Path, fast: int, slow: int = 0) -> str:
    """MPS3 AN547 that prefers SRAM, of which `fast` bytes are left to the model, and of DTCM `slow` (0: all)."""
    text = (ROOT / "boards" / "mps3-an547" / "board.toml").read_text(encoding="utf-8")
    reserves = {"sram": 0x400000 - fast, "dtcm": 0x80000 - slow if slow else 0}
    for region, reserve in reserves.items():
        text, count = re.subn(rf'(name = "{region}"[^\[]*?bytes = \w+\n)', rf"\g<1>reserve = {reserve}\n", text)
        assert count == 1
    text, count = re.subn(r'arena = \["dtcm", "sram"\]', 'arena = ["sram", "dtcm"]', text)
    assert count == 1
    path = folder / "board.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def compiled(folder: Path, fast: int, slow: int = 0, kernels: str = "auto") -> CModule:
    return compile_with(model(), Options(board(folder, fast, slow), "m", kernels, streaming=False))


def needed(folder: Path) -> int:
    return compiled(folder, 0x70000).arena_bytes


def cases(rng: np.random.Generator) -> list[tuple[Array, ...]]:
    return [(rng.integers(-128, 128, (1, 16, 16, 4)).astype(np.int8),) for _ in range(3)]


def test_one_region_where_it_has_room(tmp_path: Path) -> None:
    assert [arena.region.name for arena in compiled(tmp_path, 0x70000).memory.arenas] == ["sram"]


@pytest.mark.parametrize("share", [0.9, 0.5, 0.2])
def test_both_regions_where_the_first_has_not(tmp_path: Path, rng: np.random.Generator, share: float) -> None:
    fast = int(needed(tmp_path) * share)
    module = compiled(tmp_path, fast)
    sizes = {arena.region.name: arena.bytes for arena in module.memory.arenas}
    assert list(sizes) == ["sram", "dtcm"]
    assert 0 < sizes["sram"] <= fast
    header = module.files["m.h"]
    assert "m_init(m_t *self, void *arena_sram, size_t arena_sram_bytes, void *arena_dtcm" in header
    assert '#define M_ARENA_SRAM_SECTION ".sram" /* of region "sram" */' in header
    given = cases(rng)
    run = load(module)
    for case, (want,) in zip(given, run_oracle(model(), given), strict=True):
        np.testing.assert_array_equal(run(*case)[0], want)


def test_the_hottest_are_in_the_fast_one(tmp_path: Path) -> None:
    """What is left out is no hotter than the hottest that is in, and something hot is in."""
    module = compiled(tmp_path, needed(tmp_path) // 3, kernels="native")
    schedule = module.memory.schedule
    demands = [demand for demand in make_demands(schedule) if demand.kind != "state"]
    by_name = {demand.item.name: heat for demand, heat in zip(demands, heats(schedule, demands), strict=True)}
    fast = [by_name[buffer.name] for buffer in module.memory.buffers if buffer.region == "sram"]
    slow = [by_name[buffer.name] for buffer in module.memory.buffers if buffer.region == "dtcm"]
    assert max(fast) > max(slow) or len(slow) == 1
    assert np.mean(fast) > np.mean(slow)


@pytest.mark.qemu
def test_on_a_core_with_two_memories(tmp_path: Path, rng: np.random.Generator) -> None:
    module = compiled(tmp_path, needed(tmp_path) // 2)
    given = cases(rng)
    observed = QemuRunner(module).run(given)
    assert not observed.damage
    for got, (want,) in zip(observed.outputs, run_oracle(model(), given), strict=True):
        assert got is not None
        np.testing.assert_array_equal(got[0], want)


def test_together_they_may_have_room_that_none_has(tmp_path: Path) -> None:
    size = needed(tmp_path)
    module = compiled(tmp_path, size * 9 // 10, size * 9 // 10)
    assert len(module.memory.arenas) == 2
    with pytest.raises(CodegenError, match="no region of board .* has room"):
        compiled(tmp_path, size // 8, size // 8)


def test_the_same_every_time(tmp_path: Path) -> None:
    fast = needed(tmp_path) // 2
    assert compiled(tmp_path, fast).files["m.c"] == compiled(tmp_path, fast).files["m.c"]
