#include "median_filter.h"

/* Puts `value` into the `count` ascending values of `sorted`. */
static void insert(int8_t *sorted, int32_t count, int8_t value) {
    int32_t at = count;

    for (; at > 0 && sorted[at - 1] > value; at--) {
        sorted[at] = sorted[at - 1];
    }
    sorted[at] = value;
}

int32_t median_filter(const cg_custom_input *input_0, const cg_custom_output *output_0, const uint8_t *options,
                      int32_t options_bytes, void *scratch) {
    const int8_t *x = (const int8_t *)input_0->data;
    int8_t *y = (int8_t *)output_0->data;
    int8_t *sorted = (int8_t *)scratch;
    const int32_t rows = input_0->dims[1];
    const int32_t channels = input_0->dims[2];
    int32_t reach;

    if (input_0->type != CG_CUSTOM_INT8 || options_bytes != 1) {
        return 1; /* not what median_filter.py lets pass */
    }
    reach = options[0] / 2;
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t channel = 0; channel < channels; channel++) {
            for (int32_t k = -reach; k <= reach; k++) {
                const int32_t wanted = row + k;
                const int32_t near = wanted < 0 ? 0 : (wanted < rows ? wanted : rows - 1);

                insert(sorted, k + reach, x[near * channels + channel]);
            }
            y[row * channels + channel] = sorted[reach];
        }
    }
    return 0;
}
