"""The C file between a module's own interface and the harness, which knows no module by name."""

from __future__ import annotations

from ..emission.interface import EntryPoint, Function, Interface

_TEMPLATE = """/* Generated: `{name}` as the harness's model under test, its arenas and its state between guards. */
#include "cg_harness.h"
#include "{name}.h"

{arenas}
CG_GUARDED({name}_t, state, ".bss");

static const uint32_t input_bytes[] = {{{input_bytes}}};
static const uint32_t output_bytes[] = {{{output_bytes}}};
{fed}static const cg_span spans[] = {{{spans}}};

static int init(void)
{{
    return (int){name}_init(&state.value{arguments});
}}
{reset}
{run}
static const void *output(int32_t index)
{{
    {output_statement}
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
    .waiting = {waiting},
}};
"""
_INVOKE = """static int invoke(void)
{{
    return (int){prefix}_invoke(&state.value);
}}

static void *input(int32_t index)
{{
    return {prefix}_input(&state.value, {input_index});
}}
"""
_PUSH = """static {c_type} whole[{macro}_ELEMENTS];

/* Some rows at a time, as a camera would deliver them. */
static int invoke(void)
{{
    size_t row;
    int status = 0;
    for (row = 0; row < {macro}_ROWS && (status == 0 || status == (int){upper}_MORE); row += 3U) {{
        const size_t left = {macro}_ROWS - row;
        status = (int){push}(&state.value, &whole[row * {elements}U], left < 3U ? left : 3U);
    }}
    return status;
}}

static void *input(int32_t index)
{{
    return index == 0 ? whole : (void *)0;
}}
"""
_RESET = """
static int reset(void)
{{
    {statement}
}}
"""


def module_glue(interface: Interface) -> str:
    """The text that `build_image` takes as `glue`, for a module written to a folder among the include folders.

    It calls the first entry point. Its inputs are those that no output stays in; its outputs are those of the entry
    point, then the kept tensors.
    """
    name, entry = interface.name, interface.entries[0]
    fed = [port for port in entry.inputs if not port.is_fed_back]
    outputs = (*entry.outputs, *entry.kept)
    every = len(fed) == len(entry.inputs)
    arenas = [
        f"typedef uint8_t {arena.field}_bytes[{arena.macro}_BYTES];\n"
        f'CG_GUARDED({arena.field}_bytes, {arena.field}, "{arena.section or ".bss"}");'
        for arena in interface.arenas
    ]
    spans = [*(arena.field for arena in interface.arenas), "state"]
    reset = next((function for function in interface.functions if function.name == f"{name}_reset"), None)
    return _TEMPLATE.format(
        name=name,
        prefix=entry.prefix,
        arenas="\n".join(arenas),
        input_bytes=", ".join(f"{port.macro}_BYTES" for port in fed) or "0",
        output_bytes=", ".join(f"{port.macro}_BYTES" for port in outputs) or "0",
        fed="" if every else f"static const size_t fed[] = {{{', '.join(str(p.index) for p in fed) or '0'}}};\n",
        run=_run(entry, "(size_t)index" if every else "fed[index]"),
        output_statement=_output_statement(entry),
        spans=", ".join(f"CG_SPAN({span})" for span in spans),
        arguments="".join(f", {arena.field}.value, sizeof {arena.field}.value" for arena in interface.arenas),
        reset=_RESET.format(statement=_reset_statement(reset)) if reset else "",
        inputs=len(fed),
        outputs=len(outputs),
        reset_name="reset" if reset else "0",
        span_count=len(spans),
        waiting=f"{name.upper()}_WAITING" if entry.may_wait else "0",
    )


def _run(entry: EntryPoint, input_index: str) -> str:
    """How a case is run, and where its inputs go."""
    if entry.pushed is None:
        return _INVOKE.format(prefix=entry.prefix, input_index=input_index)
    return _PUSH.format(
        c_type=entry.pushed.port.c_type,
        macro=entry.pushed.port.macro,
        upper=entry.module.upper(),
        push=entry.invoke.name,
        elements=entry.pushed.row_elements,
    )


def _reset_statement(reset: Function) -> str:
    call = f"{reset.name}(&state.value);"
    return f"{call}\n    return 0;" if reset.returns == "void" else f"return (int){call}"


def _output_statement(entry: EntryPoint) -> str:
    first, name = len(entry.outputs), entry.prefix
    output = f"{name}_output(&state.value, (size_t)index)"
    if not entry.kept:
        return f"return {output};"
    kept = f"{name}_tensor(&state.value, (size_t)(index - {first}))"
    return f"return index < {first} ? {output} : {kept};"
