"""Cycles of instructions on Cortex-M4 and M0+, from their technical reference manuals, memory without wait states.

Cortex-M4: Arm DDI 0439 (r0p0), section 3.3.1; Cortex-M0+: Arm DDI 0484 (r0p1), section 3.3, with the single-cycle
multiplier. Assumptions: no wait states, no bus contention, nothing else runs; on the M4 a load or store of one register
directly behind another one takes one cycle (their phases overlap) unless it loads what the next one addresses by, and
a taken branch refills the pipeline in 2 cycles (the manual says 1 to 3). An IT instruction takes one cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instruction:
    """`registers` are those that a multiple load or store moves; `loads` and `bases` those that it writes and addresses
    by, where it moves one register."""

    mnemonic: str
    registers: int = 1
    touches_pc: bool = False
    loads: str = ""
    bases: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What the manuals' tables tell apart."""
        name = self.mnemonic.split(".", 1)[0]
        for kind, starts in _KINDS:
            if name.startswith(starts):
                return kind
        return "plain"


_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("double", ("ldrd", "strd")),
    ("multiple", ("ldm", "stm", "push", "pop", "vldm", "vstm", "vpush", "vpop")),
    ("load", ("ldr", "vldr", "ldx", "ldrex")),
    ("store", ("str", "vstr")),
    ("divide", ("udiv", "sdiv")),
    ("float divide", ("vdiv", "vsqrt")),
    ("float accumulate", ("vmla", "vmls", "vfma", "vfms", "vnml")),
    ("system", ("mrs", "msr", "isb", "dsb", "dmb")),
    ("call", ("bl",)),
    ("table", ("tbb", "tbh")),
)


def m4_cycles(block: Sequence[Instruction], *, branched: bool) -> int:
    """Cycles of one pass through a basic block; `branched`: its end was a taken branch."""
    total = 2 if branched else 0
    pipelined: str | None = None  # what the single load or store directly before wrote
    for one in block:
        kind, before = one.kind, pipelined
        pipelined = None
        if kind in ("load", "store"):
            total += 1 if before is not None and before not in one.bases else (2 if kind == "load" else 1)
            pipelined = one.loads
        elif kind in ("multiple", "double"):
            total += 1 + one.registers
        else:
            total += {"divide": 7, "float divide": 14, "float accumulate": 3, "system": 2, "table": 2}.get(kind, 1)
    return total


def m0plus_cycles(block: Sequence[Instruction], *, branched: bool) -> int:
    """Cycles of one pass through a basic block; `branched`: its end was a taken branch."""
    total = 0
    for one in block:
        match one.kind:
            case "load" | "store":
                total += 2
            case "multiple":
                total += (3 if one.touches_pc else 1) + one.registers - one.touches_pc
            case "call":
                total += 3 if one.mnemonic == "bl" else 2
            case "system":
                total += 3
            case _:
                total += 1
    last = block[-1]
    return total + (branched and last.kind == "plain")
