/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_detection_fast.h"

#include <stddef.h>
#include <string.h>

/* The class that follows `after` in the order of falling scores, of equal ones the first; after < 0: the best. */
static int32_t next_class(const float *scores, int32_t classes, int32_t after) {
    int32_t best = -1;

    for (int32_t i = 0; i < classes; ++i) {
        const int is_later = after < 0 || scores[i] < scores[after] || (i > after && !(scores[i] > scores[after]));

        if (is_later && (best < 0 || scores[i] > scores[best])) {
            best = i;
        }
    }
    return (best < 0) ? 0 : best;
}

void cg_detection_fast(const cg_detection_params *params, const float *encodings, const float *scores,
                       const float *anchors, void *scratch, int32_t slots, float *boxes, float *classes,
                       float *detection_scores, float *count) {
    const cg_detection_scratch parts = cg_detection_split(params, scratch);
    const int32_t columns = params->classes + params->background;
    int32_t found = 0;

    memset(boxes, 0, (size_t)slots * sizeof(cg_detection_box));
    memset(classes, 0, (size_t)slots * sizeof *classes);
    memset(detection_scores, 0, (size_t)slots * sizeof *detection_scores);
    *count = 0.0F;
    if (!cg_detection_decode(params, encodings, anchors, parts.corners)) {
        return;
    }
    for (int32_t i = 0; i < params->boxes; ++i) {
        const float *row = scores + i * columns + params->background;
        parts.scores[i] = row[next_class(row, params->classes, -1)];
    }
    cg_detection_start(params, &parts);
    for (int32_t i = 0; i < params->max_detections; ++i) {
        const int32_t box = cg_detection_next(params, &parts);
        int32_t best = -1;

        if (box < 0) {
            break;
        }
        const float *row = scores + box * columns + params->background;
        for (int32_t n = 0; n < params->per_box; ++n) {
            const int32_t slot = params->per_box * found + n;

            best = next_class(row, params->classes, best);
            memcpy(boxes + 4 * slot, &parts.corners[box], sizeof(cg_detection_box));
            classes[slot] = (float)best;
            detection_scores[slot] = row[best];
            ++found;
        }
    }
    *count = (float)found;
}
