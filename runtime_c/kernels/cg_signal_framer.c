/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_framer.h"

#include <stddef.h>
#include <string.h>

#include "cg_signal.h"

static void make_frame(const cg_signal_framer_params *params, const int16_t *history, const int16_t *input,
                       int16_t *frame) {
    const int32_t old = (params->held < params->size) ? params->held : params->size;

    if (old > 0) {
        memcpy(frame, history, (size_t)old * sizeof *frame);
    }
    memcpy(frame + old, input, (size_t)(params->size - old) * sizeof *frame);
}

void cg_signal_framer(const cg_signal_framer_params *params, const int16_t *input, int16_t *history, int32_t *seen,
                      int16_t *output, uint8_t *is_valid) {
    const int32_t before = (params->warm_up > 0) ? *seen : 0;
    const int32_t after = before + params->steps;

    for (int32_t stream = 0; stream < params->streams; ++stream) {
        for (int32_t step = 0; step < params->steps; ++step) {
            if (before + step < params->warm_up) {
                memset(output, 0, (size_t)params->size * sizeof *output);
            } else {
                make_frame(params, history, input, output);
            }
            cg_signal_push(history, params->held, input, params->step);
            input += params->step;
            output += params->size;
        }
        if (params->held > 0) {
            history += params->held;
        }
    }
    *is_valid = (before >= params->warm_up) ? 1U : 0U;
    if (params->warm_up > 0) {
        *seen = (after < params->warm_up) ? after : params->warm_up;
    }
}
