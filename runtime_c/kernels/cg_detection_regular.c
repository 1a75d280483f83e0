/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_detection_regular.h"

#include <stddef.h>
#include <string.h>

void cg_detection_regular(const cg_detection_params *params, const float *encodings, const float *scores,
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
    for (int32_t class_index = 0; class_index < params->classes; ++class_index) {
        for (int32_t i = 0; i < params->boxes; ++i) {
            parts.scores[i] = scores[i * columns + params->background + class_index];
        }
        cg_detection_start(params, &parts);
        for (int32_t n = 0; n < params->per_class; ++n) {
            const int32_t box = cg_detection_next(params, &parts);
            int32_t at = found;

            if (box < 0) {
                break;
            }
            /* Its place among those found so far, behind equal ones. */
            while (at > 0 && parts.scores[box] > detection_scores[at - 1]) {
                --at;
            }
            if (at == params->max_detections) {
                break; /* What follows of this class is no better. */
            }
            if (found < params->max_detections) {
                ++found;
            }
            const size_t behind = (size_t)(found - 1 - at);
            memmove(boxes + 4 * (at + 1), boxes + 4 * at, behind * sizeof(cg_detection_box));
            memmove(classes + at + 1, classes + at, behind * sizeof *classes);
            memmove(detection_scores + at + 1, detection_scores + at, behind * sizeof *detection_scores);
            memcpy(boxes + 4 * at, &parts.corners[box], sizeof(cg_detection_box));
            classes[at] = (float)class_index;
            detection_scores[at] = parts.scores[box];
        }
    }
    *count = (float)found;
}
