/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The complex FFT of one scalar type, and what surrounds it in a real one. No guard: a kernel file defines the macros
 *
 *   CG_FFT_PLAN, CG_FFT_SCALAR       the plan and the type
 *   CG_FFT_ADD, CG_FFT_SUB(a, b)     a + b, a - b
 *   CG_FFT_NEG(a)                    -a
 *   CG_FFT_MUL(a, b)                 a * b
 *   CG_FFT_MUL_ADD, _SUB(a, b, c, d) a * b + c * d, a * b - c * d
 *   CG_FFT_HALF(a)                   a / 2
 *   CG_FFT_HALF_ADD, _SUB(a, b)      (a + b) / 2, (a - b) / 2
 *   CG_FFT_DIVIDE(a, n)              a / n in fixed point, where it keeps sums in range; a in floating point
 *
 * and includes this. Without them it is empty.
 *
 * Arithmetic: kiss_fft of KISS FFT v130, which TFLite Micro calls: radices 4, 2, 3, 5 in this order from the outside,
 * each stage dividing by its radix before it adds up. Order and rounding of every operation are part of the result.
 */
#ifdef CG_FFT_SCALAR

#include <stdint.h>

#include "cg_config.h"

/* Multiplies (x, y) by the twiddle w. */
#define CG_FFT_TURN(re, im, x, y, w)                                                                                   \
    const CG_FFT_SCALAR re = CG_FFT_MUL_SUB(x, (w)[0], y, (w)[1]);                                                     \
    const CG_FFT_SCALAR im = CG_FFT_MUL_ADD(x, (w)[1], y, (w)[0])

/* Element a, divided by the radix. */
#define CG_FFT_LOAD(re, im, a, radix)                                                                                  \
    const CG_FFT_SCALAR re = CG_FFT_DIVIDE((a)[0], radix);                                                             \
    const CG_FFT_SCALAR im = CG_FFT_DIVIDE((a)[1], radix)

CG_INLINE void cg_fft_radix_2(const CG_FFT_PLAN *plan, CG_FFT_SCALAR *data, int32_t span, int32_t stride) {
    for (int32_t k = 0; k < span; ++k) {
        CG_FFT_SCALAR *a = data + 2 * k;
        CG_FFT_SCALAR *b = a + 2 * span;
        CG_FFT_LOAD(ar, ai, a, 2);
        CG_FFT_LOAD(br, bi, b, 2);
        CG_FFT_TURN(tr, ti, br, bi, plan->twiddles + 2 * k * stride);

        b[0] = CG_FFT_SUB(ar, tr);
        b[1] = CG_FFT_SUB(ai, ti);
        a[0] = CG_FFT_ADD(ar, tr);
        a[1] = CG_FFT_ADD(ai, ti);
    }
}

CG_INLINE void cg_fft_radix_3(const CG_FFT_PLAN *plan, CG_FFT_SCALAR *data, int32_t span, int32_t stride) {
    const CG_FFT_SCALAR third = plan->twiddles[2 * stride * span + 1];

    for (int32_t k = 0; k < span; ++k) {
        CG_FFT_SCALAR *a = data + 2 * k;
        CG_FFT_SCALAR *b = a + 2 * span;
        CG_FFT_SCALAR *c = b + 2 * span;
        CG_FFT_LOAD(ar, ai, a, 3);
        CG_FFT_LOAD(br, bi, b, 3);
        CG_FFT_LOAD(cr, ci, c, 3);
        CG_FFT_TURN(pr, pi, br, bi, plan->twiddles + 2 * k * stride);
        CG_FFT_TURN(qr, qi, cr, ci, plan->twiddles + 4 * k * stride);
        const CG_FFT_SCALAR sum_r = CG_FFT_ADD(pr, qr);
        const CG_FFT_SCALAR sum_i = CG_FFT_ADD(pi, qi);
        const CG_FFT_SCALAR dif_r = CG_FFT_MUL(CG_FFT_SUB(pr, qr), third);
        const CG_FFT_SCALAR dif_i = CG_FFT_MUL(CG_FFT_SUB(pi, qi), third);
        const CG_FFT_SCALAR mid_r = CG_FFT_SUB(ar, CG_FFT_HALF(sum_r));
        const CG_FFT_SCALAR mid_i = CG_FFT_SUB(ai, CG_FFT_HALF(sum_i));

        a[0] = CG_FFT_ADD(ar, sum_r);
        a[1] = CG_FFT_ADD(ai, sum_i);
        c[0] = CG_FFT_ADD(mid_r, dif_i);
        c[1] = CG_FFT_SUB(mid_i, dif_r);
        b[0] = CG_FFT_SUB(mid_r, dif_i);
        b[1] = CG_FFT_ADD(mid_i, dif_r);
    }
}

