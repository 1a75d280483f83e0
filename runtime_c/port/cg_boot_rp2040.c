/* SPDX-License-Identifier: Apache-2.0 */
/* What the boot ROM of RP2040 copies from the first 256 bytes of flash and runs: flash as memory, then our vectors.
 *
 * Slow and sure: command 03h with one data line, which every flash chip has. The ROM wants the CRC-32 of the 252 bytes
 * before it (polynomial 04C11DB7h, not reflected; tests compute it). In words:
 *
 *     SSI at 18000000h: SSIENR = 0; BAUDR = 4; CTRLR0 = 001F0300h (read like an EEPROM, 32 bits); CTRLR1 = 0;
 *     SPI_CTRLR0 = 03000218h (command 03h of 8 bits, address of 24); SSIENR = 1;
 *     VTOR = 10000100h; MSP and PC from there.
 *
 * Source: RP2040 Datasheet, 2.8.1 (boot sequence), 4.10 (SSI). */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
extern const uint32_t cg_boot[64];
const uint32_t cg_boot[64] __attribute__((section(".boot"), used)) = {
    0x2100480AU, 0x21046081U, 0x49096141U, 0x21006001U, 0x49086041U, 0x60114A08U, 0x60812101U, 0x49084807U,
    0x68016008U, 0x8808F381U, 0x47086841U, 0x18000000U, 0x001F0300U, 0x03000218U, 0x180000F4U, 0x10000100U,
    0xE000ED08U, 0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,           0x60A5172AU};
#ifdef __cplusplus
}
#endif
