"""Linker scripts from a board's regions: one form for every core, so that a board file needs no script."""

from __future__ import annotations

from ..placement import constants_section
from ..target import Board, Region

HANDLER_STACK_BYTES = 512
_STACK_SHARE = 8
_LARGE_RAM = 65_536
_RED_ZONE_SMALL, _RED_ZONE_LARGE = 64, 1024
_STACK_MOST = 16_384


def default_stack_bytes(board: Board) -> int:
    """An eighth of the main RAM, at most 16 KiB."""
    return min(_STACK_MOST, board.main_ram.usable // _STACK_SHARE)


def red_zone_bytes(board: Board) -> int:
    """Below the stack: what an overflow meets first."""
    return _RED_ZONE_LARGE if board.main_ram.usable >= _LARGE_RAM else _RED_ZONE_SMALL


def stack_section_bytes(board: Board) -> int:
    """The default stack with its red zone and the stack of exceptions."""
    return (default_stack_bytes(board) & ~7) + red_zone_bytes(board) + HANDLER_STACK_BYTES


def _memory(region: Region) -> str:
    start = region.address + (0 if region.kind == "ram" else region.reserve)
    access = "rwx" if region.kind == "ram" else "rx"
    size = region.usable if region.kind != "ram" else region.bytes
    return f"    {region.name} ({access}) : ORIGIN = 0x{start:08x}, LENGTH = 0x{size:08x}"


def _own_section(region: Region) -> str:
    """RAM outside .bss is not cleared and takes no flash; constants named for a flash region land there."""
    kind = " (NOLOAD)" if region.kind == "ram" else ""
    pattern = f"*({region.section} {region.section}.*)"
    return f"    {region.section}{kind} : {{ {pattern} }} > {region.name}"


def _constants(region: Region, code: str) -> str:
    """What `--place weights=` puts here; in RAM it is copied at start."""
    name = constants_section(region)
    at = f" AT > {code}" if region.kind == "ram" else ""
    return f"    {name} : ALIGN(4) {{ *({name} {name}.*) . = ALIGN(4); }} > {region.name}{at}"


def _copied(board: Board) -> str:
    """(load address, first, end) of each RAM section of constants."""
    names = [constants_section(region) for region in board.regions if region.kind == "ram"]
    return " ".join(f"LONG(LOADADDR({n})) LONG(ADDR({n})) LONG(ADDR({n}) + SIZEOF({n}))" for n in names)


def linker_script(board: Board, stack_bytes: int | None = None) -> str:
    """The script. The stack lies lowest in RAM, where an overflow meets no variable; `stack_bytes` is its size."""
    code, constants, ram = board.place_code[0], board.place_constants[0], board.main_ram.name
    stack = (stack_bytes or default_stack_bytes(board)) & ~7
    memory = "\n".join(_memory(region) for region in board.regions)
    placed = "\n".join(_constants(region, code) for region in board.regions if region.kind != "progmem")
    own = "\n".join(_own_section(region) for region in board.regions if region.section not in (".bss", ".rodata"))
    boot = f"    .boot : {{ KEEP(*(.boot)) }} > {code}\n" if board.start and board.start.boot else ""
    return f"""/* {board.title}: generated from its board file. */
ENTRY(cg_reset)
MEMORY
{{
{memory}
}}
SECTIONS
{{
{boot}    .vectors : {{ KEEP(*(.vectors)) KEEP(*(.marker)) }} > {code}
    .harness : {{ *port_cg_*.o(.text .text.* .rodata .rodata.* .srodata .srodata.*) }} > {code}
    .text : {{ *(.text .text.* .glue_7 .glue_7t .v4_bx .vfp11_veneer .init .fini) }} > {code}
    .ARM.extab : {{ *(.ARM.extab*) }} > {code}
    .ARM.exidx : {{ *(.ARM.exidx*) }} > {code}
    .rodata : {{ *(.rodata .rodata.* .srodata .srodata.*) }} > {constants}
    .stack (NOLOAD) : ALIGN(8)
    {{
        cg_stack_floor = .;
        . += {red_zone_bytes(board)};
        cg_stack_limit = .;
        . += {stack};
        cg_stack_top = .;
        . += {HANDLER_STACK_BYTES};
        cg_handler_stack_top = .;
    }} > {ram}
    .data : ALIGN(4)
    {{
        cg_data_start = .;
        *(.data .data.*)
        PROVIDE(__global_pointer$ = . + 0x800);
        *(.sdata .sdata.*)
        . = ALIGN(4);
        cg_data_end = .;
    }} > {ram} AT > {code}
    cg_data_load = LOADADDR(.data);
    .tbss : ALIGN(8) {{ *(.tbss .tbss.*) }} > {ram}
    .bss (NOLOAD) : ALIGN(8)
    {{
        cg_bss_start = .;
        . += SIZEOF(.tbss);
        *(.sbss .sbss.* .bss .bss.* COMMON)
        . = ALIGN(4);
        cg_bss_end = .;
    }} > {ram}
{own}
{placed}
    .copied : ALIGN(4) {{ cg_copied = .; {_copied(board)} cg_copied_end = .; }} > {code}
    /DISCARD/ : {{ *(.comment .note .note.*) }}
}}
"""
