"""What an image on a serial line has beside its model, as C text: its board, its description, its counters."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ..emission.interface import Port
from ..emission.module import CModule
from ..emission.report import version
from ..errors import CodegenError
from ..target import Board, Serial, Step

_LARGE_RAM = 65_536
_FRAME_BYTES = {True: 1036, False: 268}
"""A buffer for 1024 or 256 bytes of payload, with its head and CRC."""
_COUNTER_BYTES = 32

_TEMPLATE = """
#include "cg_board.h"
#include "cg_session.h"
{profiled_declaration}
static const cg_step clock_steps[] = {{{clock}}};
static const cg_step line_steps[] = {{{line}}};
const cg_board cg_this_board = {{
    .clock = clock_steps,
    .clock_steps = {clock_count},
    .line = line_steps,
    .line_steps = {line_count},
    .reset_hz = {reset_hz}U,
    .core_hz = {core_hz}U,
    .uart_reset_hz = {uart_reset_hz}U,
    .uart_core_hz = {uart_hz}U,
    .uart = 0x{uart:08X}U,
    .baud = {baud}U,
}};

static const char description[] =
{description};
static uint8_t frame[{frame_bytes}];
{counters}
{marker}const cg_image cg_image_of_model = {{
    .description = description,
    .description_bytes = sizeof description - 1U,
    .frame = frame,
    .frame_bytes = sizeof frame,
{profile_fields}}};
"""
_PROFILED = """
extern const cg_function cg_profiled_functions[{functions}];
int cg_counted_calls(void);
{name}_status_t {invoke}({name}_t *self);
static int profiled(void)
{{
    return (int){invoke}(&state.value);
}}
"""
_PROFILE_FIELDS = """    .profiled = profiled,
    .counted_calls = cg_counted_calls,
    .counters = counters,
    .counters_most = {counters},
    .functions = cg_profiled_functions,
    .function_count = {functions},
"""


def uart_of(board: Board) -> Serial:
    """The board's serial line with its driver; CodegenError where the board file has none."""
    if board.core.family == "esp-idf" or (board.status == "sources" and board.core.family == "riscv"):
        raise CodegenError.say(
            f"images for {board.name} are ESP-IDF's to build",
            f"codegen compile MODEL --board {board.name} -o components/NAME: the emitted folder is a component",
        )
    if board.serial is None or board.serial.driver is None:
        raise CodegenError.say(
            f"the board file of {board.name} has no driver for its serial line",
            "add driver and address under [serial], or build with the emitted CMakeLists.txt",
        )
    return board.serial


def profiled_functions(module: CModule) -> tuple[str, ...]:
    """The static functions of `<name>.c` that run operators, in the order of the file, and last its invoke."""
    text = module.files[f"{module.name}.c"]
    found = re.findall(rf"^static (?:inline )?[\w ]+?\b(\w+)\((?:const )?{module.name}_t \*self", text, re.MULTILINE)
    return (*dict.fromkeys(found), module.interface.entries[0].invoke.name)


def profiled_source(module: CModule) -> str:
    """A second copy of `<name>.c` for -finstrument-functions, its public functions under other names."""
    names = [function.name for function in module.interface.functions]
    renamed = [f"#define {name} {profiled_name(module, name)}" for name in names]
    functions = profiled_functions(module)
    return "\n".join(
        [
            f"/* Generated: `{module.name}` once more, with counters. */",
            *renamed,
            f'#include "{module.name}.c"',
            "",
            "typedef void (*cg_function)(void);",
            f"extern const cg_function cg_profiled_functions[{len(functions)}];",
            f"const cg_function cg_profiled_functions[{len(functions)}] = {{",
            *(f"    (cg_function){name}," for name in functions),
            "};",
            "",
        ]
    )


def profiled_name(module: CModule, name: str) -> str:
    """What the public function `name` is called in `profiled_source`."""
    return name.replace(module.name, f"{module.name}_profiled", 1)


