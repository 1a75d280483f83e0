/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_OUTPUTS_MVE_H
#define CG_OUTPUTS_MVE_H

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

/* Goes to local label 7 (with care) or 8, whose address `label` has: then 16 bits of each output. */
#define CG_MVE_SHIFTED(label, shift0, shift1, shift2, shift3)                                                          \
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
    "12:\n"

/* To bytes in q0, clamped: `most` is 16 bytes in memory, `least` a vector, `offset` a register. Uses q4. */
#define CG_MVE_NARROWED(offset, most, least)                                                                           \
    "vmovnt.i32 q0, q2\n"                                                                                              \
    "vmovnt.i32 q1, q3\n"                                                                                              \
    "vqadd.s16 q0, q0, " offset "\n"                                                                                   \
    "vqadd.s16 q1, q1, " offset "\n"                                                                                   \
    "vqmovnb.s16 q0, q0\n"                                                                                             \
    "vqmovnt.s16 q0, q1\n"                                                                                             \
    "vldrw.32 q4, " most "\n"                                                                                          \
    "vmax.s8 q0, q0, " least "\n"                                                                                      \
    "vmin.s8 q0, q0, q4\n"
/* clang-format on */

#endif /* CG_OUTPUTS_MVE_H */
