"""Reads `boards/`: cores once in `cores.toml`, one folder a board. Every figure is proven before anything uses it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

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
    Power,
    Programmer,
    Region,
    Serial,
    Start,
    Step,
)

_TYPES = {
    str: "a text",
    int: "an integer",
    float: "a number such as 3.3",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}
_DEFAULT_SECTION = {"ram": ".bss", "flash": ".rodata", "progmem": ".progmem.data"}
_ABSENT: Any = object()


class _Table:
    """One TOML table on its way into a dataclass: typed look-ups, and complaints that name file, place and key."""

    def __init__(self, values: Mapping[str, Any], file: str, place: str = "") -> None:
        self.values = values
        self.file = file
        self.place = place
        self.known: list[str] = []

    def refuse(self, found: str, hint: str = "") -> CodegenError:
        where = f"[{self.place}] " if self.place else ""
        return CodegenError.at(Location(self.file), where + found, hint)

    def get(self, key: str, kind: type, default: Any = _ABSENT) -> Any:  # noqa: ANN401 - typed by `kind`
        self.known.append(key)
        if key not in self.values:
            if default is _ABSENT:
                close = difflib.get_close_matches(key, self.values, 1)
                hint = f"did you mean {key!r} by {close[0]!r}?" if close else f"add {key} = {_TYPES[kind]}"
                raise self.refuse(f"{key!r} is missing", hint)
            return default
        value = self.values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.refuse(f"{key!r} must be {_TYPES[kind]}, found {value!r}")
        return value

    def number(self, key: str, low: int, high: int = 2**64, default: Any = _ABSENT) -> int:  # noqa: ANN401
        value: int = self.get(key, int, default)
        if not low <= value < high:
            raise self.refuse(f"{key!r} must be at least {low} and less than {high}, found {value}")
        return value

    def texts(self, key: str, default: Any = _ABSENT) -> tuple[str, ...]:  # noqa: ANN401 - a tuple or none
        values = self.get(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(f"{key!r} must be a list of texts, found {values!r}")
        return tuple(values)

    def one_of(self, key: str, choices: Iterable[str], default: Any = _ABSENT) -> Any:  # noqa: ANN401
        value = self.get(key, str, default)
        if value not in choices:
            raise self.refuse(f"{key!r} is {value!r}", f"use one of {', '.join(choices)}")
        return value

    def table(self, key: str, default: Any = _ABSENT) -> _Table:  # noqa: ANN401 - a dict or none
        return _Table(self.get(key, dict, default), self.file, f"{self.place}.{key}" if self.place else key)

    def done(self) -> None:
        """Refuse keys that nothing asked for."""
        for key in self.values:
            if key not in self.known:
                close = difflib.get_close_matches(key, self.known, 1)
                hint = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(self.known)}"
                raise self.refuse(f"{key!r} is not a known key", hint)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CodegenError.at(Location(str(path)), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodegenError.at(Location(str(path)), f"is not valid TOML: {error}") from error


def _power_of_two(table: _Table, key: str) -> int:
    value = table.number(key, 1, 4096)
    if value & (value - 1):
        raise table.refuse(f"{key!r} must be a power of two, found {value}")
    return value


def _core(table: _Table, name: str) -> Core:
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
    )
    table.known.append("emulator")
    isa.done()
    table.done()
    return core


def _emulator(table: _Table) -> Emulator:
    emulator = Emulator(
        program=table.get("program", str),
        machine=table.get("machine", str),
        counts=table.one_of("counts", ("instructions", "cycles"), "instructions"),
    )
    table.done()
    return emulator


@cache
def list_cores() -> Mapping[str, Core]:
    """Every core of `boards/cores.toml` by name."""
    path = data_dir("boards") / "cores.toml"
    return {name: _core(_Table(values, str(path), name), name) for name, values in _read(path).items()}


def _region(table: _Table) -> Region:
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


def _prove_apart(table: _Table, regions: tuple[Region, ...]) -> None:
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


def _places(table: _Table, key: str, regions: tuple[Region, ...], *, ram: bool, default: Any = _ABSENT) -> Any:  # noqa: ANN401
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


_STEP = re.compile(
    r"(?P<wait>wait )?(?P<address>0x[0-9a-fA-F_]+) "
    r"(?:(?P<how>=|\|=|&=) (?P<not>~)?(?P<value>0x[0-9a-fA-F_]+|\d+)(?: in (?P<field>0x[0-9a-fA-F_]+))?"
    r"|& (?P<mask>0x[0-9a-fA-F_]+) == (?P<equal>0x[0-9a-fA-F_]+|\d+))"
)
_ALL = 0xFFFF_FFFF


def _step(table: _Table, text: str) -> Step:
    """One of `A = V`, `A = V in MASK`, `A |= V`, `A &= ~V`, `wait A & MASK == V`."""
    found = _STEP.fullmatch(text)
    if found is None or bool(found["wait"]) != bool(found["mask"]) or (found["how"] == "&=") != bool(found["not"]):
        raise table.refuse(
            f"the step {text!r} cannot be read",
            "write one of '0x.. = V', '0x.. = V in 0xMASK', '0x.. |= V', '0x.. &= ~V', 'wait 0x.. & 0xMASK == V'",
        )
    address = int(found["address"], 0)
    if found["wait"]:
        return Step(address, int(found["mask"], 0), int(found["equal"], 0), wait=True)
    value = int(found["value"], 0)
    match found["how"]:
        case "|=":
            return Step(address, value, value)
        case "&=":
            return Step(address, value, 0)
        case _:
            return Step(address, int(found["field"], 0) if found["field"] else _ALL, value)


def _steps(table: _Table) -> tuple[Step, ...]:
    return tuple(_step(table, text) for text in table.texts("steps", []))


def _serial(table: _Table, clock_hz: int, reset_hz: int) -> Serial:
    ids = table.get("usb", list, [])
    usb = []
    for value in ids:
        entry = _Table(value if isinstance(value, dict) else {}, table.file, f"{table.place}.usb")
        usb.append((entry.number("vid", 0, 0x10000), entry.number("pid", 0, 0x10000)))
        entry.done()
    driver = table.one_of("driver", port_files("uart")) if "driver" in table.values else None
    table.known.append("driver")
    serial = Serial(
        baud=table.number("baud", 300, default=115_200),
        usb=tuple(usb),
        driver=driver,
        address=table.number("address", 0) if driver else 0,
        hz=table.number("hz", 1, default=clock_hz),
        reset_hz=table.number("reset_hz", 1, default=reset_hz),
        steps=_steps(table),
    )
    table.done()
    return serial


@cache
def port_files(kind: str) -> tuple[str, ...]:
    """The names of what a board may choose: `runtime_c/port/cg_<kind>_<name>.c`; kinds are uart, counter, boot."""
    port = data_dir("runtime_c") / "port"
    return tuple(sorted(path.stem.removeprefix(f"cg_{kind}_") for path in port.glob(f"cg_{kind}_*.c")))


def _start(table: _Table, clock_hz: int) -> Start:
    hz, steps = table.number("hz", 1), _steps(table)
    marker = table.get("marker", list, [])
    if not all(isinstance(word, int) and 0 <= word <= _ALL for word in marker):
        raise table.refuse(f"'marker' must be a list of 32-bit words, found {marker!r}")
    start = Start(
        hz=hz,
        reached_hz=table.number("reached_hz", 1, default=clock_hz if steps else hz),
        steps=steps,
        boot=table.one_of("boot", port_files("boot")) if "boot" in table.values else None,
        marker=tuple(marker),
    )
    table.known.append("boot")
    table.done()
    return start


def _programmer(table: _Table) -> Programmer:
    known = {"elf", "hex", "bin", "uf2", "port"}
    programmer = Programmer(
        command=table.texts("command", []),
        uf2=table.number("uf2", 0, 2**32) if "uf2" in table.values else None,
    )
    table.known.append("uf2")
    for word in programmer.command:
        strange = set(re.findall(r"\{(\w*)\}", word)) - known
        if strange:
            raise table.refuse(f"'command' has {{{min(strange)}}}", f"use some of {', '.join(sorted(known))}")
    table.done()
    return programmer


def _power(table: _Table) -> Power:
    volts, current = table.get("volts", float), table.get("milliamperes", float)
    if volts <= 0 or current <= 0:
        raise table.refuse("volts and milliamperes must be positive")
    table.done()
    return Power(volts, current)


def read_board(path: Path, name: str) -> Board:
    """The board that the file `path` describes, proven; `name` is what it is called in messages and plans."""
    table = _Table(_read(path), str(path))
    cores = list_cores()
    core = table.get("core", str)
    if core not in cores:
        close = difflib.get_close_matches(core, cores, 1)
        wish = f"did you mean {close[0]!r}? " if close else ""
        raise table.refuse(f"core {core!r} is not known", f"{wish}cores: {', '.join(cores)}")
    entries = table.get("region", list)
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise table.refuse("'region' must be a list of tables", "write [[region]] before each")
    regions = tuple(_region(_Table(entry, str(path), "region")) for entry in entries)
    _prove_apart(table, regions)
    place = table.table("place")
    constants = _places(place, "constants", regions, ram=False)
    clock_hz = table.number("clock_hz", 1)
    start = _start(table.table("start"), clock_hz) if "start" in table.values else None
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
        serial=_serial(table.table("serial"), start.reached_hz if start else clock_hz, reset_hz)
        if "serial" in table.values
        else None,
        kernels=table.texts("kernels", list(PROVIDERS)),
        machine=table.get("machine", str, None) if "machine" in table.values else None,
        counter=table.one_of("counter", port_files("counter"), "systick"),
        start=start,
        programmer=_programmer(table.table("program")) if "program" in table.values else None,
        power=_power(table.table("power")) if "power" in table.values else None,
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
