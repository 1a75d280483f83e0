"""Dynamic range ("hybrid"): float32 input and output, int8 weights. The input is quantized to int8 when it is there.

Arithmetic: LiteRT's reference kernels, for TensorFlow Lite Micro refuses such models. A row of FULLY_CONNECTED or an
image is quantized by its own range: with a zero point where FULLY_CONNECTED's option asks for it, in CONV_2D with a
scale per channel and in DEPTHWISE_CONV_2D; else symmetrically. Products are added as integers, so results differ from
LiteRT's by the rounding of two float products and one sum alone: tests allow a relative 1e-5 of the largest output.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..arithmetic import float_clamp
from ._weighted import bias_address, native_kind
from .family import Address, Kernel, Scratch, Table, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Operator
    from ..target import Target
    from ._window import Window
    from .family import Band, Call, Provider, Value


def is_per_channel(op: Operator) -> bool:
    """Whether the weights have a scale for each output channel."""
    quantization = op.input(1).quantization
    return quantization is not None and quantization.is_per_channel


class HybridKernel(Kernel):
    """A kernel of float32 with int8 weights. Subclasses say its name, its scratch, and `params` before the scale's."""

    provider: ClassVar[Provider] = "native"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return native_kind(op) == "f32_s8"

    @abstractmethod
    def params(self, op: Operator) -> Mapping[str, Value]:
        """The fields of the kernel's struct up to `scale_step`, in its order."""

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        weights = op.input(1)
        assert weights.quantization is not None
        low, high = float_clamp(op)
        return native_call(
            self.name,
            params=struct(
                f"{self.name}_params",
                **self.params(op),
                scale_step=int(is_per_channel(op)),
                activation_min=low,
                activation_max=high,
            ),
            input=Address(op.input()),
            weights=Address(weights),
            scale=Table("scale", np.array(weights.quantization.scales, np.float32)),
            bias=bias_address(op),
            scratch=Scratch(),
            output=Address(op.output, writable=True),
        )


def image_bytes(window: Window) -> int:
    """One quantized image."""
    return window.height.input * window.width.input * window.input_channels


def hybrid_window(window: Window) -> dict[str, Value]:
    """The fields that the structs of both convolutions begin with."""
    height, width = window.height, window.width
    return {
        "batches": window.batches,
        "input_height": height.input,
        "input_width": width.input,
        "input_channels": window.input_channels,
        "filter_height": height.kernel,
        "filter_width": width.kernel,
        "output_height": height.output,
        "output_width": width.output,
        "stride_height": height.stride,
        "stride_width": width.stride,
        "dilation_height": height.dilation,
        "dilation_width": width.dilation,
        "pad_top": height.before,
        "pad_left": width.before,
    }
