/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_counters.h. The two hooks are called by what GCC and Clang make of -finstrument-functions. */
#include "cg_counters.h"

#include "cg_port.h"

#define DEPTH 16U /* an invoke, a segment, its steps: what is deeper counts to the deepest that is known */

static struct {
    cg_counted *all;
    uint32_t capacity, count;
    uint64_t since;
    uint32_t depth;
    uint8_t current, open[DEPTH];
} state;

/* In a shared library of a hosted system they must be found before the C library's, which do nothing. */
#if defined(__ELF__) && !defined(__cplusplus)
#define HIDDEN __attribute__((visibility("hidden")))
#else
#define HIDDEN
#endif

#ifdef __cplusplus
extern "C" {
#endif
HIDDEN void __cyg_profile_func_enter(void *function, void *caller);
HIDDEN void __cyg_profile_func_exit(void *function, void *caller);
#ifdef __cplusplus
}
#endif

static void charge(void) {
    uint32_t polls;
    const uint64_t now = cg_counter_mark(&polls);
    cg_counted *counted = &state.all[state.current];
    counted->ticks += now - state.since;
    counted->polls += polls;
    counted->charges++;
}

static void go_on(void) {
    uint32_t skipped;
    state.since = cg_counter_mark(&skipped);
}

/* The counter of `function`; the last one serves all for which there is no room. */
static uint8_t counter_of(const void *function) {
    uint32_t index = 0;
    while (index < state.count && state.all[index].function != function) {
        index++;
    }
    if (index == state.capacity) {
        index--;
        state.all[index].function = 0;
    } else if (index == state.count) {
        const cg_counted fresh = {function, 0, 0, 0, 0};
        state.all[state.count++] = fresh;
    }
    return (uint8_t)index;
}

void __cyg_profile_func_enter(void *function, void *caller) {
    (void)caller;
    if (state.depth != 0) {
        charge();
    }
    state.current = counter_of(function);
    state.all[state.current].calls++;
    if (state.depth < DEPTH) {
        state.open[state.depth] = state.current;
    }
    state.depth++;
    go_on();
}

void __cyg_profile_func_exit(void *function, void *caller) {
    (void)function;
    (void)caller;
    charge();
    if (state.depth != 0) {
        state.depth--;
    }
    if (state.depth >= 2 && state.depth <= DEPTH) { /* back in an operator that called another */
        state.current = state.open[state.depth - 1];
    }
    go_on();
}

void cg_counters_begin(cg_counted *counters, uint32_t capacity) {
    state.all = counters;
    state.capacity = capacity;
    state.count = 0;
    state.depth = 0;
}

uint32_t cg_counters_end(void) {
    return state.count;
}
