/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LOG_F32_H
#define CG_LOG_F32_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * LOG: the natural logarithm; not a number where x < 0.
 *
 * Aliasing: output may be equal to input; otherwise it must not overlap it.
 *
 * Arithmetic: LogEval of TFLite Micro.
 */
void cg_log_f32(const float *input, int32_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_LOG_F32_H */
