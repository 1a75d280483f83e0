/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_delay.h"

#include <stddef.h>
#include <string.h>

#include "cg_signal.h"

void cg_signal_delay(const int16_t *input, int32_t streams, int32_t size, int32_t delay, int16_t *history,
                     int16_t *output) {
    const int32_t old = (delay < size) ? delay : size;

    for (int32_t stream = 0; stream < streams; ++stream) {
        if (old > 0) {
            memcpy(output, history, (size_t)old * sizeof *output);
        }
        memcpy(output + old, input, (size_t)(size - old) * sizeof *output);
        cg_signal_push(history, delay, input, size);
        input += size;
        output += size;
        if (delay > 0) {
            history += delay;
        }
    }
}
