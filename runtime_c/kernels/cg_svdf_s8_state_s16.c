/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_svdf_s8_state_s16.h"

CG_SVDF_KERNEL(cg_svdf_s8_state_s16, int16_t, INT16_MIN, INT16_MAX)
