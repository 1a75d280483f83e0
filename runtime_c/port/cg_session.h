/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to the requests of cg_protocol.h about the one model of an image. */
#ifndef CG_SESSION_H_INCLUDED
#define CG_SESSION_H_INCLUDED

#include "cg_counters.h"
#include "cg_measure.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*cg_function)(void);

/* What an image knows of itself beside its cg_model: a generated file has one of it. */
typedef struct {
    const char *description; /* JSON */
    uint32_t description_bytes;
    uint8_t *frame; /* the buffer for requests and answers */
    uint32_t frame_bytes;
    int (*profiled)(void);      /* the invoke that was compiled with counters; NULL: none */
    int (*counted_calls)(void); /* of cg_counted_calls.c, with it */
    cg_counted *counters;       /* room for them */
    uint32_t counters_most;
    const cg_function *functions; /* those that the description lists, in its order */
    uint32_t function_count;
} cg_image;

extern const cg_image cg_image_of_model;

typedef struct {
    const cg_model *model;
    const cg_image *image;
    uint32_t clock_hz;    /* of the counter */
    uint32_t stack_bytes; /* all of the stack */
    uint32_t session;     /* 0: none yet */
    int32_t status;       /* of the model's init */
    uint32_t done;        /* kind and sequence of the last request that must not be done twice */
    cg_measurement last;  /* its result, for the host that asks again because it missed the answer */
    uint32_t counters;    /* of the last CG_PROFILE */
    uint32_t stack_most, guards;
} cg_session;

void cg_session_start(cg_session *self, const cg_model *model, const cg_image *image, uint32_t clock_hz,
                      uint32_t stack_bytes);

/* Turns the request of `length` bytes at image->frame (whole and checked: from cg_receive) into its answer in the same
 * place; its length, without the CRC. A CG_ERROR in its place where the request cannot be served. */
uint32_t cg_session_answer(cg_session *self, uint32_t length);

/* An unasked frame in the same place: CG_STARTED, CG_TEXT (of `bytes` bytes at `text`), CG_ERROR. Its length. */
uint32_t cg_session_notice(const cg_session *self, uint32_t kind, const void *text, uint32_t bytes);

#ifdef __cplusplus
}
#endif
#endif /* CG_SESSION_H_INCLUDED */
