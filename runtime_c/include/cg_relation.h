/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_RELATION_H
#define CG_RELATION_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A comparison as the set of cases in which it holds: 1 less, 2 equal, 4 greater, 8 none of these, where one is not a
 * number. EQUAL is 2, NOT_EQUAL 13, LESS 1, LESS_EQUAL 3, GREATER 4, GREATER_EQUAL 6.
 */
#define CG_RELATION_OF(a, b) (((a) < (b)) ? 1 : ((a) == (b)) ? 2 : ((a) > (b)) ? 4 : 8)

#define CG_HOLDS(relation, a, b) ((uint8_t)(((relation)&CG_RELATION_OF(a, b)) != 0))

#ifdef __cplusplus
}
#endif

#endif /* CG_RELATION_H */
