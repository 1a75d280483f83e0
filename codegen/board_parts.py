"""The parts of a board file that make an image start and talk: clock, serial line, programmer, power."""

from __future__ import annotations

import re
from functools import cache

from .resources import data_dir
from .target import Power, Programmer, Serial, Start, Step
from .toml import Table

_STEP = re.compile(
    r"(?P<wait>wait )?(?P<address>0x[0-9a-fA-F_]+) "
    r"(?:(?P<how>=|\|=|&=) (?P<not>~)?(?P<value>0x[0-9a-fA-F_]+|\d+)(?: in (?P<field>0x[0-9a-fA-F_]+))?"
    r"|& (?P<mask>0x[0-9a-fA-F_]+) == (?P<equal>0x[0-9a-fA-F_]+|\d+))"
)
_ALL = 0xFFFF_FFFF


def _step(table: Table, text: str) -> Step:
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


def _steps(table: Table) -> tuple[Step, ...]:
    return tuple(_step(table, text) for text in table.texts("steps", []))


def read_serial(table: Table, clock_hz: int, reset_hz: int) -> Serial:
    ids = table.get("usb", list, [])
    usb = []
    for value in ids:
        entry = Table(value if isinstance(value, dict) else {}, table.file, f"{table.place}.usb")
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


def read_start(table: Table, clock_hz: int) -> Start:
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


def read_programmer(table: Table) -> Programmer:
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


def read_power(table: Table) -> Power:
    volts, current = table.get("volts", float), table.get("milliamperes", float)
    if volts <= 0 or current <= 0:
        raise table.refuse("volts and milliamperes must be positive")
    table.done()
    return Power(volts, current)
