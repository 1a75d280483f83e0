/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_PAIRS_NINE_S8_H
#define CG_PAIRS_NINE_S8_H

#include "cg_pairs_window_s8.h"

#ifdef __cplusplus
extern "C" {
#endif

/* cg_pairs_window_s8 for 3 rows of 9 bytes, as filters of 3 x 3 over images of three colours have them. */
void cg_pairs_nine_s8(const cg_pairs_window *window);

#ifdef __cplusplus
}
#endif

#endif /* CG_PAIRS_NINE_S8_H */
