/* SPDX-License-Identifier: Apache-2.0 */
/* Time and calls of every function of a module that was compiled with -finstrument-functions.
 *
 * Ticks go to the function that was entered last, and after its end still to it until the next one is entered or one
 * below another goes on: so that what lies between two operators belongs to the first, and the counters add up to the
 * whole. The hooks' own time is in none of them. */
#ifndef CG_COUNTERS_H_INCLUDED
#define CG_COUNTERS_H_INCLUDED

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const void *function; /* NULL: all for which there was no room */
    uint32_t calls;
    uint32_t charges; /* intervals added up, each longer by what cg_calls.h shows */
    uint32_t polls;   /* cg_counter_poll_instructions too many for each */
    uint64_t ticks;
} cg_counted;

/* Where the counters are kept, room for `capacity` of them (at least 2, at most 255); begins to count. */
void cg_counters_begin(cg_counted *counters, uint32_t capacity);

/* Ends the last interval; the number of counters, in the order of first entry. */
uint32_t cg_counters_end(void);

#ifdef __cplusplus
}
#endif
#endif /* CG_COUNTERS_H_INCLUDED */
