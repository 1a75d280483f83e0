/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOGISTIC_S16_H
#define CG_LOGISTIC_S16_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOGISTIC of int16, to a scale of 2^-15.
 *
 * `table` has 256 values of the logistic function (cg_sigmoid.h); multiplier and shift make its argument from the
 * input.
 *
 * Bounds: multiplier >= 0 and shift in [0, 31] with 32768 * multiplier + 2^(shift - 1) < 2^31.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: reference_integer_ops::Logistic of TFLite Micro.
 */
void cg_logistic_s16(const uint16_t *table, int32_t multiplier, int32_t shift, const int16_t *input, int32_t count,
                     int16_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOGISTIC_S16_H */
