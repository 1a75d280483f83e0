"""What may come over a serial line in place of a frame."""

from __future__ import annotations

import numpy as np

from codegen.device.protocol import Frame, Kind, encode

SESSION = 0x1234_0001


def spoilt(good: bytes, rng: np.random.Generator) -> bytes:
    """A frame after an accident: bits flipped, a piece lost, doubled or in the wrong place, cut, noise, too long."""
    data = bytearray(good)
    at = int(rng.integers(0, len(data)))
    match int(rng.integers(0, 8)):
        case 0:
            for _ in range(int(rng.integers(1, 9))):
                data[int(rng.integers(0, len(data)))] ^= 1 << int(rng.integers(0, 8))
        case 1:
            del data[at:]
        case 2:
            del data[at : at + int(rng.integers(1, 20))]
        case 3:
            data[at:at] = data[: int(rng.integers(1, 30))]
        case 4:
            data = bytearray(rng.integers(0, 256, int(rng.integers(1, 600)), np.uint8))
        case 5:
            data[at:at] = bytes(rng.integers(1, 256, int(rng.integers(270, 2000)), np.uint8))
        case 6:
            data = bytearray(b"\0" * int(rng.integers(1, 50)))
        case _:  # a good frame of nonsense
            size = int(rng.integers(0, 257))
            payload = bytes(rng.integers(0, 256, size, np.uint8)) if rng.integers(0, 2) else b"\0\0\0\0" * (size // 4)
            kind = int(rng.choice([k for k in range(256) if k not in (Kind.ECHO, Kind.HELLO)]))
            session = SESSION if rng.integers(0, 4) else int(rng.integers(0, 2**32))
            version = 1 if rng.integers(0, 8) else int(rng.integers(0, 256))
            data = bytearray(encode(Frame(kind, int(rng.integers(0, 65536)), session, payload, version)))
    return bytes(data)
