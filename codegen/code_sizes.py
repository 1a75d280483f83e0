"""How much code a kernel takes: the measured functions of the runtime, `boards/code_sizes.csv`.

`benchmarks/code_sizes.py` measures them. CMSIS-NN's functions are there as their portable twins, and as upstream's own
in sections `upstream:...`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from .operators.family import Struct
from .resources import data_dir

if TYPE_CHECKING:
    from .operators.family import Call
    from .target import Core

UPSTREAM = "upstream:"
STRUCT = "bytes_of_"
"""Before the name of a struct, which has a row where its members are not all of 32 bits."""
_ALIKE = {"cortex-m0": "cortex-m0plus", "cortex-m33f": "cortex-m4f", "xtensa-lx6": "rv32imc"}
"""Cores whose code is that of another, or, of Xtensa's, whose compiler no distribution has, about that (the LX106's,
which Debian has, makes an eighth more of the kernels than RISC-V's)."""

_Sections = Mapping[str, tuple[int, tuple[str, ...]]]


@cache
def _code_table() -> Mapping[str, _Sections]:
    """By core and section: bytes, and the sections that it refers to."""
    table: dict[str, dict[str, tuple[int, tuple[str, ...]]]] = {}
    with (data_dir("boards") / "code_sizes.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            table.setdefault(row["core"], {})[row["section"]] = int(row["bytes"]), tuple(row["refers_to"].split())
    return MappingProxyType(table)


def is_measured(core: str) -> bool:
    """Whether the code of kernels on `core` is known."""
    return _ALIKE.get(core, core) in _code_table()


@cache
def _mean(core: str) -> int:
    """Bytes of a kernel of ours."""
    ours = [size for name, (size, _) in _code_table()[core].items() if not name.startswith((UPSTREAM, STRUCT))]
    return sum(ours) // len(ours)


def reached(core: str, functions: Iterable[str]) -> dict[str, int]:
    """What the linker takes for calls of `functions`: every section that they reach, with its bytes. A kernel without
    a row has the mean."""
    table, mean = _code_table()[_ALIKE.get(core, core)], _mean(_ALIKE.get(core, core))
    todo, done = list(functions), dict[str, int]()
    while todo:
        name = todo.pop()
        if name not in done:
            done[name], references = table.get(name, (mean if name.startswith(("cg_", "arm_")) else 0, ()))
            todo += references
    return done


def of_either(core: str, function: str) -> dict[str, int]:
    """What a call of `function` reaches. Of one of CMSIS-NN: by upstream's own or by its twin, whichever is more, for
    either may be linked."""
    own = f"{UPSTREAM}{function}"
    names = (own, function) if own in _code_table()[_ALIKE.get(core, core)] else (function,)
    return max((reached(core, [name]) for name in names), key=lambda sections: sum(sections.values()))


def code_bytes(core: str, functions: Iterable[str]) -> int:
    """The bytes of all that calls of `functions` reach."""
    return _code_bytes(core, frozenset(functions))


@lru_cache(maxsize=4096)
def _code_bytes(core: str, functions: frozenset[str]) -> int:
    return sum(reached(core, functions).values())


@dataclass(frozen=True, slots=True)
class Rule:
    """Code beside the kernels: bytes once, for each argument of a call, and for each in the copy with counters."""

    once: int
    argument: int
    counted: int


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "rv32imc": Rule(60, 15, 24),
        "rv64gc": Rule(60, 15, 25),
        "xtensa-lx6": Rule(60, 15, 24),
        "cortex-a72": Rule(500, 21, 0),
        "wasm32": Rule(100, 20, 0),
        "avr5": Rule(210, 11, 0),
    }
)


def call_rule(core: Core) -> Rule:
    """The rule of `core`, or of its kind."""
    if core.name in _RULES:
        return _RULES[core.name]
    if core.isa.dsp or core.isa.mve:
        return Rule(100, 17, 23)
    return Rule(300, 12, 16) if core.isa.thumb2 else Rule(0, 16, 23)


def weighed_arguments(core: Core, call: Call) -> float:
    """The arguments of `call`, less by as much as narrow members make its parameters smaller."""
    table, saved = _code_table()[_ALIKE.get(core.name, core.name)], 0
    for _, value in call.arguments:
        if isinstance(value, Struct) and (row := table.get(f"{STRUCT}{value.type}")) is not None:
            saved += 4 * _members(value) - row[0]
    return len(call.arguments) - saved / call_rule(core).argument


def _members(value: Struct) -> int:
    return sum(_members(member) if isinstance(member, Struct) else 1 for _, member in value.fields)


def image_code(core: Core, calls: Iterable[Call]) -> int:
    """The bytes of a module that makes `calls`, each once: what they reach, and the module's own."""
    functions, arguments = set[str](), 0.0
    for call in calls:
        functions.add(call.function)
        arguments += weighed_arguments(core, call)
    rule = call_rule(core)
    return code_bytes(core.name, functions) + rule.once + round(rule.argument * arguments)
