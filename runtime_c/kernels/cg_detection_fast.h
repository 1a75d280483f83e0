/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DETECTION_FAST_H
#define CG_DETECTION_FAST_H

#include <stdint.h>

#include "cg_detection.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * TFLite_Detection_PostProcess with fast suppression: each box competes with its best score alone; then its per_box
 * best classes are told.
 *
 *   slots   detections that boxes [slots, 4], classes [slots] and detection_scores [slots] hold; those not found are 0
 *
 * As in the reference, detection n of box i lies in slot per_box * (i * per_box + n) + n: with more than one class a
 * box there are gaps.
 *
 * Where a box has no area the reference ends with an error; here nothing is found.
 *
 * Bounds: boxes, classes, max_detections >= 1; 1 <= per_box <= classes; slots >= per_box * per_box * max_detections;
 * scales not 0; thresholds finite.
 *
 * Aliasing: nothing may overlap.
 *
 * Arithmetic: detection_postprocess.cc of TFLite Micro.
 */
void cg_detection_fast(const cg_detection_params *params, const float *encodings, const float *scores,
                       const float *anchors, void *scratch, int32_t slots, float *boxes, float *classes,
                       float *detection_scores, float *count);

#ifdef __cplusplus
}
#endif

#endif /* CG_DETECTION_FAST_H */
