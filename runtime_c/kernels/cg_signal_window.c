/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_window.h"

#include "cg_signal.h"

void cg_signal_window(const int16_t *input, const int16_t *window, int32_t count, int32_t size, int32_t shift,
                      int16_t *output) {
    int32_t at = 0;

    for (int32_t i = 0; i < count; ++i) {
        output[i] = cg_signal_saturate_s16(((int32_t)input[i] * window[at]) >> shift);
        at = (at + 1 == size) ? 0 : at + 1;
    }
}
