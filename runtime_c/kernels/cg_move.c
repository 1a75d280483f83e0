/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_move.h"

#include <string.h>

#define CG_MOVE_BLOCK 16 /* bytes that are read before any of them is written */

static void cg_move_block(const uint8_t *input, uint8_t *output) {
    uint32_t words[CG_MOVE_BLOCK / 4];

    memcpy(words, input, CG_MOVE_BLOCK);
    memcpy(output, words, CG_MOVE_BLOCK);
}

void cg_move(const void *input, int32_t count, void *output) {
    const uint8_t *in = (const uint8_t *)input;
    uint8_t *out = (uint8_t *)output;
    int32_t at = 0;

    if ((uintptr_t)out <= (uintptr_t)in) {
        for (; at + CG_MOVE_BLOCK <= count; at += CG_MOVE_BLOCK) {
            cg_move_block(in + at, out + at);
        }
        for (; at < count; ++at) {
            out[at] = in[at];
        }
    } else { /* upwards: the last bytes first */
        at = count;
        for (; at >= CG_MOVE_BLOCK; at -= CG_MOVE_BLOCK) {
            cg_move_block(in + at - CG_MOVE_BLOCK, out + at - CG_MOVE_BLOCK);
        }
        for (; at > 0; --at) {
            out[at - 1] = in[at - 1];
        }
    }
}
