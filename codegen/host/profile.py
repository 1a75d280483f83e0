"""Time of a module's functions on this computer, by the counters that boards have too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..device.about import profiled_functions, profiled_source
from ..device.image import COUNTED
from ..device.timing import Timing
from ..emission.module import CModule
from ..errors import CodegenError
from ..graph import Array
from ..resources import data_dir
from .build import SUFFIX, build_library, host_compiler
from .inputs import build_inputs

_SECONDS = 0.4
_REPEATS_LEAST, _REPEATS_MOST = 5, 20_000
_COUNTERS = 255

_GLUE = """#define _POSIX_C_SOURCE 199309L
#include "cg_counters.h"
#include "cg_port.h"
#include "{name}.h"

#include <string.h>
#include <time.h>

typedef void (*cg_function)(void);
extern const cg_function cg_profiled_functions[{functions}];
{name}_status_t {name}_profiled_invoke({name}_t *self);
int cg_counted_calls(void);

static cg_counted counters[{counters}], best[{counters}];
static {name}_t *model;
static const void *const *given;

const uint32_t cg_counter_poll_instructions = 0;
uint64_t cg_counter_mark(uint32_t *polls)
{{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    *polls = 0;
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}}

static void prepare(void)
{{
    static const size_t bytes[] = {{{bytes}}}, index[] = {{{index}}};
    if (model == NULL) {{
        return;
    }}
    {reset}
    for (size_t i = 0; i < {inputs}; i++) {{
        memcpy({name}_input(model, index[i]), given[i], bytes[i]);
    }}
}}

static int plain(void)
{{
    return (int){name}_invoke(model);
}}

static int nothing(void)
{{
    return 0;
}}

static int counted(void)
{{
    return (int){name}_profiled_invoke(model);
}}

/* The least time of `repeats` runs; with `is_counted` the counters of that run are in `best`. */
static uint64_t least(int (*function)(void), uint32_t repeats, int is_counted, uint32_t *count)
{{
    uint64_t found = UINT64_MAX;
    uint32_t skipped;
    for (uint32_t i = 0; i < repeats; i++) {{
        prepare();
        if (is_counted) {{
            cg_counters_begin(counters, {counters});
        }}
        const uint64_t before = cg_counter_mark(&skipped);
        (void)function();
        const uint64_t time = cg_counter_mark(&skipped) - before;
        if (time < found) {{
            found = time;
            if (is_counted) {{
                *count = cg_counters_end();
                memcpy(best, counters, sizeof best);
            }}
        }}
    }}
    return found;
}}

uint64_t cg_host_time({name}_t *self, const void *const *inputs, uint32_t repeats)
{{
    uint32_t count;
    model = self;
    given = inputs;
    const uint64_t time = least(plain, repeats, 0, &count), empty = least(nothing, 100, 0, &count);
    return time > empty ? time - empty : 0;
}}

/* Per counter of the best run: the function's number from 1, charges, nanoseconds. The number of counters. */
static uint32_t copied(uint64_t *rows, uint32_t count)
{{
    for (uint32_t i = 0; i < count; i++) {{
        rows[3 * i] = 0;
        for (uint32_t k = 0; k < {functions}; k++) {{
            if ((uintptr_t)cg_profiled_functions[k] == (uintptr_t)best[i].function) {{
                rows[3 * i] = k + 1;
            }}
        }}
        rows[3 * i + 1] = best[i].charges;
        rows[3 * i + 2] = best[i].ticks;
    }}
    return count;
}}

uint32_t cg_host_profile({name}_t *self, const void *const *inputs, uint32_t repeats, uint64_t *rows)
{{
    uint32_t count = 0;
    model = self;
    given = inputs;
    (void)least(counted, repeats, 1, &count);
    return copied(rows, count);
}}

