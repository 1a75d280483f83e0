"""What a module is compiled for: instruction set, core, board, CMSIS-NN release, and who provides the kernels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from .errors import CodegenError

if TYPE_CHECKING:
    from .graph import Tensor

Fpu = Literal["none", "single", "double"]
RegionKind = Literal["ram", "flash", "progmem"]
KernelChoice = Literal["auto", "cmsis-nn", "native"]
Objective = Literal["speed", "balanced", "ram", "size"]
Status = Literal["host", "emulated", "built", "sources"]

FPUS: tuple[Fpu, ...] = get_args(Fpu)
REGION_KINDS: tuple[RegionKind, ...] = get_args(RegionKind)
KERNEL_CHOICES: tuple[KernelChoice, ...] = get_args(KernelChoice)
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)
STATUS_TEXTS: Mapping[Status, str] = MappingProxyType(
    {
        "host": "runs on this machine",
        "emulated": "runs in an emulator",
        "built": "built, not run",
        "sources": "sources only",
    }
)
"""What a board's `status` means, in the words that users read."""

PROVIDERS = ("cmsis-nn", "native")


@dataclass(frozen=True, slots=True)
class Isa:
    """What the instruction set can do; it equals the compiler's feature macros for the core's flags (tested).

    `dsp` is `__ARM_FEATURE_DSP`, `mve` and `mve_float` are bits 0 and 1 of `__ARM_FEATURE_MVE`, `fpu` is the widest
    type in `__ARM_FP`, `unaligned` is `__ARM_FEATURE_UNALIGNED`, `thumb2` is 32-bit Thumb instructions.
    """

    dsp: bool = False
    mve: bool = False
    mve_float: bool = False
    fpu: Fpu = "none"
    unaligned: bool = False
    thumb2: bool = False
    int_bits: int = 32


@dataclass(frozen=True, slots=True)
class Emulator:
    """A program that runs this core: `machine` is its default machine, `counts` the unit that it can count; `options`
    are words that every run of it takes."""

    program: str
    machine: str
    counts: str = "instructions"
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Core:
    """A core and how to compile for it. `compiler` is a prefix (`arm-none-eabi-`), empty for the host's compiler.

    `family` says which start-up and C library images take: `codegen.device.toolchain.FAMILIES`.
    """

    name: str
    flags: tuple[str, ...]
    isa: Isa
    alignment: int
    compiler: str
    emulator: Emulator | None = None
    family: str = "cortex-m"

    @property
    def is_host(self) -> bool:
        return not self.compiler

    @property
    def is_hosted(self) -> bool:
        """Whether modules run in programs of an operating system or of an engine, or in one with
        its toolchain's own start-up; not in images of `codegen firmware`."""
        return self.family in ("linux", "wasm", "avr", "esp-idf")


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of memory. `aliases` are other addresses of the same bytes; `reserve` bytes belong to others.

    Of a flash region the reserved bytes are its first ones (a boot loader), of RAM any (stack, heap, drivers).
    `section` is what a buffer is put into to land here; the start-up clears `.bss` and no other.
    """

    name: str
    kind: RegionKind
    address: int
    bytes: int
    section: str = ""
    dma: bool = True
    reserve: int = 0
    aliases: tuple[int, ...] = ()

    @property
    def end(self) -> int:
        """The first address after the region."""
        return self.address + self.bytes

    @property
    def usable(self) -> int:
        """Bytes less the reserved ones."""
        return self.bytes - self.reserve


@dataclass(frozen=True, slots=True)
class Step:
    """One access of a 32-bit register in a board's start: `(register & ~mask) | value` is written, or `wait`ed for."""

    address: int
    mask: int
    value: int
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Serial:
    """The board's serial line: speed, the USB ids by which its adapter is recognized, and the UART behind it.

    `driver` is `runtime_c/port/cg_uart_<driver>.c`, None where none exists; `hz` is the UART's clock once the core runs
    at `clock_hz`, `reset_hz` before; `steps` give it power, clock and pins.
    """

    baud: int = 115_200
    usb: tuple[tuple[int, int], ...] = ()
    driver: str | None = None
    address: int = 0
    hz: int = 0
    reset_hz: int = 0
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """From reset to a running image. The core runs at `hz` out of reset and at `reached_hz` after the `steps`, which
    are given up at the first wait that is in vain. `boot` is `runtime_c/port/cg_boot_<boot>.c`, which a boot ROM wants
    first in flash; `marker` are words that it looks for behind the vector table.
    """

    hz: int
    reached_hz: int
    steps: tuple[Step, ...] = ()
    boot: str | None = None
    marker: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Programmer:
    """How an image gets onto the board: a command whose `{elf}`, `{hex}`, `{bin}`, `{uf2}`, `{port}` are replaced, and
    the id of its UF2 family where the board takes such files."""

    command: tuple[str, ...]
    uf2: int | None = None


@dataclass(frozen=True, slots=True)
class Power:
    """What the board's chip takes while it computes at `clock_hz`."""

    volts: float
    milliamperes: float

    @property
    def watts(self) -> float:
        return self.volts * self.milliamperes / 1000


