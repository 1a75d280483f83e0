"""Small Keras networks of the kinds that microcontrollers run, with random weights.

Only `convert.py` imports this, in a process of its own: the Python that runs the tests need not have tensorflow.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import tensorflow as tf

keras = tf.keras
layers = keras.layers

Make = Callable[[], "keras.Model | tf.Module"]


def _block(x: tf.Tensor, filters: int, stride: int = 1) -> tf.Tensor:
    x = layers.SeparableConv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def separable_cnn() -> keras.Model:
    x = image = keras.Input((24, 20, 3), 1)
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x)
    for filters, stride in ((12, 1), (16, 2), (16, 1)):
        x = _block(x, filters, stride)
    x = layers.Conv2D(72, 1, activation="relu6")(x)
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def residual() -> keras.Model:
    x = image = keras.Input((16, 16, 3), 1)
    x = layers.Conv2D(8, 3, padding="same", use_bias=False)(x)
    for filters, stride in ((8, 1), (16, 2), (16, 1)):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        z = layers.Conv2D(filters, 3, strides=stride, padding="same")(y)
        z = layers.Conv2D(filters, 3, padding="same")(layers.ReLU()(layers.BatchNormalization()(z)))
        x = z + (x if stride == 1 else layers.Conv2D(filters, 1, strides=stride)(y))
    x = layers.Flatten()(layers.AveragePooling2D(4)(x))
    return keras.Model(image, layers.Dense(5)(x))


def _application(make: Callable[..., keras.Model], **options: object) -> keras.Model:
    image = keras.Input((32, 32, 3), 1)
    return make(input_tensor=image, weights=None, classes=10, **options)


def mobilenet_v1() -> keras.Model:
    return _application(keras.applications.MobileNet, alpha=0.25)


def mobilenet_v2() -> keras.Model:
    return _application(keras.applications.MobileNetV2, alpha=0.35)


def mobilenet_v3_small() -> keras.Model:
    return _application(keras.applications.MobileNetV3Small, alpha=0.35)


def u_net() -> keras.Model:
    x = image = keras.Input((16, 24, 2), 1)
    skips = []
    for filters in (4, 8):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(x)
    for filters in (8, 4):
        x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(x)
        x = layers.Concatenate()([layers.LeakyReLU(0.1)(x), skips.pop()])
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return keras.Model(image, layers.Conv2DTranspose(1, 2, strides=1, padding="valid", activation="sigmoid")(x))


def tcn() -> keras.Model:
    x = sound = keras.Input((40, 6), 1)
    for dilation in (1, 2, 4):
        y = layers.Conv1D(8, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
        y = layers.Conv1D(8, 3, padding="causal", dilation_rate=dilation)(y)
        x = layers.ReLU()(y + layers.Conv1D(8, 1)(x))
    x = layers.Conv1D(4, 5, padding="same", dilation_rate=3)(x)
    return keras.Model(sound, layers.Dense(3, activation="tanh")(layers.GlobalMaxPooling1D()(x)))


def _recurrent(layer: type, **options: object) -> keras.Model:
    sound = keras.Input((12, 5), 1)
    x = layer(8, return_sequences=True, **options)(sound)
    return keras.Model(sound, layers.Dense(4, activation="softmax")(layer(6, **options)(x)))


def lstm() -> keras.Model:
    return _recurrent(layers.LSTM)


def gru() -> keras.Model:
    return _recurrent(layers.GRU)


def lstm_unrolled() -> keras.Model:
    return _recurrent(layers.LSTM, unroll=True)


def gru_unrolled() -> keras.Model:
    return _recurrent(layers.GRU, unroll=True)


def lstm_fused() -> keras.Model:
    """Keras 2 marks its LSTM, and the converter makes UNIDIRECTIONAL_SEQUENCE_LSTM of it."""
    import tf_keras  # noqa: PLC0415 - used here alone

    sound = tf_keras.Input((12, 26), batch_size=1)
    x = tf_keras.layers.LSTM(40, return_sequences=True)(sound)
    x = tf_keras.layers.LSTM(6)(x)
    return tf_keras.Model(sound, tf_keras.layers.Dense(4, activation="softmax")(x))


def bidirectional() -> keras.Model:
    sound = keras.Input((9, 5), 1)
    x = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(sound)
    return keras.Model(sound, layers.Dense(4)(layers.Bidirectional(layers.GRU(4))(x)))


def attention() -> keras.Model:
    x = words = keras.Input((10, 16), 1)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 8)(x, x))
    y = layers.Dense(16)(layers.Dense(80, activation="relu")(x))
    x = layers.LayerNormalization()(x + y)
    return keras.Model(words, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


def super_resolution() -> keras.Model:
    x = image = keras.Input((12, 10, 1), 1)
    x = layers.Conv2D(8, 5, padding="same", activation="relu")(x)
    x = layers.PReLU(shared_axes=[1, 2], alpha_initializer="random_uniform")(layers.Conv2D(8, 3, padding="same")(x))
    x = layers.Conv2D(4, 3, padding="same")(x)
    y = layers.UpSampling2D(2, interpolation="bilinear")(image)
    return keras.Model(image, layers.Lambda(lambda t: tf.nn.depth_to_space(t, 2), output_shape=(24, 20, 1))(x) + y)


def yolo() -> keras.Model:
    x = image = keras.Input((32, 32, 3), 1)
    for filters in (4, 8, 16):
        x = layers.Conv2D(filters, 3, strides=2, padding="same")(x)
        x = layers.LeakyReLU(0.1)(layers.BatchNormalization()(x))
        if filters == 8:
            wide = x
    x = layers.Concatenate()([layers.MaxPooling2D(3, strides=1, padding="same")(x), x])
    y = layers.Concatenate()([layers.UpSampling2D(2)(layers.Conv2D(8, 1)(x)), wide])
    heads = [_head(features) for features in (x, y)]
    return keras.Model(image, layers.Concatenate(axis=1)(heads))


class _Decode(layers.Layer):
    """Boxes of the cells of a grid: centre, size and scores."""

    def call(self, x: tf.Tensor) -> tf.Tensor:
        _, height, width, _ = x.shape
        cells = tf.reshape(x, (1, height * width * 2, 7))
        centre, size, scores = tf.split(cells, (2, 2, 3), axis=-1)
        rows, columns = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
        grid = np.repeat(np.stack([columns, rows], -1).reshape(1, -1, 2), 2, axis=1).astype(np.float32)
        centre = (tf.sigmoid(centre) + grid) / np.array([width, height], np.float32)
        size = tf.exp(tf.clip_by_value(size, -4.0, 4.0)) * 0.1
        return tf.concat([centre - size / 2, centre + size / 2, tf.sigmoid(scores)], axis=-1)


def _head(x: tf.Tensor) -> tf.Tensor:
    return _Decode()(layers.Conv2D(14, 1)(x))


class DsCnn(tf.Module):
    """A DS-CNN that hears one frame an invocation, and keeps the last ones of each layer in variables."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = tf.Variable(tf.zeros((1, 3, 10, 1)), trainable=False)
        self.felt = tf.Variable(tf.zeros((1, 2, 8, 8)), trainable=False)

    @tf.function(input_signature=(tf.TensorSpec((1, 1, 10, 1), tf.float32),))
    def __call__(self, frame: tf.Tensor) -> tf.Tensor:
        x = tf.concat([self.heard, frame], axis=1)
        self.heard.assign(x[:, 1:])
        x = tf.nn.relu(tf.nn.conv2d(x, _constant(4, 3, 1, 8), 1, "VALID") + _constant(8))
        x = tf.concat([self.felt, x], axis=1)
        self.felt.assign(x[:, 1:])
        x = tf.nn.relu(tf.nn.depthwise_conv2d(x, _constant(3, 3, 8, 1), (1, 1, 1, 1), "VALID") + _constant(8))
        x = tf.nn.relu(tf.nn.conv2d(x, _constant(1, 1, 8, 12), 1, "VALID") + _constant(12))
        x = tf.reduce_mean(x, axis=(1, 2))
        return tf.nn.softmax(tf.matmul(x, _constant(12, 4)) + _constant(4))


