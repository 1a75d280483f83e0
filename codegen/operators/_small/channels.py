"""Bias and requantization of output channels as a table, and which cores have these kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._dsp.pairs import steps_table, wrapped

if TYPE_CHECKING:
    from ...graph import Array
    from ...target import Target
    from .._dsp.pairs import Channels

BIAS_SHIFT = 8


def is_for(target: Target) -> bool:
    """Cores that multiply 32 bits and read their constants like other memory."""
    return target.isa.int_bits >= 32


def channel_table(channels: Channels) -> Array:
    """[channels, 3]: 256 * bias + shift, multiplier and offset. A bias is a sum, and sums have 24 bits."""
    steps = steps_table(channels.requantization, len(channels.weights))
    return wrapped(np.stack([(channels.bias << BIAS_SHIFT) + steps[:, 2], steps[:, 0], steps[:, 1]], axis=1))
