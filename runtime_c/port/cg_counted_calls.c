/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_calls.h; compiled with -finstrument-functions. */
#include "cg_calls.h"

int cg_counted_calls(void);
int cg_counted_calls(void) {
    return cg_calls();
}
