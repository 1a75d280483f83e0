/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_SIGNAL_ENERGY_H
#define CG_SIGNAL_ENERGY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * SignalEnergy: the squared magnitudes of the complex numbers input[2 * i] + j * input[2 * i + 1], for i in [first,
 * end); 0 elsewhere, where TFLite Micro leaves what lay there.
 *
 * Bounds: 0 <= first, end <= count, count >= 1.
 *
 * Aliasing: output must not overlap input.
 *
 * Arithmetic: tflm_signal::SpectrumToEnergy of TFLite Micro.
 */
void cg_signal_energy(const int16_t *input, int32_t first, int32_t end, int32_t count, uint32_t *output);

#ifdef __cplusplus
}
#endif

#endif /* CG_SIGNAL_ENERGY_H */