@dataclass(frozen=True, slots=True)
class Board:
    """A board as its `board.toml` states it; `codegen.boards` reads and proves it.

    `place_arena` and `place_constants` name regions, first that fits; `place_code` has the vector table and the code.
    `kernels` are the providers that can be linked. `machine` is the emulator's name for this very memory map. Without
    `start` the core runs at `clock_hz` from reset. `counter` is `runtime_c/port/cg_counter_<counter>.c`.
    """

    name: str
    title: str
    core: Core
    clock_hz: int
    regions: tuple[Region, ...]
    place_arena: tuple[str, ...]
    place_constants: tuple[str, ...]
    place_code: tuple[str, ...]
    sources: tuple[str, ...]
    status: Status
    serial: Serial | None = None
    kernels: tuple[str, ...] = PROVIDERS
    machine: str | None = None
    counter: str = "systick"
    start: Start | None = None
    programmer: Programmer | None = None
    power: Power | None = None

    @property
    def isa(self) -> Isa:
        return self.core.isa

    @property
    def is_host(self) -> bool:
        return self.core.is_host

    def region(self, name: str) -> Region:
        """The region called `name`; boards have been proven to have those that they place in."""
        return next(region for region in self.regions if region.name == name)

    @property
    def arena_regions(self) -> tuple[Region, ...]:
        """RAM regions that arenas may lie in, in order of preference."""
        return tuple(self.region(name) for name in self.place_arena)

    @property
    def main_ram(self) -> Region:
        """The RAM region of initialized data, `.bss` and the stack."""
        return next(region for region in self.regions if region.kind == "ram" and region.section == ".bss")

    @property
    def flash_bytes(self) -> int:
        """Bytes for code and constants, all regions."""
        return sum(region.usable for region in self.regions if region.kind != "ram")

    @property
    def ram_bytes(self) -> int:
        """Bytes of RAM, all regions."""
        return sum(region.usable for region in self.regions if region.kind == "ram")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of CMSIS-NN. `number` orders them and is `CG_CMSIS_NN_RELEASE` in C."""

    name: str
    number: int

    def __str__(self) -> str:
        return self.name


RELEASES: Mapping[str, Release] = MappingProxyType(
    {
        name: Release(name, number)
        for name, number in (("v5.0.0", 50000), ("v6.0.0", 60000), ("v7.0.0", 70000), ("99f736a6", 70001))
    }
)
"""The releases whose signatures, scratch sizes and meanings of weight sums the compiler knows."""

DEFAULT_RELEASE = RELEASES["v7.0.0"]


def parse_release(text: str) -> Release:
    """The release that a user means.

    >>> parse_release("7.0.0"), parse_release("V5.0.0").number, parse_release("99f736a6c1").number
    (Release(name='v7.0.0', number=70000), 50000, 70001)
    """
    key = text.strip().lower()
    for name, release in RELEASES.items():
        if key in (name, name.removeprefix("v")) or (not name.startswith("v") and key.startswith(name)):
            return release
    raise CodegenError.say(
        f"CMSIS-NN release {text!r} is not one whose interfaces codegen knows", f"use one of {', '.join(RELEASES)}"
    )


def parse_kernels(text: str) -> KernelChoice:
    """The choice of kernel provider that a user means.

    >>> parse_kernels("native")
    'native'
    """
    for choice in KERNEL_CHOICES:
        if text == choice:
            return choice
    raise CodegenError.say(f"{text!r} is no kernel provider", f"use one of {', '.join(KERNEL_CHOICES)}")


def parse_objective(text: str) -> Objective:
    """What a user wants least of.

    >>> parse_objective("ram")
    'ram'
    """
    for objective in OBJECTIVES:
        if text == objective:
            return objective
    raise CodegenError.say(f"{text!r} is no objective", f"use one of {', '.join(OBJECTIVES)}")


@dataclass(frozen=True, slots=True)
class Target:
    """All that the compiler may know of where the module runs, and `optimize`, what the user wants least of: time
    (`speed`), memory (`ram`), flash (`size`), or memory as far as it costs next to no time (`balanced`). `prefer` names
    kernels that are taken wherever they can compute an operator (to measure and to compare them), `avoid` those taken
    only where nothing else can (their code is not worth it in this model: codegen/planning/kernels.py).

    `constants_price` are the instructions that a byte of constants counts for, where flash is what is wanted least of.
    `flash` is what weights and code may take at most (None: what the board has). `grown` are outputs of operators with
    the kernel that they may have though its constants are larger than the weights (codegen/planning/packing.py)."""

    board: Board
    cmsis_nn: Release = DEFAULT_RELEASE
    kernels: KernelChoice = "auto"
    optimize: Objective = "balanced"
    prefer: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    constants_price: float = 0.0
    flash: int | None = None
    grown: frozenset[tuple[Tensor, str]] = frozenset()

    def __post_init__(self) -> None:
        if self.kernels != "auto" and self.kernels not in self.board.kernels:
            raise CodegenError.say(
                f"board {self.board.name} has no {self.kernels} kernels", f"use --kernels {self.board.kernels[0]}"
            )

    @property
    def core(self) -> Core:
        return self.board.core

    @property
    def isa(self) -> Isa:
        return self.board.core.isa

    @property
    def of_kernels(self) -> Target:
        """What a kernel, once it is chosen, depends on: without what the choice alone looks at."""
        return replace(self, prefer=(), avoid=(), constants_price=0.0, flash=None, grown=frozenset())

    @property
    def has_cmsis_nn(self) -> bool:
        """Whether CMSIS-NN calls may be emitted (on every Arm core and on the host, unless the board says no)."""
        return "cmsis-nn" in self.board.kernels and self.kernels != "native"

    @property
    def has_native(self) -> bool:
        """Whether our own kernels may be preferred to CMSIS-NN's."""
        return "native" in self.board.kernels and self.kernels != "cmsis-nn"
