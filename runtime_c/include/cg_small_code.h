/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SMALL_CODE_H
#define CG_SMALL_CODE_H

/*
 * For kernels of which little time is spent in C: included first, it makes GCC compile the rest of the file for size.
 * At -O2 it would unroll and duplicate what runs once a row.
 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("Os")
#endif

#endif /* CG_SMALL_CODE_H */
