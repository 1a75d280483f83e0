/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_ROWS_H
#define CG_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "cg_config.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The input rows of a spatial kernel. A whole tensor and a ring that holds only the latest rows of it look the same
 * to the kernel.
 *
 * The caller guarantees that every row of the tensor that the requested output rows need is in its slot. Slots may be
 * further apart than a row is long (pitch >= bytes of a row); the bytes between are never read.
 */
typedef struct {
    const void *base; /* slot 0 */
    int32_t pitch;    /* bytes from one slot to the next */
    int32_t capacity; /* slots; row y of the tensor lies in slot y % capacity (whole tensor: capacity == height) */
    int32_t height;   /* rows of the whole tensor; rows outside [0, height) are padding */
} cg_rows;

/* A whole tensor whose rows follow each other without gaps. */
CG_INLINE cg_rows cg_tensor_rows(const void *base, int32_t height, int32_t row_bytes) {
    cg_rows rows;
    rows.base = base;
    rows.pitch = row_bytes;
    rows.capacity = height;
    rows.height = height;
    return rows;
}

/* Row y of the tensor, or NULL where y is padding. */
CG_INLINE const void *cg_row(const cg_rows *rows, int32_t y) {
    if (y < 0 || y >= rows->height) {
        return NULL;
    }
    /* A whole tensor, and the first turn of a ring, need no division. */
    const int32_t slot = (y < rows->capacity) ? y : y % rows->capacity;
    return (const uint8_t *)rows->base + (ptrdiff_t)slot * (ptrdiff_t)rows->pitch;
}

/* The rows of image n, where whole tensors follow each other (capacity == height, or n == 0). */
CG_INLINE cg_rows cg_image_rows(const cg_rows *rows, int32_t n) {
    cg_rows image = *rows;
    image.base = (const uint8_t *)rows->base + (ptrdiff_t)n * (ptrdiff_t)rows->height * (ptrdiff_t)rows->pitch;
    return image;
}

#ifdef __cplusplus
}
#endif

#endif /* CG_ROWS_H */
