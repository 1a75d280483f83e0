/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_FACTORS_H
#define CG_FACTORS_H

#include <stdint.h>

/* The factors of quantized sums, one per output channel. */
typedef struct {
    const int32_t *multiplier;
    const int32_t *shift;
} cg_factors;

#endif /* CG_FACTORS_H */
