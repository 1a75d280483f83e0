"""The C file between a module's own interface and the harness, which knows no module by name."""

from __future__ import annotations

from ..emission.interface import Function, Interface

_TEMPLATE = """/* Generated: `{name}` as the harness's model under test, its arenas and its state between guards. */
#include "cg_harness.h"
#include "{name}.h"

{arenas}
CG_GUARDED({name}_t, state, ".bss");

static const uint32_t input_bytes[] = {{{input_bytes}}};
static const uint32_t output_bytes[] = {{{output_bytes}}};
static const cg_span spans[] = {{{spans}}};

static int init(void)
{{
    return (int){name}_init(&state.value{arguments});
}}
{reset}
static int invoke(void)
{{
    return (int){name}_invoke(&state.value);
}}

static void *input(int32_t index)
{{
    return {name}_input(&state.value, (size_t)index);
}}

static const void *output(int32_t index)
{{
    return {name}_output(&state.value, (size_t)index);
}}

const cg_model cg_model_under_test = {{
    .name = "{name}",
    .inputs = {inputs},
    .outputs = {outputs},
    .input_bytes = input_bytes,
    .output_bytes = output_bytes,
    .init = init,
    .invoke = invoke,
    .reset = {reset_name},
    .input = input,
    .output = output,
    .spans = spans,
    .span_count = {span_count},
}};
"""
_RESET = """
static int reset(void)
{{
    {statement}
}}
"""


def module_glue(interface: Interface) -> str:
    """The text that `build_image` takes as `glue`, for a module written to a folder among the include folders."""
    name = interface.name
    arenas = [
        f"typedef uint8_t {arena.field}_bytes[{arena.macro}_BYTES];\n"
        f'CG_GUARDED({arena.field}_bytes, {arena.field}, "{arena.section or ".bss"}");'
        for arena in interface.arenas
    ]
    spans = [*(arena.field for arena in interface.arenas), "state"]
    reset = next((function for function in interface.functions if function.name == f"{name}_reset"), None)
    return _TEMPLATE.format(
        name=name,
        arenas="\n".join(arenas),
        input_bytes=", ".join(f"{port.macro}_BYTES" for port in interface.inputs) or "0",
        output_bytes=", ".join(f"{port.macro}_BYTES" for port in interface.outputs) or "0",
        spans=", ".join(f"CG_SPAN({span})" for span in spans),
        arguments="".join(f", {arena.field}.value, sizeof {arena.field}.value" for arena in interface.arenas),
        reset=_RESET.format(statement=_reset_statement(reset)) if reset else "",
        inputs=len(interface.inputs),
        outputs=len(interface.outputs),
        reset_name="reset" if reset else "0",
        span_count=len(spans),
    )


def _reset_statement(reset: Function) -> str:
    call = f"{reset.name}(&state.value);"
    return f"{call}\n    return 0;" if reset.returns == "void" else f"return (int){call}"
