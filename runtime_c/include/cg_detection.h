/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DETECTION_H
#define CG_DETECTION_H

#include <math.h>
#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the two forms of TFLite_Detection_PostProcess share.
 *
 *   boxes                 candidates: rows of encodings, scores and anchors
 *   code_size             numbers of one encoding, of which the first four are y, x, h, w
 *   classes, background   scores of one box, and those (0 or 1) in front of them that are not used
 *   max_detections        at most so many boxes are chosen (regular: of all classes together)
 *   per_box, per_class    fast: classes told of each chosen box; regular: boxes chosen of each class
 *   *_scale               what encodings are divided by; not 0
 *   score_threshold       lower scores are no candidates
 *   overlap_threshold     a box that overlaps a better one more than this (intersection over union) is dropped
 *
 * The scratch holds the corners and the score of every box, and a flag: 21 * boxes bytes, aligned to 4.
 */
typedef struct {
    int32_t boxes;
    int32_t code_size;
    int32_t classes;
    int32_t background;
    int32_t max_detections;
    int32_t per_box;
    int32_t per_class;
    float y_scale;
    float x_scale;
    float h_scale;
    float w_scale;
    float score_threshold;
    float overlap_threshold;
} cg_detection_params;

typedef struct {
    float ymin;
    float xmin;
    float ymax;
    float xmax;
} cg_detection_box;

typedef struct {
    cg_detection_box *corners;
    float *scores;
    uint8_t *is_active;
} cg_detection_scratch;

CG_INLINE cg_detection_scratch cg_detection_split(const cg_detection_params *params, void *scratch) {
    cg_detection_scratch parts;

    parts.corners = (cg_detection_box *)scratch;
    parts.scores = (float *)(void *)(parts.corners + params->boxes);
    parts.is_active = (uint8_t *)(parts.scores + params->boxes);
    return parts;
}

/* DecodeCenterSizeBoxes, in double as there; 0 where a box has no area, which the reference refuses. */
CG_INLINE int cg_detection_decode(const cg_detection_params *params, const float *encodings, const float *anchors,
                                  cg_detection_box *corners) {
    int is_valid = 1;

    for (int32_t i = 0; i < params->boxes; ++i) {
        const float *code = encodings + i * params->code_size;
        const float *anchor = anchors + 4 * i;
        const double h = anchor[2];
        const double w = anchor[3];
        const float y = (float)((double)code[0] / (double)params->y_scale * h + (double)anchor[0]);
        const float x = (float)((double)code[1] / (double)params->x_scale * w + (double)anchor[1]);
        const float half_h = (float)(0.5 * exp((double)code[2] / (double)params->h_scale) * h);
        const float half_w = (float)(0.5 * exp((double)code[3] / (double)params->w_scale) * w);

        corners[i].ymin = y - half_h;
        corners[i].xmin = x - half_w;
        corners[i].ymax = y + half_h;
        corners[i].xmax = x + half_w;
        if (corners[i].ymin >= corners[i].ymax || corners[i].xmin >= corners[i].xmax) {
            is_valid = 0;
        }
    }
    return is_valid;
}

/* ComputeIntersectionOverUnion */
CG_INLINE float cg_detection_overlap(const cg_detection_box *a, const cg_detection_box *b) {
    const float area_a = (a->ymax - a->ymin) * (a->xmax - a->xmin);
    const float area_b = (b->ymax - b->ymin) * (b->xmax - b->xmin);

    if (area_a <= 0.0F || area_b <= 0.0F) {
        return 0.0F;
    }
    const float ymin = (a->ymin < b->ymin) ? b->ymin : a->ymin;
    const float xmin = (a->xmin < b->xmin) ? b->xmin : a->xmin;
    const float ymax = (b->ymax < a->ymax) ? b->ymax : a->ymax;
    const float xmax = (b->xmax < a->xmax) ? b->xmax : a->xmax;
    const float height = (ymax - ymin < 0.0F) ? 0.0F : ymax - ymin;
    const float width = (xmax - xmin < 0.0F) ? 0.0F : xmax - xmin;
    const float common = height * width;

    return common / (area_a + area_b - common);
}

/* Makes every box whose score reaches the threshold a candidate. */
CG_INLINE void cg_detection_start(const cg_detection_params *params, const cg_detection_scratch *parts) {
    for (int32_t i = 0; i < params->boxes; ++i) {
        parts->is_active[i] = (parts->scores[i] >= params->score_threshold) ? 1U : 0U;
    }
}

/*
 * The best candidate, of equal ones the first; -1 if there is none. It and what overlaps it are no candidates any more.
 * NonMaxSuppressionSingleClassHelper takes them in the same order from a sorted list.
 */
CG_INLINE int32_t cg_detection_next(const cg_detection_params *params, const cg_detection_scratch *parts) {
    int32_t best = -1;

    for (int32_t i = 0; i < params->boxes; ++i) {
        if (parts->is_active[i] != 0U && (best < 0 || parts->scores[i] > parts->scores[best])) {
            best = i;
        }
    }
    if (best < 0) {
        return best;
    }
    parts->is_active[best] = 0U;
    for (int32_t i = 0; i < params->boxes; ++i) {
        if (parts->is_active[i] != 0U &&
            cg_detection_overlap(&parts->corners[best], &parts->corners[i]) > params->overlap_threshold) {
            parts->is_active[i] = 0U;
        }
    }
    return best;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_DETECTION_H */