def frame_bytes(board: Board) -> int:
    """Bytes of the buffer for requests and answers."""
    return _FRAME_BYTES[board.main_ram.usable >= _LARGE_RAM]


def counter_count(board: Board, functions: int) -> int:
    """How many counters an image of a module with so many `functions` has room for."""
    return max(2, min(255, functions + 1, board.main_ram.usable // 32 // _COUNTER_BYTES))


def image_glue(module: CModule, *, profile: bool) -> str:
    """C text to follow `module_glue`: `cg_this_board` and `cg_image_of_model`."""
    board = module.memory.schedule.target.board
    uart = uart_of(board)
    clock = board.start.steps if board.start else ()
    functions = len(profiled_functions(module))
    counters = counter_count(board, functions)
    return _TEMPLATE.format(
        profiled_declaration=_profiled_declaration(module, functions) if profile else "",
        clock=_steps(clock),
        clock_count=len(clock),
        line=_steps(uart.steps),
        line_count=len(uart.steps),
        reset_hz=board.start.hz if board.start else board.clock_hz,
        core_hz=board.start.reached_hz if board.start else board.clock_hz,
        uart_reset_hz=uart.reset_hz,
        uart_hz=uart.hz,
        uart=uart.address,
        baud=uart.baud,
        description=_literal(json.dumps(description(module), separators=(",", ":"))),
        marker=_marker(board.start.marker if board.start else ()),
        frame_bytes=frame_bytes(board),
        counters=f"static cg_counted counters[{counters}];" if profile else "",
        profile_fields=_PROFILE_FIELDS.format(counters=counters, functions=functions) if profile else "",
    )


def _profiled_declaration(module: CModule, functions: int) -> str:
    invoke = profiled_name(module, module.interface.entries[0].invoke.name)
    return _PROFILED.format(name=module.name, invoke=invoke, functions=functions)


def _steps(steps: Sequence[Step]) -> str:
    kinds = {False: "CG_STEP_SET", True: "CG_STEP_WAIT"}
    rows = [f"{{0x{s.address:08X}U, 0x{s.mask:08X}U, 0x{s.value:08X}U, {kinds[s.wait]}}}" for s in steps]
    return ", ".join(rows or ["{0U, 0U, 0U, CG_STEP_SET}"])


def _marker(words: Sequence[int]) -> str:
    if not words:
        return ""
    values = ", ".join(f"0x{word:08X}U" for word in words)
    return f'const uint32_t cg_marker[] __attribute__((section(".marker"), used)) = {{{values}}};\n'


def _literal(text: str) -> str:
    """ASCII as a C string, in lines."""
    escaped = [("\\" + c if c in '"\\?' else c) for c in text]
    return "\n".join(f'    "{"".join(escaped[at : at + 96])}"' for at in range(0, len(escaped), 96))


def description(module: CModule) -> dict[str, object]:
    """What the image says of itself: `Session.description`."""
    target, interface = module.memory.schedule.target, module.interface
    return {
        "codegen": version(),
        "model": module.name,
        "sha256": module.memory.schedule.graph.sha256,
        "board": target.board.name,
        "core": target.core.name,
        "kernels": target.kernels,
        "arena_bytes": module.arena_bytes,
        "state_bytes": interface.state_bytes,
        "spans": [*(arena.field for arena in interface.arenas), "state"],
        "inputs": [_port(port) for port in interface.inputs if not port.is_fed_back],
        "outputs": [_port(port) for port in (*interface.outputs, *interface.kept)],
    }


def _port(port: Port) -> dict[str, object]:
    tensor = port.tensor
    said: dict[str, object] = {"name": port.user_name, "type": tensor.dtype, "shape": list(tensor.shape)}
    if tensor.quantization is not None:
        said |= {"scale": list(tensor.quantization.scales), "zero_point": list(tensor.quantization.zero_points)}
    return said
