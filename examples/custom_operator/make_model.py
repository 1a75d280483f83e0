"""Writes denoise.tflite: a convolution over time, MedianFilter, a fully connected layer. No interpreter runs it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import MappingProxyType

import numpy as np

from codegen.frontend import schema
from codegen.frontend.writer import write_model
from codegen.graph import Array, Graph, Operator, Quantization, Subgraph, Tensor

TIME, CHANNELS, CLASSES, WINDOW = 16, 6, 4, 5


def make_model() -> bytes:
    """The file: the output of MedianFilter has no shape in it, as converters leave it."""
    rng = np.random.default_rng(1)
    tensors: list[Tensor] = []

    def tensor(name: str, shape: tuple[int, ...], scale: float, zero: int = 0, data: Array | None = None) -> Tensor:
        quantization = Quantization((float(np.float32(scale)),), (zero,))
        dtype = "int8" if data is None else str(data.dtype)
        tensors.append(Tensor(len(tensors), name, shape, dtype, quantization, data, origin=len(tensors)))
        return tensors[-1]

    def weights(*shape: int) -> Array:
        return rng.integers(-127, 128, shape).astype(np.int8)

    signal = tensor("signal", (1, 1, TIME, 1), 0.02, -3)
    filters = tensor("filters", (CHANNELS, 1, 3, 1), 0.01, data=weights(CHANNELS, 1, 3, 1))
    zeros = tensor("zeros", (CHANNELS,), 0.02 * 0.01, data=np.zeros(CHANNELS, np.int32))
    features = tensor("features", (1, 1, TIME, CHANNELS), 0.05, 5)
    rows = tensor("rows", (1, TIME, CHANNELS), 0.05, 5)
    smooth = tensor("smooth", (), 0.05, 5)
    kernel = tensor("kernel", (CLASSES, TIME * CHANNELS), 0.01, data=weights(CLASSES, TIME * CHANNELS))
    scores = tensor("scores", (1, CLASSES), 0.2, -1)

    def operator(index: int, type: str, inputs: list[Tensor | None], output: Tensor, **options: object) -> Operator:
        complete = schema.complete_options(type, options)
        return Operator(index, type, tuple(inputs), (output,), complete, 1)

    custom = MappingProxyType({"custom_options": bytes([WINDOW])})
    operators = (
        operator(0, "CONV_2D", [signal, filters, zeros], features, padding="SAME", stride_h=1, stride_w=1),
        operator(1, "RESHAPE", [features, None], rows, new_shape=rows.shape),
        Operator(2, "MedianFilter", (rows,), (smooth,), custom, is_custom=True),
        operator(3, "FULLY_CONNECTED", [smooth, kernel, None], scores),
    )
    main = Subgraph(0, "main", tuple(tensors), operators, (signal,), (scores,))
    return write_model(Graph("denoise.tflite", "", "made by an example", (main,)))


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "denoise.tflite").write_bytes(make_model())
