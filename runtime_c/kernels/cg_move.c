/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_move.h"

#include "cg_config.h"

#if defined(__ARM_FEATURE_MVE)

#include <arm_mve.h>

#define CG_MOVE_BLOCK 16u /* bytes that are read before any of them is written */

CG_INLINE void cg_move_block(const uint8_t *input, uint8_t *output) {
    vstrbq_u8(output, vldrbq_u8(input));
}

#else

#include <string.h>

#define CG_MOVE_BLOCK 16u

CG_INLINE void cg_move_block(const uint8_t *input, uint8_t *output) {
    uint32_t words[CG_MOVE_BLOCK / 4];

    memcpy(words, input, CG_MOVE_BLOCK);
    memcpy(output, words, CG_MOVE_BLOCK);
}

#endif

void cg_move(const void *input, int32_t count, void *output) {
    const uint8_t *in = (const uint8_t *)input;
    uint8_t *out = (uint8_t *)output;
    uint32_t blocks = (uint32_t)count / CG_MOVE_BLOCK;
    uint32_t rest = (uint32_t)count % CG_MOVE_BLOCK;

    if ((uintptr_t)out <= (uintptr_t)in) {
        for (; blocks > 0; --blocks, in += CG_MOVE_BLOCK, out += CG_MOVE_BLOCK) {
            cg_move_block(in, out);
        }
        for (; rest > 0; --rest) {
            *out++ = *in++;
        }
    } else { /* upwards: the last bytes first */
        in += count;
        out += count;
        for (; blocks > 0; --blocks) {
            in -= CG_MOVE_BLOCK;
            out -= CG_MOVE_BLOCK;
            cg_move_block(in, out);
        }
        for (; rest > 0; --rest) {
            *--out = *--in;
        }
    }
}
