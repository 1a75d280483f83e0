"""Between a module and an image: the C that gives the harness its model, the build, and what the image weighs."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .device.image import build_image
from .device.qemu import RunResult, qemu_command, run_image
from .device.sizes import flash_sizes
from .emission.module import CModule
from .host.inputs import build_inputs
from .target import Board

_SECONDS = 120
_SECONDS_A_CASE = 60


def glue_text(module: CModule) -> str:
    """The C file that defines `cg_model_under_test` (runtime_c/port/cg_harness.h): arenas and state between guards."""
    name, interface = module.name, module.interface
    typedefs, variables, spans, arguments = [], [], [], []
    for field in interface.arenas:
        section = field.arena.region.section or ".bss"
        typedefs.append(f"typedef uint8_t {field.field}_bytes[{field.macro}_BYTES];")
        variables.append(f'CG_GUARDED({field.field}_bytes, {field.field}, "{section}");')
        spans.append(f"CG_SPAN({field.field})")
        arguments.append(f", {field.field}.value, sizeof {field.field}.value")
    spans.append("CG_SPAN(state)")
    has_reset = any(function.name == f"{name}_reset" for function in interface.functions)
    reset = f"static int reset(void)\n{{\n    return (int){name}_reset(&state.value);\n}}\n" if has_reset else ""

    def sizes(kind: str, values: Sequence[int]) -> str:
        # An array of none is no C: one that nobody reads.
        return f"static const uint32_t {kind}_bytes[] = {{{', '.join(f'{value}U' for value in values or (0,))}}};"

    body = "\n".join((*typedefs, *variables))
    return f"""/* The harness's view of {name}: generated for one image. */
#include "cg_harness.h"
#include "{name}.h"

{body}
CG_GUARDED({name}_t, state, ".bss");

{sizes("input", [port.tensor.bytes for port in interface.inputs])}
{sizes("output", [port.tensor.bytes for port in interface.outputs])}
static const cg_span spans[] = {{{", ".join(spans)}}};

static int init(void)
{{
    return (int){name}_init(&state.value{"".join(arguments)});
}}
static int invoke(void)
{{
    return (int){name}_invoke(&state.value);
}}
{reset}static void *input(int32_t index)
{{
    return {name}_input(&state.value, (size_t)index);
}}
static const void *output(int32_t index)
{{
    return {name}_output(&state.value, (size_t)index);
}}

const cg_model cg_model_under_test = {{
    .name = "{name}",
    .inputs = {len(interface.inputs)},
    .outputs = {len(interface.outputs)},
    .input_bytes = input_bytes,
    .output_bytes = output_bytes,
    .init = init,
    .invoke = invoke,
    .reset = {"reset" if has_reset else "NULL"},
    .input = input,
    .output = output,
    .spans = spans,
    .span_count = {len(spans)}}};
"""


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A linked image of one module."""

    module: CModule
    board: Board
    elf: Path

    def run(self, cases: Sequence[Sequence[bytes]]) -> RunResult:
        """Every case, one `bytes` an input, in the board's emulator."""
        sizes = [port.tensor.bytes for port in self.module.interface.outputs]
        timeout = _SECONDS + _SECONDS_A_CASE * len(cases)
        return run_image(self.elf, self.board, cases, sizes, timeout=timeout, reset=False)

    def flash(self) -> dict[str, int]:
        """Bytes of flash: `code` is all of the model but `weights`, `harness` what measures it."""
        sizes = flash_sizes(self.elf, constant_names(self.module))
        return {"code": sizes.code, "weights": sizes.weights, "harness": sizes.harness, "total": sizes.total}


def constant_names(module: CModule) -> list[str]:
    """The symbols of the module's constants, as `<name>_data.h` declares them."""
    return re.findall(r"^extern const \w+ (\w+)\[", module.files[f"{module.name}_data.h"], re.MULTILINE)


def build(module: CModule, folder: Path, cmsis_nn_root: str | os.PathLike[str] | None = None) -> Image:
    """The image of `module` for its board, in `folder`; upstream CMSIS-NN from `cmsis_nn_root` where given.

    Raises CodegenError where the board has no emulator, or programs are missing, before anything is compiled.
    """
    board = module.memory.schedule.target.board
    qemu_command(folder / "image.elf", board)
    root = module.write(folder / module.name)
    sources, includes, defines = build_inputs(module, root, cmsis_nn_root)
    elf = build_image(sources, includes, board, glue_text(module), folder / "image", defines=defines)
    return Image(module, board, elf)
