/* SPDX-License-Identifier: Apache-2.0 */
/* Reads three drawn digits and prints what the model takes them for. */
#include "digits.h"

#include <stdio.h>

#define SIDE 16
#define CLASSES ((int)DIGITS_OUTPUT_0_ELEMENTS)

#define PICTURES 3

/* Three pictures side by side. '#' is ink, '+' and '.' are its edges. */
/* clang-format off */
static const char *const pictures[SIDE] = {
    "                                                ",
    "                                                ",
    "       .#+             .++#+                    ",
    "       #.#.           +#####.       .++...      ",
    "      .+ ++          +#+   ##       .#######    ",
    "      #.  #          #+    +#          ...##    ",
    "      #   #               +#+            +#.    ",
    "      #   #.             +#+            .#+     ",
    "      #   #.            .#+          ++.++      ",
    "      #   #            .##           +####.     ",
    "      #.  #           .##              +#+.     ",
    "      ++ .#          .##+####.        .#+       ",
    "      .# #.          ######++         +#        ",
    "       +#+            .              .#.        ",
    "        .                            ##         ",
    "                                     ..         ",
};
/* clang-format on */

static float ink(char c) {
    return c == '#' ? 0.9F : c == '+' ? 0.6F : c == '.' ? 0.3F : 0.0F;
}

DIGITS_ARENA(arena);

int main(void) {
    digits_t model;
    int picture, row, column, winner, k;

    if (digits_init(&model, arena, sizeof arena) != DIGITS_OK) {
        return 1;
    }
    for (picture = 0; picture < PICTURES; picture++) {
        int8_t *image = digits_input_image(&model); /* fill it every time: invoke may overwrite it */
        const int8_t *scores;

        for (row = 0; row < SIDE; row++) {
            for (column = 0; column < SIDE; column++) {
                *image++ = digits_quantize_image(ink(pictures[row][picture * SIDE + column]));
            }
        }
        if (digits_invoke(&model) != DIGITS_OK) {
            return 1;
        }
        scores = digits_output_scores(&model);
        winner = 0;
        for (k = 1; k < CLASSES; k++) {
            if (scores[k] > scores[winner]) {
                winner = k;
            }
        }
        printf("picture %d is a %d, score %d of 127\n", picture, winner, scores[winner]);
    }
    return 0;
}