def _constant(*shape: int) -> tf.Tensor:
    """Weights of a module: its variables would stay variables, these are states."""
    return tf.constant(np.random.default_rng(shape).normal(0, 0.3, shape), tf.float32)


def ds_cnn_with_variables() -> tf.Module:
    return DsCnn()


def ds_cnn_with_states() -> keras.Model:
    """The same with the states as inputs and outputs."""
    shapes = {"frame": (1, 10, 1), "heard": (3, 10, 1), "felt": (2, 8, 8)}
    frame, heard, felt = (keras.Input(shape, 1, name=name) for name, shape in shapes.items())
    x = joined = layers.Concatenate(axis=1)([heard, frame])
    x = both = layers.Concatenate(axis=1)([felt, layers.Conv2D(8, (4, 3), activation="relu")(x)])
    x = layers.Conv2D(12, 1, activation="relu")(layers.DepthwiseConv2D((3, 3), activation="relu")(x))
    y = layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    return keras.Model([frame, heard, felt], [y, joined[:, 1:], both[:, 1:]])


NETWORKS: MappingProxyType[str, Make] = MappingProxyType(
    {
        make.__name__: make
        for make in (
            separable_cnn, residual, mobilenet_v1, mobilenet_v2, mobilenet_v3_small, u_net, tcn, lstm, gru,
            lstm_unrolled, gru_unrolled, lstm_fused, bidirectional, attention, super_resolution, yolo,
            ds_cnn_with_variables, ds_cnn_with_states,
        )
    }
)  # fmt: skip
"""Every network by name."""