CG_INLINE void cg_fft_radix_4(const CG_FFT_PLAN *plan, CG_FFT_SCALAR *data, int32_t span, int32_t stride) {
    const int32_t second = (plan->is_inverse != 0) ? 6 * span : 2 * span; /* the inverse swaps these two */
    const int32_t fourth = 8 * span - second;

    for (int32_t k = 0; k < span; ++k) {
        CG_FFT_SCALAR *a = data + 2 * k;
        CG_FFT_LOAD(ar, ai, a, 4);
        CG_FFT_LOAD(br, bi, a + 2 * span, 4);
        CG_FFT_LOAD(cr, ci, a + 4 * span, 4);
        CG_FFT_LOAD(dr, di, a + 6 * span, 4);
        CG_FFT_TURN(pr, pi, br, bi, plan->twiddles + 2 * k * stride);
        CG_FFT_TURN(qr, qi, cr, ci, plan->twiddles + 4 * k * stride);
        CG_FFT_TURN(sr, si, dr, di, plan->twiddles + 6 * k * stride);
        const CG_FFT_SCALAR even_r = CG_FFT_ADD(ar, qr);
        const CG_FFT_SCALAR even_i = CG_FFT_ADD(ai, qi);
        const CG_FFT_SCALAR rest_r = CG_FFT_SUB(ar, qr);
        const CG_FFT_SCALAR rest_i = CG_FFT_SUB(ai, qi);
        const CG_FFT_SCALAR sum_r = CG_FFT_ADD(pr, sr);
        const CG_FFT_SCALAR sum_i = CG_FFT_ADD(pi, si);
        const CG_FFT_SCALAR dif_r = CG_FFT_SUB(pr, sr);
        const CG_FFT_SCALAR dif_i = CG_FFT_SUB(pi, si);

        a[4 * span] = CG_FFT_SUB(even_r, sum_r);
        a[4 * span + 1] = CG_FFT_SUB(even_i, sum_i);
        a[0] = CG_FFT_ADD(even_r, sum_r);
        a[1] = CG_FFT_ADD(even_i, sum_i);
        a[second] = CG_FFT_ADD(rest_r, dif_i);
        a[second + 1] = CG_FFT_SUB(rest_i, dif_r);
        a[fourth] = CG_FFT_SUB(rest_r, dif_i);
        a[fourth + 1] = CG_FFT_ADD(rest_i, dif_r);
    }
}

/* x + m * y + n * z, added from the left. */
#define CG_FFT_SUM_3(x, m, y, n, z) CG_FFT_ADD(CG_FFT_ADD(x, CG_FFT_MUL(m, y)), CG_FFT_MUL(n, z))

