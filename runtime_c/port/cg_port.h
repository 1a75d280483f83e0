/* SPDX-License-Identifier: Apache-2.0 */
/* What the harness needs of a board: its start (cg_start.c), a counter (cg_counter_systick.c), and a way to its host:
 * either a serial line (cg_serial.c over the driver of a UART) or files of a debugger's (cg_semihosting.c, for tests in
 * an emulator). Nothing here allocates. */
#ifndef CG_PORT_H_INCLUDED
#define CG_PORT_H_INCLUDED

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exit codes of an image, beside 0. */
enum {
    CG_EXIT_STREAM = 101, /* the streams cannot be opened, or end early */
    CG_EXIT_CASES = 102,  /* the cases were made for another model */
    CG_EXIT_FAULT = 103   /* the core took a fault; the console says which */
};

/* The stream from the host (cases) and to it (results), of cg_semihosting.c alone. */
int cg_port_open(void);                                   /* 0 is OK */
uint32_t cg_port_read(void *to, uint32_t bytes);          /* bytes read: fewer at the end */
uint32_t cg_port_write(const void *from, uint32_t bytes); /* bytes written: fewer on an error */

/* The console, for a person. */
void cg_port_print(const char *text);

/* Ends the run: an emulator exits, a board starts again. */
void cg_port_exit(int code) __attribute__((noreturn));

/* A counter of the core's or the board's ticks. A mark waits for the next tick and counts its polls of the counter
 * until then (cg_counter_poll_instructions each), so that what lies between two marks is known to a few instructions
 * even where a tick is 40 of them, as in an emulator. */
extern const uint32_t cg_counter_poll_instructions;
void cg_counter_start(void);
uint64_t cg_counter_mark(uint32_t *polls);

/* The stack of the harness and of all that it calls: from the linker script. Below its limit, down to the floor, lies a
 * red zone that is painted from the start and must stay so: not every machine faults below its RAM. */
#define CG_STACK_PAINT 0xC5A9E36DU
extern uint32_t cg_stack_floor[], cg_stack_limit[], cg_stack_top[];
int cg_stack_is_full(void);

/* Called by the start-up with memory initialized; its value is the exit code. */
int cg_main(void);

#ifdef __cplusplus
}
#endif
#endif /* CG_PORT_H_INCLUDED */
