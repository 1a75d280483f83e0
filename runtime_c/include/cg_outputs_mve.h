/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_OUTPUTS_MVE_H
#define CG_OUTPUTS_MVE_H

#include <stdint.h>

#include "cg_config.h"

/*
 * Assembly for MVE that takes the sums of four pixels (across lanes) and four outputs (q0 to q3) to bytes. With pixels
 * across lanes, bias, multiplier and shift are scalars, and narrowing leaves the four outputs of a pixel in one word.
 *
 * VQRDMULH is cg_saturating_rounding_doubling_high_mul; VRSHL by a negative shift is cg_rounding_divide_by_power_of_two
 * but that halves below zero go up. With care, 1 is taken from what is below zero before a shift below 0: that moves
 * these halves and nothing else; and what leaves 16 bits is saturated. The compiler proves where no care is needed.
 */

/* clang-format off */
#define CG_MVE_SCALED(q, load, bias, multiplier)                                                                       \
    "vldrw.32 " q ", " load "\n"                                                                                       \
    "vadd.i32 " q ", " q ", " bias "\n"                                                                                \
    "vqrdmulh.s32 " q ", " q ", " multiplier "\n"

/* Uses q4. */
#define CG_MVE_SHIFTED_WITH_CARE(q, shift)                                                                             \
    "vshr.s32 q4, " q ", #31\n"                                                                                        \
    "vadd.i32 " q ", " q ", q4\n"                                                                                      \
    "vrshl.s32 " q ", " shift "\n"                                                                                     \
    "vqmovnb.s32 " q ", " q "\n"

/*
 * The four outputs as bytes in q0: in each word those of a pixel. Uses q4, and labels 7 to 9, 12 and 14.
 *
 * `label` has the address of local label 7 (with care), 8 (without) or 9 (the same, for a zero point and a least output
 * of -128 and a greatest one of 127); `offset_end` two words for the registers `offset` and `end`, `only_end` the second
 * of them. `most` is 16 bytes in memory, `least` a vector.
 */
#define CG_MVE_BYTES(label, shift0, shift1, shift2, shift3, offset_end, only_end, offset, end, most, least)            \
    "ldr pc, " label "\n"                                                                                              \
    "7:\n"                                                                                                             \
    CG_MVE_SHIFTED_WITH_CARE("q0", shift0)                                                                             \
    CG_MVE_SHIFTED_WITH_CARE("q1", shift1)                                                                             \
    CG_MVE_SHIFTED_WITH_CARE("q2", shift2)                                                                             \
    CG_MVE_SHIFTED_WITH_CARE("q3", shift3)                                                                             \
    "b.n 12f\n"                                                                                                        \
    "8:\n"                                                                                                             \
    "vrshl.s32 q0, " shift0 "\n"                                                                                       \
    "vrshl.s32 q1, " shift1 "\n"                                                                                       \
    "vrshl.s32 q2, " shift2 "\n"                                                                                       \
    "vrshl.s32 q3, " shift3 "\n"                                                                                       \
    "12:\n"                                                                                                            \
    "ldrd " offset ", " end ", " offset_end "\n"                                                                       \
    "vmovnt.i32 q0, q2\n"                                                                                              \
    "vmovnt.i32 q1, q3\n"                                                                                              \
    "vqadd.s16 q0, q0, " offset "\n"                                                                                   \
    "vqadd.s16 q1, q1, " offset "\n"                                                                                   \
    "vqmovnb.s16 q0, q0\n"                                                                                             \
    "vqmovnt.s16 q0, q1\n"                                                                                             \
    "vldrw.32 q4, " most "\n"                                                                                          \
    "vmax.s8 q0, q0, " least "\n"                                                                                      \
    "vmin.s8 q0, q0, q4\n"                                                                                             \
    "b.n 14f\n"                                                                                                        \
    "9:\n"                                                                                                             \
    "vrshl.s32 q0, " shift0 "\n"                                                                                       \
    "vrshl.s32 q1, " shift1 "\n"                                                                                       \
    "vrshl.s32 q2, " shift2 "\n"                                                                                       \
    "vrshl.s32 q3, " shift3 "\n"                                                                                       \
    "vmovnt.i32 q0, q2\n"                                                                                              \
    "vmovnt.i32 q1, q3\n"                                                                                              \
    "vqmovunb.s16 q0, q0\n" /* to [0, 255], which is 128 more */                                                       \
    "vqmovunt.s16 q0, q1\n"                                                                                            \
    "veor q0, q0, " least "\n"                                                                                         \
    "ldr " end ", " only_end "\n"                                                                                      \
    "14:\n"

/* Puts an address of Thumb code, for `label`, in r1: by `path` (0, 1 or 2), a register from r2 to r7. Uses label 14. */
#define CG_MVE_PATH(path)                                                                                              \
    "adr.w r1, 8f\n"                                                                                                   \
    "cbz " path ", 14f\n"                                                                                              \
    "adr.w r1, 9f\n"                                                                                                   \
    "cmp " path ", #2\n"                                                                                               \
    "beq.n 14f\n"                                                                                                      \
    "adr.w r1, 7f\n"                                                                                                   \
    "14:\n"                                                                                                            \
    "orr r1, r1, #1\n"
/* clang-format on */

/* `path` of the above. */
CG_INLINE uint32_t cg_mve_path(int32_t careful, int32_t output_offset, int32_t least, int32_t most) {
    const int is_whole_range = output_offset == -128 && least == -128 && most == 127;
    return careful ? 1u : is_whole_range ? 2u : 0u;
}

#endif /* CG_OUTPUTS_MVE_H */
