/* SPDX-License-Identifier: Apache-2.0 */
/* Streams by Arm semihosting: the files cases.bin and result.bin in the host's working folder.
 *
 * Source: Semihosting for AArch32 and AArch64 (Arm IHI 0100); RISC-V Semihosting 0.3, the same calls and blocks in
 * words of the core's width, by three instructions that must lie in one page. A debugger or an emulator must be
 * listening. */
#include "cg_port.h"

#include <stddef.h>
#include <string.h>

enum { SYS_OPEN = 0x01, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };
enum { OPEN_READ_BINARY = 1, OPEN_WRITE_BINARY = 5 };
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

static uintptr_t cases_file, result_file;

#if defined(__riscv)
static __attribute__((noinline, aligned(16))) uintptr_t call(uintptr_t operation, const void *argument) {
    register uintptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = argument;
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli x0, x0, 0x1f\n"
                     "ebreak\n"
                     "srai x0, x0, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
    return a0;
}
#else
static uintptr_t call(uintptr_t operation, const void *argument) {
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
#endif

static uintptr_t open_file(const char *name, uintptr_t mode) {
    const uintptr_t block[3] = {(uintptr_t)name, mode, strlen(name)};
    return call(SYS_OPEN, block);
}

int cg_port_open(void) {
    cases_file = open_file("cases.bin", OPEN_READ_BINARY);
    result_file = open_file("result.bin", OPEN_WRITE_BINARY);
    return cases_file == UINTPTR_MAX || result_file == UINTPTR_MAX;
}

uint32_t cg_port_read(void *to, uint32_t bytes) {
    const uintptr_t block[3] = {cases_file, (uintptr_t)to, bytes};
    const uintptr_t left = bytes == 0 ? 0 : call(SYS_READ, block);
    return left > bytes ? 0 : bytes - (uint32_t)left;
}

uint32_t cg_port_write(const void *from, uint32_t bytes) {
    const uintptr_t block[3] = {result_file, (uintptr_t)from, bytes};
    const uintptr_t left = bytes == 0 ? 0 : call(SYS_WRITE, block);
    return left > bytes ? 0 : bytes - (uint32_t)left;
}

void cg_port_print(const char *text) {
    (void)call(SYS_WRITE0, text);
}

void cg_port_exit(int code) {
    const uintptr_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)code};
    for (;;) {
        (void)call(SYS_EXIT_EXTENDED, block);
    }
}
