/* The median of a sliding window over time, for each channel by itself: the custom operator MedianFilter.
 *
 * Input and output are int8 [1, time, channels] of one scale and zero point. The window has an odd number of rows, the
 * first byte of the options; at both ends the nearest row is repeated. Scratch: one byte for each row of the window. */
#ifndef MEDIAN_FILTER_H
#define MEDIAN_FILTER_H

#include "cg_custom.h"

#ifdef __cplusplus
extern "C" {
#endif

int32_t median_filter(const cg_custom_input *input_0, const cg_custom_output *output_0, const uint8_t *options,
                      int32_t options_bytes, void *scratch);

#ifdef __cplusplus
}
#endif

#endif /* MEDIAN_FILTER_H */
