/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CHANNEL_SUMS_S8_H
#define CG_CHANNEL_SUMS_S8_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Adds to sums[k] what `pixels` pixels have in channel k < channels. Pixels are `step` bytes apart. Sums wrap at 32
 * bits.
 *
 * Bounds: pixels, channels >= 0; sums are aligned to 4.
 *
 * Aliasing: sums overlap nothing.
 */
void cg_channel_sums_s8(int32_t *sums, const int8_t *input, int32_t step, int32_t pixels, int32_t channels);

#ifdef __cplusplus
}
#endif

#endif /* CG_CHANNEL_SUMS_S8_H */
