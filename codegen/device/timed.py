"""C text that times a module's functions where a clock of nanoseconds is: on this computer, and in programs."""

from __future__ import annotations

from collections.abc import Sequence

from ..emission.module import CModule
from .about import profiled_functions
from .timing import Timing

COUNTERS = 255
"""The most counters; the functions that have none share the last."""

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

_PROGRAM = """
/* On standard input milliseconds (32 bits, little-endian) and the inputs; on standard output lines of numbers. With 0
 * milliseconds the model runs once, for whoever counts from outside. */
#include <stdio.h>

#if defined(__wasm__)
/* What Clang passes to the counters as the caller, which they ignore. */
void *emscripten_return_address(int level);
void *emscripten_return_address(int level)
{{
    (void)level;
    return NULL;
}}
#endif

{buffers}
static void tell(uint64_t a, uint64_t b, uint64_t c)
{{
    printf("%llu %llu %llu\\n", (unsigned long long)a, (unsigned long long)b, (unsigned long long)c);
}}

static void tell_rows(const uint64_t *rows, uint32_t count)
{{
    tell(count, 0, 0);
    for (uint32_t i = 0; i < count; i++) {{
        tell(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]);
    }}
}}

int main(void)
{{
    static {name}_t self;
    static uint64_t rows[3 * {counters}];
    static void *const buffers[] = {{{pointers}}};
    static const size_t sizes[] = {{{bytes}}};
    uint32_t milliseconds;
    if (fread(&milliseconds, 1, sizeof milliseconds, stdin) != sizeof milliseconds) {{
        return 101;
    }}
    for (size_t i = 0; i < {inputs}; i++) {{
        if (fread(buffers[i], 1, sizes[i], stdin) != sizes[i]) {{
            return 101;
        }}
    }}
    const int status = (int){name}_init(&self{arguments});
    tell((uint64_t)status, 0, 0);
    if (status != 0) {{
        return 0;
    }}
    if (milliseconds == 0) {{
        tell(cg_host_time(&self, (const void *const *)buffers, 1), 1, 0);
        return 0;
    }}
    const uint64_t once = cg_host_time(&self, (const void *const *)buffers, 2);
    const uint64_t wanted = 1000000U * (uint64_t)milliseconds / (once == 0 ? 1U : once);
    const uint32_t repeats = wanted < {least} ? {least} : wanted > {most} ? {most} : (uint32_t)wanted;
    tell(cg_host_time(&self, (const void *const *)buffers, repeats), repeats, 0);
    tell_rows(rows, cg_host_hooks(rows));
    const uint32_t counted_runs = repeats / 2 < {least} ? {least} : repeats / 2;
    tell_rows(rows, cg_host_profile(&self, (const void *const *)buffers, counted_runs, rows));
    return 0;
}}
"""
REPEATS_LEAST, REPEATS_MOST = 5, 20_000

Row = tuple[int, int, int]
"""Of a counter: the function's number from 1, the times it was charged, nanoseconds."""


def timing_of(module: CModule, total: int, repeats: int, hooks: Sequence[Row], rows: Sequence[Row]) -> Timing:
    """The total is without counters. A counter takes as long as a small operator, so that the functions' times are
    their shares of a run with counters, less what those take, of that total."""
    hook = sum(time for _, _, time in hooks) / max(1, sum(charges for _, charges, _ in hooks))
    names = (*profiled_functions(module), "others")
    times: dict[str, float] = {}
    for number, charges, time in rows:
        name = names[number - 1]
        times[name] = times.get(name, 0.0) + max(0.0, time - hook * charges)
    share = total / max(1e-9, sum(times.values()))
    functions = tuple((name, time * share) for name, time in times.items())
    return Timing("nanoseconds", total, functions, repeats, 1_000_000_000)


def timed_glue(module: CModule) -> str:
    """Functions that time `module` (see `codegen.host.profile`), to be compiled with `profiled_source`."""
    interface = module.interface
    own = [port for port in interface.inputs if not port.is_fed_back]
    has_reset = any(function.name == f"{module.name}_reset" for function in interface.functions)
    return _GLUE.format(
        name=module.name,
        functions=len(profiled_functions(module)),
        counters=COUNTERS,
        bytes=", ".join(str(port.tensor.bytes) for port in own) or "0",
        index=", ".join(str(port.index) for port in own) or "0",
        inputs=len(own),
        reset=f"(void){module.name}_reset(model);" if has_reset else "",
    )


def program_glue(module: CModule) -> str:
    """`timed_glue` and a program round it."""
    interface = module.interface
    own = [port.tensor.bytes for port in interface.inputs if not port.is_fed_back]
    variables = [
        *(f"static uint8_t arena_{n}[{arena.arena.bytes}]" for n, arena in enumerate(interface.arenas)),
        *(f"static uint8_t input_{n}[{size}]" for n, size in enumerate(own)),
    ]
    return timed_glue(module) + _PROGRAM.format(
        name=module.name,
        buffers="".join(f"{variable} __attribute__((aligned(16)));\n" for variable in variables),
        counters=COUNTERS,
        pointers=", ".join(f"input_{n}" for n in range(len(own))) or "0",
        bytes=", ".join(map(str, own)) or "0",
        inputs=len(own),
        arguments="".join(f", arena_{n}, sizeof arena_{n}" for n in range(len(interface.arenas))),
        least=REPEATS_LEAST,
        most=REPEATS_MOST,
    )
