/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_signal_stacker.h"

#include <stddef.h>
#include <string.h>

void cg_signal_stacker(const cg_signal_stacker_params *params, const int16_t *input, int16_t *held, int32_t *count,
                       int16_t *output, uint8_t *is_valid) {
    const size_t frame = (size_t)params->channels;
    const int32_t before = (*count == 0) ? 0 : *count - 1;
    int32_t now = before + ((*count == 0) ? params->left + 1 : 1);
    const int32_t is_whole = now >= params->frames;
    int16_t *queue = is_whole ? output : held;

    if (is_whole) {
        memcpy(output, held, (size_t)before * frame * sizeof *output);
    } else {
        memset(output, 0, (size_t)params->frames * frame * sizeof *output);
    }
    for (int32_t i = before; i < now; ++i) {
        memcpy(queue + (size_t)i * frame, input, frame * sizeof *queue);
    }
    if (is_whole) {
        now -= params->step;
        memcpy(held, output + (size_t)params->step * frame, (size_t)now * frame * sizeof *held);
    }
    *count = now + 1;
    *is_valid = is_whole ? 1U : 0U;
}
