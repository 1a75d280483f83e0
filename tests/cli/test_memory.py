"""The memory map and the peak: what is told is what the plan says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from codegen import compile_model
from codegen.api import Options, compile_with
from codegen.emission.memory_map import COLUMNS_MOST, memory_map
from codegen.planning.model import MemoryPlan
from codegen.planning.peak import peaks, spans_at, union
from codegen.planning.schedule import Stream
from tests.builders import GraphBuilder

from .conftest import Run, document

SVG = "{http://www.w3.org/2000/svg}"


def model(seed: int = 41, name: str = "wide<&>") -> bytes:
    b = GraphBuilder(seed)
    x = b.input((1, 12, 12, 3), name="image")
    y = b.conv_2d(b.conv_2d(b.conv_2d(x, 8, name=name), 12), 4, stride=(2, 2))
    return b.model([b.softmax(b.fully_connected(b.reshape(y, (1, 144)), 5))])


def in_use(plan: MemoryPlan, tick: int) -> int:
    """Bytes that some buffer uses, counted one by one."""
    used = {at for buffer in plan.buffers for a, b in spans_at(buffer, tick) for at in range(a, b)}
    return len(used)


@pytest.mark.parametrize("streams", [(), (Stream(0, (1, 1, 1)),)], ids=["whole", "streamed"])
def test_the_peak_is_where_most_bytes_are_in_use(streams: tuple[Stream, ...]) -> None:
    plan = compile_with(model(), Options("mps2-an386", "m", "native", streams=streams)).memory
    (peak,) = peaks(plan)
    every = [in_use(plan, tick) for tick in range(len(plan.schedule.calls))]
    assert peak.bytes == max(every)
    assert peak.tick == every.index(max(every))
    assert peak.call is plan.schedule.calls[peak.tick]
    assert {buffer for buffer, _ in peak.live} == {b for b in plan.buffers if [*spans_at(b, peak.tick)]}
    assert [size for _, size in peak.live] == sorted((size for _, size in peak.live), reverse=True)


def test_spans_are_counted_once() -> None:
    assert union([(0, 4), (2, 6), (8, 9), (6, 8)]) == [(0, 9)]
    assert union([]) == []


def drawn(text: str) -> list[ET.Element]:
    """The rectangles of buffers."""
    return [rect for rect in ET.fromstring(text).iter(f"{SVG}rect") if rect.get("class") == "b"]


def test_the_map_shows_every_buffer_to_scale() -> None:
    module = compile_with(model(), Options("mps2-an386", "m", "native", streaming=False))
    text = module.files["m.svg"]
    plan, rects = module.memory, drawn(text)
    assert text == memory_map(plan, "m")
    assert "<script" not in text
    titles = [rect.findtext(f"{SVG}title") or "" for rect in rects]
    for buffer in plan.buffers:
        assert any(f"{buffer.bytes:,} bytes at {buffer.offset:,}" in title for title in titles), buffer.name
    assert any("wide<&>" in title for title in titles)  # escaped in the text
    # Areas are bytes times ticks, wherever whole tensors do not lie over each other.
    ticks, arena = len(plan.schedule.calls), plan.arenas[0].bytes
    for buffer, rect in ((b, r) for b in plan.buffers for r, t in zip(rects, titles, strict=True) if b.name in t):
        live = buffer.live[0]
        if f"{buffer.kind} {buffer.name}:" in (rect.findtext(f"{SVG}title") or ""):
            assert float(rect.get("width", "")) == pytest.approx(1000 * (live.last - live.first + 1) / ticks, abs=0.1)
            assert float(rect.get("height", "")) == pytest.approx(420 * buffer.bytes / arena, abs=0.1)


def test_the_same_plan_the_same_bytes() -> None:
    first, second = (compile_model(model(), name="m").files["m.svg"] for _ in range(2))
    assert first == second


def test_many_calls_stay_small() -> None:
    plan = compile_with(model(), Options("mps2-an386", "m", "native", band_rows=1, streams=())).memory
    assert len(drawn(memory_map(plan, "m"))) < 4 * COLUMNS_MOST
    long = GraphBuilder(5)
    x = long.input((1, 700, 1, 2))
    y = long.conv_2d(long.conv_2d(x, 2, (3, 1)), 2, (3, 1))
    streamed = compile_with(long.model([y]), Options("mps2-an386", "m", "native", streams=(Stream(0, (1, 1)),)))
    assert len(streamed.memory.schedule.calls) > COLUMNS_MOST
    assert len(streamed.files["m.svg"]) < 400_000
    ET.fromstring(streamed.files["m.svg"])


def test_nothing_to_compute_is_a_picture_too() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 4))
    ET.fromstring(compile_model(b.model([x]), name="m").files["m.svg"])


def test_the_commands_tell_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(model(name="wide"))
    made = run("compile", path, "--board", "mps2-an386", "-o", tmp_path / "out")
    assert "most of sram, " in made.output
    (peak,) = document(run("compile", path, "--board", "mps2-an386", "-o", tmp_path / "out", "--json"))["peaks"]
    assert f"{peak['bytes']:,} bytes, at operator {peak['operator']['index']} {peak['operator']['type']}" in made.output
    assert sum(part["bytes"] for part in peak["live"]) >= peak["bytes"]
    svg = tmp_path / "map.svg"
    told = document(run("inspect", path, "--board", "mps2-an386", "--memory", "--svg", svg, "--json"))["memory"]
    assert told["peaks"] == [peak]
    assert svg.read_text(encoding="utf-8") == (tmp_path / "out" / "m.svg").read_text(encoding="utf-8")
    text = run("inspect", path, "--board", "mps2-an386", "--memory").output
    assert "lower bound" in text
    assert "most in use" in text
    assert "memory" not in document(run("inspect", path, "--json"))
    assert run("inspect", path, "--svg", svg).exit_code == 2
    assert run("inspect", path, "--memory", "--svg", tmp_path / "none" / "map.svg").exit_code == 2
