/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_HYBRID_H
#define CG_HYBRID_H

#include <stdint.h>

#include <math.h>
#include <string.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Dynamic-range ("hybrid") arithmetic: float elements are quantized to int8 as they come, for products with int8
 * weights. element = factor * (quantized - offset), nearly.
 *
 * Arithmetic: PortableSymmetricQuantizeFloats and PortableAsymmetricQuantizeFloats of TFLite, as LiteRT 2.3.0 computes
 * them: the range is a float, and the offset is added after the rounding.
 */
typedef struct {
    float factor;
    int32_t offset;
} cg_hybrid_scale;

/* The nearest integer, halves away from zero, in [least, most]; what is not a number is `least`. */
CG_INLINE int32_t cg_round_within(float value, int32_t least, int32_t most) {
    return !(value > (float)least) ? least : !(value < (float)most) ? most : (int32_t)roundf(value);
}

/* To [-127, 127] with the offset 0: the element of the largest magnitude becomes +-127. */
CG_INLINE cg_hybrid_scale cg_quantize_symmetric(const float *values, int32_t count, int8_t *quantized) {
    cg_hybrid_scale scale;
    float range = 0.0f;
    scale.factor = 1.0f;
    scale.offset = 0;
    for (int32_t i = 0; i < count; ++i) {
        const float magnitude = fabsf(values[i]);
        range = (range < magnitude) ? magnitude : range;
    }
    if (!(range > 0.0f)) {
        memset(quantized, 0, (size_t)count);
        return scale;
    }
    scale.factor = range / 127.0f;
    const float inverse = 127.0f / range;
    for (int32_t i = 0; i < count; ++i) {
        quantized[i] = (int8_t)cg_round_within(values[i] * inverse, -127, 127);
    }
    return scale;
}

/* To [-128, 127] with an offset such that 0 is exact: for elements of one sign twice as fine. */
CG_INLINE cg_hybrid_scale cg_quantize_asymmetric(const float *values, int32_t count, int8_t *quantized) {
    cg_hybrid_scale scale;
    float least = 0.0f;
    float most = 0.0f;
    scale.factor = 1.0f;
    scale.offset = 0;
    for (int32_t i = 0; i < count; ++i) {
        least = (values[i] < least) ? values[i] : least;
        most = (most < values[i]) ? values[i] : most;
    }
    if (!(least < most)) {
        memset(quantized, 0, (size_t)count);
        return scale;
    }
    const double step = (double)(most - least) / 255.0;
    const double below = (double)least / step;
    const double above = (double)most / step;
    const double zero_point = (128.0 + fabs(below) < 127.0 + fabs(above)) ? -128.0 - below : 127.0 - above;
    scale.offset = !(zero_point > -128.0) ? -128 : !(zero_point < 127.0) ? 127 : (int32_t)round(zero_point);
    scale.factor = (float)step;
    const float inverse = 1.0f / scale.factor;
    for (int32_t i = 0; i < count; ++i) {
        const int32_t distance = cg_round_within(values[i] * inverse, -128 - scale.offset, 127 - scale.offset);
        quantized[i] = (int8_t)(scale.offset + distance);
    }
    return scale;
}

CG_INLINE cg_hybrid_scale cg_quantize_hybrid(const float *values, int32_t count, int32_t asymmetric,
                                             int8_t *quantized) {
    return (asymmetric != 0) ? cg_quantize_asymmetric(values, count, quantized)
                             : cg_quantize_symmetric(values, count, quantized);
}

#ifdef __cplusplus
}
#endif

#endif /* CG_HYBRID_H */
