"""Reads `boards/`: cores once in `cores.toml`, one folder a board. Every figure is proven before anything uses it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .board_parts import port_files, read_power, read_programmer, read_serial, read_start
from .errors import CodegenError, Location
from .resources import data_dir
from .target import (
    FPUS,
    PROVIDERS,
    REGION_KINDS,
    STATUS_TEXTS,
    Board,
    Core,
    Emulator,
    Isa,
    Region,
)
from .toml import ABSENT, Table, read_toml

_DEFAULT_SECTION = {"ram": ".bss", "flash": ".rodata", "progmem": ".progmem.data"}


def _power_of_two(table: Table, key: str) -> int:
    value = table.number(key, 1, 4096)
    if value & (value - 1):
        raise table.refuse(f"{key!r} must be a power of two, found {value}")
    return value


def _core(table: Table, name: str) -> Core:
    isa = table.table("isa")
    core = Core(
        name=name,
        flags=table.texts("flags"),
        isa=Isa(
            dsp=isa.get("dsp", bool),
            mve=isa.get("mve", bool),
            mve_float=isa.get("mve_float", bool, False),
            fpu=isa.one_of("fpu", FPUS),
            unaligned=isa.get("unaligned", bool),
            thumb2=isa.get("thumb2", bool, False),
            int_bits=isa.number("int_bits", 16, 65, 32),
        ),
        alignment=_power_of_two(table, "alignment"),
        compiler=table.get("compiler", str),
        emulator=_emulator(table.table("emulator")) if "emulator" in table.values else None,
        family=table.get("family", str, "cortex-m"),
    )
    table.known.append("emulator")
    isa.done()
    table.done()
    return core


def _emulator(table: Table) -> Emulator:
    emulator = Emulator(
        program=table.get("program", str),
        machine=table.get("machine", str),
        counts=table.one_of("counts", ("instructions", "cycles"), "instructions"),
        options=table.texts("options", []),
    )
    table.done()
    return emulator


@cache
def list_cores() -> Mapping[str, Core]:
    """Every core of `boards/cores.toml` by name."""
    path = data_dir("boards") / "cores.toml"
    return {name: _core(Table(values, str(path), name), name) for name, values in read_toml(path).items()}


def _region(table: Table) -> Region:
    name = table.get("name", str)
    table.place = f"region {name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise table.refuse("the name becomes part of C names", "use a-z, 0-9 and _, a letter first")
    kind = table.one_of("kind", REGION_KINDS)
    address = table.number("address", 0)
    aliases = table.get("aliases", list, [])
    if not all(isinstance(alias, int) for alias in aliases):
        raise table.refuse(f"'aliases' must be a list of addresses, found {aliases!r}")
    region = Region(
        name=name,
        kind=kind,
        address=address,
        bytes=table.number("bytes", 1),
        section=table.get("section", str, _DEFAULT_SECTION[kind]),
        dma=table.get("dma", bool, True),
        reserve=table.number("reserve", 0, default=0),
        aliases=tuple(aliases),
    )
    if not re.fullmatch(r"\.[A-Za-z0-9_.]+", region.section):
        raise table.refuse(f"'section' must look like .bss or .ccmram, found {region.section!r}")
    if region.reserve >= region.bytes:
        raise table.refuse(f"'reserve' ({region.reserve}) leaves nothing of {region.bytes} bytes")
    table.done()
    return region


def _prove_apart(table: Table, regions: tuple[Region, ...]) -> None:
    spans = [
        (region, start, "" if start == region.address else " by its alias")
        for region in regions
        for start in (region.address, *region.aliases)
    ]
    for i, (one, start, how) in enumerate(spans):
        for other, other_start, other_how in spans[i + 1 :]:
            if start < other_start + other.bytes and other_start < start + one.bytes:
                raise table.refuse(
                    f"regions {one.name!r}{how} (0x{start:08x}, {one.bytes} bytes) and {other.name!r}{other_how} "
                    f"(0x{other_start:08x}, {other.bytes} bytes) overlap",
                    "two buffers would share bytes: correct the addresses, or keep one of the two",
                )
    for key in ("name", "section"):
        seen: set[str] = set()
        for region in regions:
            value = getattr(region, key)
            if value in seen and (key == "name" or region.kind == "ram"):
                raise table.refuse(f"two regions have the {key} {value!r}", f"give each its own {key}")
            seen.add(value)
    if not any(region.kind == "ram" and region.section == ".bss" for region in regions):
        raise table.refuse("no RAM region has the section .bss", "data, stack and .bss need one; leave 'section' out")


def _places(table: Table, key: str, regions: tuple[Region, ...], *, ram: bool, default: Any = ABSENT) -> Any:  # noqa: ANN401
    names = table.texts(key, default)
    known = {region.name: region for region in regions}
    kind = "RAM" if ram else "flash"
    for name in names:
        if name not in known:
            raise table.refuse(f"{key!r} places in {name!r}, which is no region", f"regions: {', '.join(known)}")
        if (known[name].kind == "ram") != ram:
            raise table.refuse(f"{key!r} places in {name!r}, which is {known[name].kind}", f"use a {kind} region")
    if not names:
        raise table.refuse(f"{key!r} names no region", f"name at least one {kind} region")
    return names


def read_board(path: Path, name: str) -> Board:
    """The board that the file `path` describes, proven; `name` is what it is called in messages and plans."""
    table = Table(read_toml(path), str(path))
    cores = list_cores()
    core = table.get("core", str)
    if core not in cores:
        close = difflib.get_close_matches(core, cores, 1)
        wish = f"did you mean {close[0]!r}? " if close else ""
        raise table.refuse(f"core {core!r} is not known", f"{wish}cores: {', '.join(cores)}")
    entries = table.get("region", list)
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise table.refuse("'region' must be a list of tables", "write [[region]] before each")
    regions = tuple(_region(Table(entry, str(path), "region")) for entry in entries)
    _prove_apart(table, regions)
    place = table.table("place")
    constants = _places(place, "constants", regions, ram=False)
    clock_hz = table.number("clock_hz", 1)
    start = read_start(table.table("start"), clock_hz) if "start" in table.values else None
    reset_hz = start.hz if start else clock_hz
    board = Board(
        name=name,
        title=table.get("title", str),
        core=cores[core],
        clock_hz=clock_hz,
        regions=regions,
        place_arena=_places(place, "arena", regions, ram=True),
        place_constants=constants,
        place_code=_places(place, "code", regions, ram=False, default=list(constants[:1])),
        sources=table.texts("sources"),
        status=table.one_of("status", STATUS_TEXTS, "sources"),
        serial=read_serial(table.table("serial"), start.reached_hz if start else clock_hz, reset_hz)
        if "serial" in table.values
        else None,
        kernels=table.texts("kernels", list(PROVIDERS)),
        machine=table.get("machine", str, None) if "machine" in table.values else None,
        counter=table.one_of("counter", port_files("counter"), "systick"),
        start=start,
        programmer=read_programmer(table.table("program")) if "program" in table.values else None,
        power=read_power(table.table("power")) if "power" in table.values else None,
    )
    table.known += ["serial", "machine", "start", "program", "power"]
    if not board.kernels or set(board.kernels) - set(PROVIDERS):
        raise table.refuse(f"'kernels' is {list(board.kernels)!r}", f"name some of {', '.join(PROVIDERS)}")
    place.done()
    table.done()
    return board


def board_names() -> tuple[str, ...]:
    """The built-in boards' names, sorted."""
    return tuple(sorted(path.parent.name for path in data_dir("boards").glob("*/board.toml")))


def list_boards() -> tuple[Board, ...]:
    """Every built-in board, sorted by name."""
    return tuple(load_board(name) for name in board_names())


def load_board(name_or_path: str | Path) -> Board:
    """A built-in board by its folder's name, or a user's own by the path of its TOML file.

    >>> load_board("stm32f407-discovery").arena_regions[0].name
    'ccm'
    """
    text = str(name_or_path)
    names = board_names()
    if text in names:
        return read_board(data_dir("boards") / text / "board.toml", text)
    path = Path(name_or_path)
    if path.is_file():
        return read_board(path, path.resolve().parent.name if path.name == "board.toml" else path.stem)
    if path.suffix == ".toml":
        raise CodegenError.at(Location(text), "no such board file", "give the path of a TOML file, or a board's name")
    close = difflib.get_close_matches(text, names, 1)
    wish = f"did you mean {close[0]!r}? " if close else ""
    raise CodegenError.say(
        f"board {text!r} is not known", f"{wish}boards: {', '.join(names)}; or a path to a TOML file"
    )
