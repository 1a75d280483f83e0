/* SPDX-License-Identifier: Apache-2.0 */
/* The harness runs one model over cases from the host and reports bytes, time, stack and guards.
 *
 * It knows the model by a table of functions, which a small generated file fills.
 * Everything that the model may write lies in spans made by CG_GUARDED: the harness fills and checks their guards. */
#ifndef CG_HARNESS_H_INCLUDED
#define CG_HARNESS_H_INCLUDED

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CG_GUARD_BYTES 64

/* A variable `identifier` of `type` between guards, in the RAM of `section` (".bss", ".ccmram", ...): use
 * `identifier.value`. For arenas `type` is an array type, made by typedef. */
#define CG_GUARDED(type, identifier, section_name)                                                                     \
    static struct {                                                                                                    \
        uint8_t before[CG_GUARD_BYTES];                                                                                \
        type value;                                                                                                    \
        uint8_t after[CG_GUARD_BYTES];                                                                                 \
    } identifier __attribute__((aligned(16), section(section_name ".cg_guarded")))

#define CG_SPAN(identifier)                                                                                            \
    { #identifier, (uint8_t *)&(identifier).value, (uint32_t)sizeof(identifier).value }

typedef struct {
    const char *name;
    uint8_t *base; /* CG_GUARD_BYTES before it and after its last byte are the harness's */
    uint32_t bytes;
} cg_span;

typedef struct {
    const char *name;
    int32_t inputs, outputs;
    const uint32_t *input_bytes, *output_bytes;
    int (*init)(void); /* 0 is OK, here and below */
    int (*invoke)(void);
    int (*reset)(void); /* NULL: the model has no state */
    void *(*input)(int32_t index);
    const void *(*output)(int32_t index);
    const cg_span *spans; /* arenas, then the state */
    int32_t span_count;
    int32_t waiting; /* what invoke returns where it needs more input and has no outputs yet; 0: it never does */
} cg_model;

/* The one model of an image. */
extern const cg_model cg_model_under_test;

#ifdef __cplusplus
}
#endif
#endif /* CG_HARNESS_H_INCLUDED */
