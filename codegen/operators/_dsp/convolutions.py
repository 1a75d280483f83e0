"""All kernels of the DSP extension for convolutions of int8 and int16, and of weights of 4 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conv import DspS8, DspWideS8
from .conv_16 import DspS16
from .direct import DspDirectS8
from .nibbles import DspNibblesS4
from .winograd import DspWinogradS8

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...graph import Operator
    from .._convolution import Convolution
    from ..family import Kernel


def dsp_convolutions(conv_of: Callable[[Operator], Convolution]) -> tuple[Kernel, ...]:
    """For operators of which `conv_of` says what they compute."""
    kernels = DspWinogradS8, DspWideS8, DspS8, DspDirectS8, DspS16, DspNibblesS4
    return tuple(kernel(conv_of) for kernel in kernels)
