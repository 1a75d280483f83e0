"""Makes digits.tflite: draws a training set, trains the network, quantizes it to int8, writes the file.

Needs numpy and this repository, no network and no TensorFlow:

    python examples/digits/make_model.py [FILE]

The same machine makes the same file. Another machine's linear algebra may round otherwise and train to slightly
other weights of equal accuracy; the committed file is the one that examples and tests use.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from drawing import samples
from network import Array, Weights, forward, train

from codegen.frontend import schema
from codegen.frontend.writer import write_model
from codegen.graph import Graph, Operator, Quantization, Signature, Subgraph, Tensor, read_only

TRAINING, TRAINING_SEED, EPOCHS = 6000, 1, 12
TEST, TEST_SEED = 1000, 2
CALIBRATION = 500


class Builder:
    """Collects tensors and operators in order."""

    def __init__(self) -> None:
        self.tensors: list[Tensor] = []
        self.operators: list[Operator] = []

    def tensor(
        self,
        name: str,
        shape: tuple[int, ...],
        quantization: Quantization | None = None,
        data: npt.NDArray[np.int8] | npt.NDArray[np.int32] | None = None,
    ) -> Tensor:
        dtype = "int8" if data is None else str(data.dtype)
        constant = None if data is None else read_only(data)
        index = len(self.tensors)
        self.tensors.append(Tensor(index, name, shape, dtype, quantization, constant, origin=index))
        return self.tensors[-1]

    def operator(self, type: str, inputs: list[Tensor], output: Tensor, version: int, **options: object) -> Tensor:
        complete = schema.complete_options(type, options)
        self.operators.append(Operator(len(self.operators), type, tuple(inputs), (output,), complete, version))
        return output

    def weights(self, name: str, values: Array, axis: int | None, x: Tensor, bias: Array) -> list[Tensor]:
        """[x, weights, bias]: symmetric weights, per channel of `axis` or per tensor; bias in the product's scale."""
        others = tuple(k for k in range(values.ndim) if k != axis) if axis is not None else None
        scales = np.maximum(np.abs(values).max(axis=others, keepdims=True), 1e-6) / np.float32(127)
        quantized = np.clip(np.round(values / scales), -127, 127).astype(np.int8)
        flat = np.float32(scales).reshape(-1)
        many = tuple(float(s) for s in flat)
        products = tuple(float(np.float32(np.float32(x.scale) * s)) for s in flat)
        biases = np.round(bias / np.array(products)).astype(np.int32)
        return [
            x,
            self.tensor(f"{name}/weights", values.shape, Quantization(many, (0,) * len(many), axis or 0), quantized),
            self.tensor(f"{name}/bias", bias.shape, Quantization(products, (0,) * len(products)), biases),
        ]


def activation_quantization(values: Array) -> Quantization:
    """The affine int8 quantization whose range is that of `values` and zero."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = float(np.float32((high - low) / 255))
    return Quantization((scale,), (int(np.clip(round(-128 - low / scale), -128, 127)),))


def quantize(weights: Weights, images: Array) -> Graph:
    """The int8 model of `weights`, its ranges those of `images`."""
    seen = forward(weights, images)
    b = Builder()
    relu = "RELU"
    x = b.tensor("image", (1, 16, 16, 1), Quantization((float(np.float32(1 / 255)),), (-128,)))
    image = x
    inputs = b.weights("conv", weights["conv"].transpose(2, 0, 1)[..., None], 0, x, weights["conv_bias"])
    x = b.tensor("conv", (1, 8, 8, 8), activation_quantization(seen.conv))
    b.operator("CONV_2D", inputs, x, 3, padding="SAME", stride_h=2, stride_w=2, fused_activation_function=relu)
    inputs = b.weights("depthwise", weights["depthwise"][None], 3, x, weights["depthwise_bias"])
    x = b.tensor("depthwise", (1, 8, 8, 8), activation_quantization(seen.depthwise))
    b.operator(
        "DEPTHWISE_CONV_2D", inputs, x, 3, padding="SAME", stride_h=1, stride_w=1, depth_multiplier=1,
        fused_activation_function=relu,
    )  # fmt: skip
    inputs = b.weights("pointwise", weights["pointwise"].T[:, None, None], 0, x, weights["pointwise_bias"])
    x = b.tensor("pointwise", (1, 8, 8, 16), activation_quantization(seen.pointwise))
    b.operator("CONV_2D", inputs, x, 3, padding="SAME", stride_h=1, stride_w=1, fused_activation_function=relu)
    pooled = b.tensor("pool", (1, 4, 4, 16), x.quantization)
    b.operator("MAX_POOL_2D", [x], pooled, 2, padding="VALID", stride_h=2, stride_w=2, filter_height=2, filter_width=2)
    shape = b.tensor("shape", (2,), data=np.array([1, 256], np.int32))
    x = b.tensor("flat", (1, 256), pooled.quantization)
    b.operator("RESHAPE", [pooled, shape], x, 1, new_shape=(1, 256))
    inputs = b.weights("dense", weights["dense"].T, None, x, weights["dense_bias"])
    x = b.tensor("logits", (1, 10), activation_quantization(seen.logits))
    b.operator("FULLY_CONNECTED", inputs, x, 4)
    scores = b.tensor("scores", (1, 10), Quantization((1 / 256,), (-128,)))
    b.operator("SOFTMAX", [x], scores, 2, beta=1.0)
    main = Subgraph(0, "main", tuple(b.tensors), tuple(b.operators), (image,), (scores,))
    signature = Signature("serving_default", 0, (("image", image),), (("scores", scores),))
    return Graph("digits.tflite", "", "digits drawn from strokes", (main,), (signature,))


def as_input(images: Array) -> npt.NDArray[np.int8]:
    """Grey values of 0 to 1 in the numbers of the model's input."""
    return np.clip(np.round(images * 255) - 128, -128, 127).astype(np.int8)


def make_model() -> tuple[bytes, float]:
    """(the .tflite file, accuracy of the float network on the test set)."""
    images, labels = samples(TRAINING, TRAINING_SEED)
    weights = train(images, labels, seed=TRAINING_SEED, epochs=EPOCHS)
    unseen, truth = samples(TEST, TEST_SEED)
    accuracy = float((forward(weights, unseen).logits.argmax(axis=1) == truth).mean())
    return write_model(quantize(weights, images[:CALIBRATION])), accuracy


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("digits.tflite")
    content, accuracy = make_model()
    path.write_bytes(content)
    print(f"{path}: {len(content)} bytes; the float network is right on {accuracy:.1%} of {TEST} unseen digits")


if __name__ == "__main__":
    main()
