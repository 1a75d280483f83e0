/* SPDX-License-Identifier: Apache-2.0 */
#include "cg_svdf_s8_state_s8.h"

CG_SVDF_KERNEL(cg_svdf_s8_state_s8, int8_t, INT8_MIN, INT8_MAX)
