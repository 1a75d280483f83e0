/* SPDX-License-Identifier: Apache-2.0 */
/* Frames on a serial line: COBS between zero bytes, a head, a CRC-32. The other side is codegen/device/protocol.py.
 *
 * A frame, decoded, all numbers little-endian:
 *
 *     0  uint8   version of the protocol: CG_PROTOCOL_VERSION
 *     1  uint8   what it is: CG_HELLO, ...; an answer has bit 7 set
 *     2  uint16  sequence number of the request, repeated in its answer
 *     4  uint32  session, chosen by the host in CG_HELLO; 0 after a reset
 *     8  ...     payload
 *    -4  uint32  CRC-32 of all before it (IEEE 802.3, as zlib computes it)
 *
 * Source: Cheshire and Baker, Consistent Overhead Byte Stuffing (1999): after encoding no byte is 0, so that a zero
 * ends a frame whatever came before it: a receiver is in step again after at most one lost frame. */
#ifndef CG_PROTOCOL_H_INCLUDED
#define CG_PROTOCOL_H_INCLUDED

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CG_PROTOCOL_VERSION 1U
#define CG_FRAME_HEAD 8U
#define CG_FRAME_CRC 4U
#define CG_FRAME_LEAST (CG_FRAME_HEAD + CG_FRAME_CRC)

/* Bytes of a decoded frame, CRC included, at most: the one buffer of a session. */
#ifndef CG_FRAME_BYTES
#define CG_FRAME_BYTES 268U
#endif

enum {
    CG_HELLO = 1,      /* begin a session: the model is initialized anew. Answer: what runs here */
    CG_DESCRIBE = 2,   /* a piece of the description, JSON: model, its hash, board, tensors, ... */
    CG_WRITE = 3,      /* a piece of an input */
    CG_INVOKE = 4,     /* run once. Answer: a measurement */
    CG_READ = 5,       /* a piece of an output */
    CG_PROFILE = 6,    /* run once with counters at every operator. Answer: a measurement, number of counters */
    CG_COUNTERS = 7,   /* some of the counters */
    CG_RESET = 8,      /* the model's state as after its init */
    CG_MEMORY = 9,     /* the most of the stack that was used, damaged guards */
    CG_ECHO = 10,      /* the payload again */
    CG_CALIBRATE = 11, /* measurements of a loop of known length and of nothing: what a tick is */
    CG_ANSWER = 0x80,  /* or-ed to the request's kind */
    CG_STARTED = 0xF0, /* by itself, after every reset */
    CG_TEXT = 0xF1,    /* by itself: a message for a person, such as a fault's */
    CG_ERROR = 0xFF    /* in place of an answer: one byte, CG_E_... */
};

enum {
    CG_E_FRAME = 1,    /* what came was no whole frame: send it again */
    CG_E_LENGTH = 2,   /* longer than the buffer, or a payload of the wrong length */
    CG_E_VERSION = 3,  /* another version of the protocol */
    CG_E_KIND = 4,     /* no such request in this image */
    CG_E_SESSION = 5,  /* not the session of the last CG_HELLO: the board was reset since */
    CG_E_ARGUMENT = 6, /* no such tensor, or bytes outside it */
    CG_E_INIT = 7      /* the model's init failed */
};

typedef struct {
    uint8_t *frame;    /* the decoded frame */
    uint32_t capacity; /* bytes at `frame` */
    uint32_t length;   /* decoded so far */
    uint8_t left;      /* bytes until the next code byte */
    uint8_t zero;      /* 0 between frames, 1: a zero is due before the next block, 2: none is */
    uint8_t bad;       /* longer than the buffer */
} cg_receiver;

enum { CG_RECEIVING = 0, CG_RECEIVED = 1 }; /* other results of cg_receive are -CG_E_... */

void cg_receiver_start(cg_receiver *self, uint8_t *frame, uint32_t capacity);

/* Takes one byte of the line. CG_RECEIVED: a frame of self->length bytes, less its CRC, which was right, is at
 * self->frame until the next byte. Every other sequence of bytes ends in -CG_E_FRAME or -CG_E_LENGTH at the next zero.
 */
int cg_receive(cg_receiver *self, uint8_t byte);

/* Appends the CRC to the `length` bytes at `frame`, which has CG_FRAME_CRC bytes more, and puts the encoded frame. */
void cg_send(uint8_t *frame, uint32_t length, void (*put)(uint8_t byte));

uint32_t cg_crc32(const uint8_t *data, uint32_t length);

/* Little-endian numbers at any address. */
uint32_t cg_get_u32(const uint8_t *from);
void cg_put_u32(uint8_t *to, uint32_t value);
void cg_put_u16(uint8_t *to, uint32_t value);

#ifdef __cplusplus
}
#endif
#endif /* CG_PROTOCOL_H_INCLUDED */
