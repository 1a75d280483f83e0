/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DETECTION_REGULAR_H
#define CG_DETECTION_REGULAR_H

#include <stdint.h>

#include "cg_detection.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * TFLite_Detection_PostProcess with regular suppression: per_class boxes of every class by itself, and of all these the
 * max_detections best.
 *
 *   slots   detections that boxes [slots, 4], classes [slots] and detection_scores [slots] hold; those not found are 0
 *
 * Where a box has no area the reference ends with an error; here nothing is found.
 *
 * Bounds: boxes, classes, max_detections >= 1; per_class >= 1; slots >= max_detections; scales not 0; thresholds
 * finite.
 *
 * Aliasing: nothing may overlap.
 *
 * Arithmetic: detection_postprocess.cc of TFLite Micro.
 */
void cg_detection_regular(const cg_detection_params *params, const float *encodings, const float *scores,
                          const float *anchors, void *scratch, int32_t slots, float *boxes, float *classes,
                          float *detection_scores, float *count);

#ifdef __cplusplus
}
#endif

#endif /* CG_DETECTION_REGULAR_H */
