/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_DEPTHWISE_LANES_S8_H
#define CG_DEPTHWISE_LANES_S8_H

#include <stdint.h>

#include "cg_depthwise_lanes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Takes a line of four channels apart as cg_depthwise_lanes.h says; `source` is the first column in it, NULL where all
 * are outside. Words of a lane follow each other.
 */
void cg_depthwise_lanes_s8(const int8_t *source, uint32_t *words, const cg_depthwise_lanes *lanes);

#ifdef __cplusplus
}
#endif

#endif /* CG_DEPTHWISE_LANES_S8_H */
