"""All kernels of the DSP extension for convolutions of int8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conv import DspS8, DspWideS8
from .direct import DspDirectS8
from .winograd import DspWinogradS8

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...graph import Operator
    from .._convolution import Convolution
    from ..family import Kernel


def dsp_convolutions(conv_of: Callable[[Operator], Convolution]) -> tuple[Kernel, ...]:
    """For operators of which `conv_of` says what they compute."""
    return DspWinogradS8(conv_of), DspWideS8(conv_of), DspS8(conv_of), DspDirectS8(conv_of)
