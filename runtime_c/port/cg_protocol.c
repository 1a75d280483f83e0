/* SPDX-License-Identifier: Apache-2.0 */
/* See cg_protocol.h. */
#include "cg_protocol.h"

/* Four bits at a time: 64 bytes of table, as fast as any serial line. */
uint32_t cg_crc32(const uint8_t *data, uint32_t length) {
    static const uint32_t table[16] = {0x00000000U, 0x1DB71064U, 0x3B6E20C8U, 0x26D930ACU, 0x76DC4190U, 0x6B6B51F4U,
                                       0x4DB26158U, 0x5005713CU, 0xEDB88320U, 0xF00F9344U, 0xD6D6A3E8U, 0xCB61B38CU,
                                       0x9B64C2B0U, 0x86D3D2D4U, 0xA00AE278U, 0xBDBDF21CU};
    uint32_t crc = 0xFFFFFFFFU;
    for (uint32_t i = 0; i < length; i++) {
        crc ^= data[i];
        crc = (crc >> 4) ^ table[crc & 15U];
        crc = (crc >> 4) ^ table[crc & 15U];
    }
    return ~crc;
}

uint32_t cg_get_u32(const uint8_t *from) {
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

void cg_put_u32(uint8_t *to, uint32_t value) {
    cg_put_u16(to, value & 0xFFFFU);
    cg_put_u16(to + 2, value >> 16);
}

void cg_put_u16(uint8_t *to, uint32_t value) {
    to[0] = (uint8_t)(value & 0xFFU);
    to[1] = (uint8_t)(value >> 8 & 0xFFU);
}

void cg_receiver_start(cg_receiver *self, uint8_t *frame, uint32_t capacity) {
    self->frame = frame;
    self->capacity = capacity;
    self->length = 0;
    self->left = 0;
    self->zero = 0;
    self->bad = 0;
}

static void append(cg_receiver *self, uint8_t byte) {
    if (self->length < self->capacity) {
        self->frame[self->length++] = byte;
    } else {
        self->bad = 1;
    }
}

/* At the zero that ends a frame. */
static int finish(cg_receiver *self) {
    const uint32_t length = self->length;
    if (self->bad != 0) {
        return -CG_E_LENGTH;
    }
    if (self->left != 0 || length < CG_FRAME_LEAST ||
        cg_get_u32(self->frame + length - CG_FRAME_CRC) != cg_crc32(self->frame, length - CG_FRAME_CRC)) {
        return -CG_E_FRAME;
    }
    return CG_RECEIVED;
}

int cg_receive(cg_receiver *self, uint8_t byte) {
    if (byte == 0) {
        const int result = self->zero == 0 ? CG_RECEIVING : finish(self); /* zeros between frames are nothing */
        if (result == CG_RECEIVED) {
            self->length -= CG_FRAME_CRC;
        }
        self->left = 0;
        self->zero = 0;
        self->bad = 0;
        return result;
    }
    if (self->zero == 0) {
        self->length = 0;
    }
    if (self->left != 0) {
        self->left--;
        append(self, byte);
        return CG_RECEIVING;
    }
    if (self->zero == 1) {
        append(self, 0);
    }
    self->left = (uint8_t)(byte - 1U);
    self->zero = byte == 0xFFU ? 2 : 1;
    return CG_RECEIVING;
}

void cg_send(uint8_t *frame, uint32_t length, void (*put)(uint8_t byte)) {
    cg_put_u32(frame + length, cg_crc32(frame, length));
    length += CG_FRAME_CRC;
    put(0); /* whatever noise came before is a frame of its own */
    uint32_t at = 0;
    for (;;) {
        uint32_t run = 0;
        while (at + run < length && run < 254U && frame[at + run] != 0) {
            run++;
        }
        put((uint8_t)(run + 1U));
        for (uint32_t i = 0; i < run; i++) {
            put(frame[at + i]);
        }
        at += run;
        if (at == length) {
            break;
        }
        if (run < 254U) {
            at++; /* the zero that this block stands for; one at the very end is a last, empty block */
        }
    }
    put(0);
}
