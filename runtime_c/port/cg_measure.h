/* SPDX-License-Identifier: Apache-2.0 */
/* One call of a model measured: time, stack, guards. */
#ifndef CG_MEASURE_H_INCLUDED
#define CG_MEASURE_H_INCLUDED

#include "cg_harness.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CG_SPIN_ROUNDS 1000000U
#define CG_GUARDED_SPANS_MOST 15
#define CG_STACK_BIT 31

typedef struct {
    int32_t status; /* the function's */
    uint32_t ticks_low, ticks_high, polls;
    uint32_t stack;  /* bytes below the caller */
    uint32_t guards; /* bit 2 * span for the guard before it, 2 * span + 1 for the one after, bit 31 for the stack */
} cg_measurement;

/* Fills arenas and state as well as their guards: what a model has not written itself it must not rely on. */
void cg_prepare_spans(const cg_model *model);

/* The bits of the guards that were written since, as in cg_measurement. */
uint32_t cg_damaged_guards(const cg_model *model);

cg_measurement cg_measure(const cg_model *model, int (*function)(void));

/* For the measure of a tick: a loop of CG_SPIN_ROUNDS times two instructions, and nothing at all. Both give 0. */
int cg_spin(void);
int cg_nothing(void);

#ifdef __cplusplus
}
#endif
#endif /* CG_MEASURE_H_INCLUDED */
