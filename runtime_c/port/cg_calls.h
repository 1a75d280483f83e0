/* SPDX-License-Identifier: Apache-2.0 */
/* The same calls of a function that does nothing, once plain (cg_session.c), once compiled with counters
 * (cg_counted_calls.c): their difference is what the counters' hooks cost. */
#ifndef CG_CALLS_H_INCLUDED
#define CG_CALLS_H_INCLUDED

#define CG_CALLS 64

static __attribute__((noinline)) int cg_called(int number) {
    __asm__ volatile("" : "+r"(number));
    return number;
}

static int cg_calls(void) {
    int sum = 0;
    for (int i = 0; i < CG_CALLS; i++) {
        sum |= cg_called(0);
    }
    return sum;
}

#endif /* CG_CALLS_H_INCLUDED */