CG_INLINE void cg_fft_radix_5(const CG_FFT_PLAN *plan, CG_FFT_SCALAR *data, int32_t span, int32_t stride) {
    const CG_FFT_SCALAR *y = plan->twiddles + 2 * stride * span;
    const CG_FFT_SCALAR *z = plan->twiddles + 4 * stride * span;

    for (int32_t k = 0; k < span; ++k) {
        CG_FFT_SCALAR *a = data + 2 * k;
        CG_FFT_SCALAR *b = a + 2 * span;
        CG_FFT_SCALAR *c = b + 2 * span;
        CG_FFT_SCALAR *d = c + 2 * span;
        CG_FFT_SCALAR *e = d + 2 * span;
        CG_FFT_LOAD(ar, ai, a, 5);
        CG_FFT_LOAD(br, bi, b, 5);
        CG_FFT_LOAD(cr, ci, c, 5);
        CG_FFT_LOAD(dr, di, d, 5);
        CG_FFT_LOAD(er, ei, e, 5);
        CG_FFT_TURN(pr, pi, br, bi, plan->twiddles + 2 * k * stride);
        CG_FFT_TURN(qr, qi, cr, ci, plan->twiddles + 4 * k * stride);
        CG_FFT_TURN(sr, si, dr, di, plan->twiddles + 6 * k * stride);
        CG_FFT_TURN(tr, ti, er, ei, plan->twiddles + 8 * k * stride);
        const CG_FFT_SCALAR outer_r = CG_FFT_ADD(pr, tr);
        const CG_FFT_SCALAR outer_i = CG_FFT_ADD(pi, ti);
        const CG_FFT_SCALAR outer_dr = CG_FFT_SUB(pr, tr);
        const CG_FFT_SCALAR outer_di = CG_FFT_SUB(pi, ti);
        const CG_FFT_SCALAR inner_r = CG_FFT_ADD(qr, sr);
        const CG_FFT_SCALAR inner_i = CG_FFT_ADD(qi, si);
        const CG_FFT_SCALAR inner_dr = CG_FFT_SUB(qr, sr);
        const CG_FFT_SCALAR inner_di = CG_FFT_SUB(qi, si);
        const CG_FFT_SCALAR m_r = CG_FFT_SUM_3(ar, outer_r, y[0], inner_r, z[0]);
        const CG_FFT_SCALAR m_i = CG_FFT_SUM_3(ai, outer_i, y[0], inner_i, z[0]);
        const CG_FFT_SCALAR n_r = CG_FFT_ADD(CG_FFT_MUL(outer_di, y[1]), CG_FFT_MUL(inner_di, z[1]));
        const CG_FFT_SCALAR n_i = CG_FFT_SUB(CG_FFT_NEG(CG_FFT_MUL(outer_dr, y[1])), CG_FFT_MUL(inner_dr, z[1]));
        const CG_FFT_SCALAR u_r = CG_FFT_SUM_3(ar, outer_r, z[0], inner_r, y[0]);
        const CG_FFT_SCALAR u_i = CG_FFT_SUM_3(ai, outer_i, z[0], inner_i, y[0]);
        const CG_FFT_SCALAR v_r = CG_FFT_ADD(CG_FFT_NEG(CG_FFT_MUL(outer_di, z[1])), CG_FFT_MUL(inner_di, y[1]));
        const CG_FFT_SCALAR v_i = CG_FFT_SUB(CG_FFT_MUL(outer_dr, z[1]), CG_FFT_MUL(inner_dr, y[1]));

        a[0] = CG_FFT_ADD(ar, CG_FFT_ADD(outer_r, inner_r));
        a[1] = CG_FFT_ADD(ai, CG_FFT_ADD(outer_i, inner_i));
        b[0] = CG_FFT_SUB(m_r, n_r);
        b[1] = CG_FFT_SUB(m_i, n_i);
        e[0] = CG_FFT_ADD(m_r, n_r);
        e[1] = CG_FFT_ADD(m_i, n_i);
        c[0] = CG_FFT_ADD(u_r, v_r);
        c[1] = CG_FFT_ADD(u_i, v_i);
        d[0] = CG_FFT_SUB(u_r, v_r);
        d[1] = CG_FFT_SUB(u_i, v_i);
    }
}

/* The transform of plan->size complex numbers, which lie at their places (cg_fft_place) before. */
CG_INLINE void cg_fft_run(const CG_FFT_PLAN *plan, CG_FFT_SCALAR *data) {
    int32_t stride = plan->size;

    for (int32_t stage = plan->stages - 1; stage >= 0; --stage) {
        const int32_t radix = plan->radix[stage];
        const int32_t span = plan->span[stage];

        stride /= radix;
        for (int32_t first = 0; first < plan->size; first += radix * span) {
            CG_FFT_SCALAR *block = data + 2 * first;

            switch (radix) {
            case 2:
                cg_fft_radix_2(plan, block, span, stride);
                break;
            case 3:
                cg_fft_radix_3(plan, block, span, stride);
                break;
            case 4:
                cg_fft_radix_4(plan, block, span, stride);
                break;
            default:
                cg_fft_radix_5(plan, block, span, stride);
                break;
            }
        }
    }
}

/*
 * The place of element k + 1 from that of element k: a number whose digits, of the plan's radices, count up from the
 * highest. `digits` are those of k, all 0 at first.
 */
CG_INLINE int32_t cg_fft_place(const CG_FFT_PLAN *plan, int32_t digits[CG_FFT_STAGES], int32_t place) {
    for (int32_t stage = 0; stage < plan->stages; ++stage) {
        const int32_t span = plan->span[stage];

        place += span;
        if (++digits[stage] < plan->radix[stage]) {
            break;
        }
        digits[stage] = 0;
        place -= plan->radix[stage] * span;
    }
    return place;
}

#endif /* CG_FFT_SCALAR */
