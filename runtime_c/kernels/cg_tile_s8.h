/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_TILE_S8_H
#define CG_TILE_S8_H

#include <stdint.h>

#include "cg_config.h"

/*
 *   CG_THUMB1  1 on Armv6-M with GNU assembler: eight registers take part in a multiplication, which overwrites one of
 *              its operands, and there is no 64-bit product
 */
#ifndef CG_THUMB1
#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#define CG_THUMB1 1
#else
#define CG_THUMB1 0
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Sums of a tile: five pixels of one channel, or five units of a dense layer. */
#define CG_TILE 5

/* Unsigned weights are the weight plus this. */
#define CG_TILE_WEIGHT_OFFSET 128

/*
 * A tile's products, values being int8 widened to 32 bits. Sums wrap at 32 bits.
 *
 * A channel (or unit) has four words in `steps`: the sum's start s, multiplier m, offset c and shift e. Its outputs are
 *   (y + c - [x < 0]) >> e, saturated to int8, with x the sum and y = x * m / 2^31 rounded to nearest, halves upwards.
 * |x| < 2^30, 0 <= m < 2^31. codegen/operators/_tile/channels.py proves that this is the reference's rounding.
 *
 * Output p of a tile goes to output[places[p]], the last p first, so that places of outputs that nobody wants may be
 * that of output 0. The functions change the job: they leave the pointers behind what they have done.
 */
typedef struct {
    const int32_t *values;
    const uint8_t *weights;
    const int32_t *steps;
    const int32_t *steps_end;
    int8_t *output;
    const int8_t *output_end;
    int32_t count;
    int32_t output_step;
    const int32_t *taps;
    const int32_t *taps_end;
    int32_t offsets[CG_TILE];
    int32_t places[CG_TILE];
    int32_t *sums;
    const int32_t *sums_end;
    const uint8_t *bytes;
} cg_tile_job;

/* Five pixels, every channel of `steps` to `steps_end`: values[count][CG_TILE] times weights[channels][count], which
 * are unsigned; x starts with s + offsets[pixel], or with five words of `sums` + offsets (NULL: without). count is a
 * multiple of 4. Channels are next to each other. */
void cg_tile_channels_s8(cg_tile_job *job);

/* One channel, tiles of five pixels from `output` to `output_end`, output_step apart: the values at `values` plus the
 * offset (in bytes) times the weight, for each pair (offset, weight) from `taps` to `taps_end`, whose number is a
 * multiple of 3. From tile to tile `values` moves on by five words. */
void cg_tile_line_s8(cg_tile_job *job);

/* Blocks of five units from `steps` to `steps_end`: bytes[count], which are unsigned, times
 * weights[blocks][count][CG_TILE], which are too; x starts with s + offsets[0]. count is a multiple of 8. From block to
 * block `output` moves on by five. */
void cg_tile_units_s8(cg_tile_job *job);

/* The same sums left where they are, from `sums` to `sums_end`: a part of the products of every channel. */
void cg_tile_sums_s8(cg_tile_job *job);

/* The output of a sum, with the channel's words behind s. */
CG_INLINE int8_t cg_tile_output(int32_t x, const int32_t *steps) {
    int32_t y;
#if CG_THUMB1
    /* x = xh * 2^15 + xl, m = mh * 2^16 + ml: four products of 32 bits, none of which overflows. */
    const int32_t xh = x >> 15;
    const int32_t xl = x & 0x7FFF;
    const int32_t mh = steps[0] >> 16;
    const int32_t ml = steps[0] & 0xFFFF;
    const int32_t middle = xh * ml + (int32_t)(((uint32_t)xl * (uint32_t)ml) >> 15) + (1 << 15);
    y = xh * mh + ((xl * mh + (middle >> 1)) >> 15);
#else
    y = (int32_t)(((int64_t)x * (int64_t)steps[0] + ((int64_t)1 << 30)) >> 31);
#endif
    y = (y + steps[1] + (x >> 31)) >> steps[2];
    return (int8_t)(y < -128 ? -128 : (y > 127 ? 127 : y));
}

/* Bounds beyond the saturation: [from, to) between `low` and `high`. */
CG_INLINE void cg_tile_clamp(int8_t *from, const int8_t *to, int32_t low, int32_t high) {
    if (low <= -128 && high >= 127) {
        return;
    }
    for (; from != to; ++from) {
        const int32_t value = *from < low ? low : *from;
        *from = (int8_t)(value > high ? high : value);
    }
}

#ifdef __cplusplus
}
#endif

#endif /* CG_TILE_S8_H */
