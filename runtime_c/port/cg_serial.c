/* SPDX-License-Identifier: Apache-2.0 */
/* The program of an image: answers requests that come over the serial line, forever. */
#include "cg_board.h"
#include "cg_port.h"
#include "cg_protocol.h"
#include "cg_session.h"

#include <string.h>

#define SCB_AIRCR (*(volatile uint32_t *)0xE000ED0CU)
#define TEXT_BYTES 160U

static cg_session session;
static char text[TEXT_BYTES];
static uint32_t text_bytes;

static void put_byte(uint8_t byte) {
    cg_uart_put(cg_this_board.uart, byte);
}

static void notify(uint32_t kind, const void *what, uint32_t bytes) {
    cg_send(cg_image_of_model.frame, cg_session_notice(&session, kind, what, bytes), put_byte);
}

/* A whole line is a frame of its own. */
void cg_port_print(const char *more) {
    for (; *more != 0; more++) {
        if (*more != '\n' && text_bytes < TEXT_BYTES) {
            text[text_bytes++] = *more;
        }
        if (*more == '\n') {
            notify(CG_TEXT, text, text_bytes);
            text_bytes = 0;
        }
    }
}

void cg_port_exit(int code) {
    (void)code;
#if defined(__riscv) /* no register of the architecture resets it: from the entry again */
    __asm__ volatile("fence\n"
                     "tail cg_reset");
#else
    __asm__ volatile("dsb" ::: "memory");
    SCB_AIRCR = 0x05FA0004U; /* SYSRESETREQ */
#endif
    for (;;) {
    }
}

int cg_main(void) {
    uint32_t uart_hz;
    cg_receiver receiver;
    const cg_image *image = &cg_image_of_model;
    const uint32_t core_hz = cg_board_start(&cg_this_board, &uart_hz);
    const uint32_t stack_bytes = (uint32_t)((uint8_t *)cg_stack_top - (uint8_t *)cg_stack_limit);

    cg_session_start(&session, &cg_model_under_test, image, core_hz, stack_bytes);
    cg_uart_open(cg_this_board.uart, uart_hz, cg_this_board.baud);
    cg_counter_start();
    cg_receiver_start(&receiver, image->frame, image->frame_bytes);
    notify(CG_STARTED, "", 0);
    for (;;) {
        const int byte = cg_uart_get(cg_this_board.uart);
        const int result = byte < 0 ? CG_RECEIVING : cg_receive(&receiver, (uint8_t)byte);
        if (result == CG_RECEIVED) {
            cg_send(image->frame, cg_session_answer(&session, receiver.length), put_byte);
        } else if (result < 0) {
            const uint8_t error = (uint8_t)-result;
            notify(CG_ERROR, &error, 1);
        }
    }
}
