/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_LSTM_H
#define CG_LSTM_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What the LSTM kernels have in common.
 *
 * Sizes: sequences of `steps` vectors of `depth` numbers, `units` cells. Batch b of step t is at
 * b * input_batch + t * input_step of the input (in elements; the output likewise), so that both orders of batch and
 * time are the same kernel.
 */
typedef struct {
    int32_t batches;
    int32_t steps;
    int32_t depth;
    int32_t units;
    int32_t input_batch;
    int32_t input_step;
    int32_t output_batch;
    int32_t output_step;
} cg_lstm_sizes;

/*
 * Every batch, step by step, from the hidden state on. `value` computes output `unit` of a step from x, its input, h,
 * the hidden state before it, and `cell`, the place of its state (all units of all batches are numbered by it). The
 * hidden state is changed after a step's last unit: each of them reads all of it.
 */
#define CG_LSTM_STEPS(type, sizes, input, hidden, output, value)                                                       \
    do {                                                                                                               \
        for (int32_t cg_batch = 0; cg_batch < (sizes).batches; ++cg_batch) {                                           \
            type *h = (hidden) + cg_batch * (sizes).units;                                                             \
            for (int32_t cg_step = 0; cg_step < (sizes).steps; ++cg_step) {                                            \
                const type *x = (input) + cg_batch * (sizes).input_batch + cg_step * (sizes).input_step;               \
                type *cg_y = (output) + cg_batch * (sizes).output_batch + cg_step * (sizes).output_step;               \
                for (int32_t unit = 0; unit < (sizes).units; ++unit) {                                                 \
                    const int32_t cell = cg_batch * (sizes).units + unit;                                              \
                    cg_y[unit] = (value);                                                                              \
                }                                                                                                      \
                memcpy(h, cg_y, (size_t)(sizes).units * sizeof(type));                                                 \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

/* The gates of one cell, in the order in which they are activated. */
enum { CG_LSTM_FORGET, CG_LSTM_INPUT, CG_LSTM_OUTPUT, CG_LSTM_CELL, CG_LSTM_GATES };

#ifdef __cplusplus
}
#endif

#endif /* CG_LSTM_H */
