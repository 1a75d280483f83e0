"""What commands say of a memory plan: where most is needed, and what lies there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from ..emission.memory_map import memory_map, short_name
from ..errors import CodegenError
from ..planning.model import Buffer, MemoryPlan
from ..planning.peak import Peak, peaks
from ..planning.search import Point
from .console import printable, shortened, table

MOST_LIVE = 6


def peaks_json(plan: MemoryPlan) -> list[dict[str, Any]]:
    """The peak of each arena. `bytes` are those in use; buffers that lie over each other are counted once."""
    return [_peak_json(peak) for peak in peaks(plan)]


def _peak_json(peak: Peak) -> dict[str, Any]:
    call = peak.call
    return {
        "region": peak.arena.region.name,
        "bytes": peak.bytes,
        "tick": peak.tick,
        "operator": {
            "subgraph": call.subgraph,
            "index": call.operator.index,
            "type": call.operator.type,
            "name": call.operator.name,
        }
        if call
        else None,
        "live": [
            {"buffer": b.id, "kind": b.kind, "name": b.name, "offset": b.offset, "bytes": n} for b, n in peak.live
        ],
    }


def peak_lines(plan: MemoryPlan) -> list[Text]:
    """One sentence an arena."""
    return [Text(_said(peak)) for peak in peaks(plan) if peak.call is not None]


def _said(peak: Peak) -> str:
    assert peak.call is not None
    op = peak.call.operator
    there = [f"{_named(buffer)} {size:,}" for buffer, size in peak.live[:MOST_LIVE]]
    if len(peak.live) > MOST_LIVE:
        there.append(f"{len(peak.live) - MOST_LIVE} more")
    where = f"operator {op.index} {op.type}"
    return f"most of {peak.arena.region.name}, {peak.bytes:,} bytes, at {where}: {', '.join(there)}"


def _named(buffer: Buffer) -> str:
    return buffer.kind if buffer.tensor is None else f"{buffer.kind} {printable(short_name(buffer.name))}"


def memory_json(plan: MemoryPlan, points: Sequence[Point]) -> dict[str, Any]:
    """What `codegen inspect --memory --json` adds. `curve`: what memory costs in instructions, by estimate."""
    return {
        "curve": [
            {"bytes": p.bytes, "instructions": p.instructions, "segments": [list(span) for span in p.segments]}
            for p in points
        ],
        "arenas": [
            {"region": a.region.name, "bytes": a.bytes, "bound": a.bound, "available": a.region.usable}
            for a in plan.arenas
        ],
        "state_bytes": plan.state_bytes,
        "peaks": peaks_json(plan),
    }


def curve_lines(points: Sequence[Point]) -> Iterator[Any]:
    """RAM against time: what can be asked for with --ram, and what it costs."""
    if not points:
        return
    yield Text("RAM against time (--ram BYTES; instructions are estimates)", "bold")
    rows = [
        (
            f"{p.bytes:,}",
            f"{p.instructions:,}",
            f"{100 * (p.instructions / points[0].instructions - 1):+.1f} %" if points[0].instructions else "",
            ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in p.segments) or "none",
        )
        for p in points
    ]
    yield table(("arena bytes", "instructions", "", "operators executed row by row"), rows)


def memory_lines(plan: MemoryPlan) -> Iterator[Any]:
    """The arenas, and what lies where at their peaks."""
    for peak in peaks(plan):
        arena = peak.arena
        yield Text(f"memory {arena.region.name}: {arena.bytes:,} bytes, lower bound {arena.bound:,}", "bold")
        if peak.call is not None:
            op = peak.call.operator
            where = f'operator {op.index} {op.type} "{printable(short_name(op.name))}"'
            yield Text(f"most in use, {peak.bytes:,} bytes, at {where}")
        rows = [(b.kind, printable(shortened(b.name)), n, b.offset) for b, n in peak.live]
        yield table(("", "there", "bytes", "at"), rows)
    if plan.state_bytes:
        yield Text(f"state, kept between calls: {plan.state_bytes:,} bytes")


def write_map(plan: MemoryPlan, path: Path, name: str) -> None:
    """Writes the memory map. Raises CodegenError for what the operating system refuses."""
    try:
        path.write_text(memory_map(plan, name), encoding="utf-8", newline="\n")
    except OSError as error:
        found = f"{path} cannot be written: {error.strerror or error}"
        raise CodegenError.say(found, "choose another file for --svg") from error