/* The same of cg_counted_calls: what the counters themselves take. */
uint32_t cg_host_hooks(uint64_t *rows)
{{
    uint32_t count = 0;
    model = NULL;
    (void)least(cg_counted_calls, 200, 1, &count);
    return copied(rows, count);
}}
"""


def host_timing(module: CModule, case: Sequence[Array]) -> Timing:
    """Nanoseconds of one inference on `case`: the least of many runs.

    The total is without counters. Here a counter takes as long as a small operator, so that the functions' times are
    their shares of a run with counters, less what those take, of that total.
    """
    try:
        import cffi  # noqa: PLC0415 - an extra: needed only here
    except ImportError:
        raise CodegenError.say("running C on the host needs cffi", "pip install codegen[host]") from None
    with tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True) as folder:
        library = _library(module, Path(folder))
        ffi = cffi.FFI()
        ffi.cdef(
            f"{module.interface.cdef}\n"
            f"uint64_t cg_host_time({module.name}_t *, const void *const *, uint32_t);\n"
            f"uint32_t cg_host_profile({module.name}_t *, const void *const *, uint32_t, uint64_t *);\n"
            "uint32_t cg_host_hooks(uint64_t *);"
        )
        lib: Any = ffi.dlopen(str(library))
        try:
            return _measured(module, case, ffi, lib)
        finally:
            ffi.dlclose(lib)


def _measured(module: CModule, case: Sequence[Array], ffi: Any, lib: Any) -> Timing:  # noqa: ANN401 - cffi's
    interface = module.interface
    arenas = [ffi.new("uint8_t[]", field.arena.bytes + 15) for field in interface.arenas]
    aligned = [arena + (-int(ffi.cast("uintptr_t", arena))) % 16 for arena in arenas]
    arguments = [x for field, base in zip(interface.arenas, aligned, strict=True) for x in (base, field.arena.bytes)]
    model = ffi.new(f"{module.name}_t *")
    status = getattr(lib, f"{module.name}_init")(model, *arguments)
    if status:
        raise CodegenError.say(f"{module.name}_init gave {status}")
    own = [x.tobytes() for port, x in zip(interface.inputs, case, strict=True) if not port.is_fed_back]
    buffers = [ffi.from_buffer(data) for data in own]
    inputs = ffi.new("const void *[]", [ffi.cast("const void *", b) for b in buffers] or [ffi.NULL])
    once = lib.cg_host_time(model, inputs, 2)
    repeats = max(_REPEATS_LEAST, min(_REPEATS_MOST, round(_SECONDS * 1e9 / max(1, once))))
    total = lib.cg_host_time(model, inputs, repeats)
    rows = ffi.new("uint64_t[]", 3 * _COUNTERS)
    count = lib.cg_host_hooks(rows)
    hook = sum(rows[3 * k + 2] for k in range(count)) / max(1, sum(rows[3 * k + 1] for k in range(count)))
    names = (*profiled_functions(module), "others")
    count = lib.cg_host_profile(model, inputs, max(_REPEATS_LEAST, repeats // 2), rows)
    times: dict[str, float] = {}
    for k in range(count):
        name = names[rows[3 * k] - 1]
        times[name] = times.get(name, 0.0) + max(0.0, rows[3 * k + 2] - hook * rows[3 * k + 1])
    share = total / max(1e-9, sum(times.values()))
    functions = tuple((name, time * share) for name, time in times.items())
    return Timing("nanoseconds", total, functions, repeats, 1_000_000_000)


def _library(module: CModule, folder: Path) -> Path:
    root = module.write(folder / module.name)
    sources, includes, defines = build_inputs(module, root)
    port = data_dir("runtime_c") / "port"
    counted, glue = folder / "cg_profiled.c", folder / "cg_host_glue.c"
    counted.write_text(profiled_source(module), encoding="utf-8")
    glue.write_text(_glue(module), encoding="utf-8")
    # Clang cannot leave files out: there the inline functions of the runtime's headers are counted by themselves.
    is_clang = "clang" in host_compiler().resolve().name
    return build_library(
        [*sources, glue, port / "cg_counters.c"],
        [*includes, port],
        folder / f"libprofile{SUFFIX}",
        flags=[f"-D{k}={v}" for k, v in defines.items()],
        instrumented=([counted, port / "cg_counted_calls.c"], COUNTED[:1] if is_clang else COUNTED),
    )


def _glue(module: CModule) -> str:
    interface = module.interface
    own = [port for port in interface.inputs if not port.is_fed_back]
    has_reset = any(function.name == f"{module.name}_reset" for function in interface.functions)
    return _GLUE.format(
        name=module.name,
        functions=len(profiled_functions(module)),
        counters=_COUNTERS,
        bytes=", ".join(str(port.tensor.bytes) for port in own) or "0",
        index=", ".join(str(port.index) for port in own) or "0",
        inputs=len(own),
        reset=f"(void){module.name}_reset(model);" if has_reset else "",
    )
