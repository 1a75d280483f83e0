"""A small convolutional network in numpy: forward, backward, Adam. Tensors are NHWC float32.

16x16x1 -> conv 3x3/2, 8 -> depthwise 3x3 -> conv 1x1, 16 -> max pool 2x2 -> fully connected, 10 -> softmax;
ReLU after each convolution, padding SAME.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]

CONV, POINTWISE, CLASSES = 8, 16, 10
SHAPES: Mapping[str, tuple[int, ...]] = {
    "conv": (3, 3, CONV),
    "depthwise": (3, 3, CONV),
    "pointwise": (CONV, POINTWISE),
    "dense": (4 * 4 * POINTWISE, CLASSES),
}


def initial_weights(rng: np.random.Generator) -> Weights:
    """He's initialization; biases are zero."""
    weights: Weights = {}
    for name, shape in SHAPES.items():
        inputs = 9 if len(shape) == 3 else shape[0]
        weights[name] = rng.normal(0.0, np.sqrt(2.0 / inputs), shape).astype(np.float32)
        weights[f"{name}_bias"] = np.zeros(shape[-1], np.float32)
    return weights


@dataclass(frozen=True, slots=True)
class Activations:
    """What forward computed, kept for backward and for calibration."""

    windows: Array
    conv: Array
    padded: Array
    depthwise: Array
    pointwise: Array
    winners: npt.NDArray[np.bool_]
    pooled: Array
    logits: Array


def windows_of(images: Array) -> Array:
    """The 3x3 windows at stride 2 as [n, 8, 8, 9]; SAME pads one row below and one column right."""
    padded = np.pad(images[..., 0], ((0, 0), (0, 1), (0, 1)))
    return np.stack([padded[:, r : r + 16 : 2, c : c + 16 : 2] for r in range(3) for c in range(3)], axis=-1)


def forward(weights: Weights, images: Array) -> Activations:
    """The activations of `images`, logits last."""
    windows = windows_of(images)
    conv = np.maximum(windows @ weights["conv"].reshape(9, CONV) + weights["conv_bias"], 0)
    padded = np.pad(conv, ((0, 0), (1, 1), (1, 1), (0, 0)))
    taps = weights["depthwise"]
    total = sum(padded[:, r : r + 8, c : c + 8] * taps[r, c] for r in range(3) for c in range(3))
    depthwise = np.maximum(total + weights["depthwise_bias"], 0)
    pointwise = np.maximum(depthwise @ weights["pointwise"] + weights["pointwise_bias"], 0)
    blocks = pointwise.reshape(-1, 4, 2, 4, 2, POINTWISE)
    pooled = blocks.max(axis=(2, 4))
    winners = blocks == pooled[:, :, None, :, None]
    logits = pooled.reshape(len(images), -1) @ weights["dense"] + weights["dense_bias"]
    return Activations(windows, conv, padded, depthwise, pointwise, winners, pooled, logits)


def gradients(weights: Weights, a: Activations, labels: npt.NDArray[Any]) -> Weights:
    """Of the mean cross entropy."""
    count = len(labels)
    shifted = np.exp(a.logits - a.logits.max(axis=1, keepdims=True))
    error = shifted / shifted.sum(axis=1, keepdims=True)
    error[np.arange(count), labels] -= 1
    error /= count
    found = {"dense": a.pooled.reshape(count, -1).T @ error, "dense_bias": error.sum(axis=0)}
    back = (error @ weights["dense"].T).reshape(a.pooled.shape)
    shared = a.winners / a.winners.sum(axis=(2, 4), keepdims=True)
    back = (shared * back[:, :, None, :, None]).reshape(a.pointwise.shape) * (a.pointwise > 0)
    flat = back.reshape(-1, POINTWISE)
    found |= {"pointwise": a.depthwise.reshape(-1, CONV).T @ flat, "pointwise_bias": flat.sum(axis=0)}
    back = (back @ weights["pointwise"].T) * (a.depthwise > 0)
    found["depthwise_bias"] = back.sum(axis=(0, 1, 2))
    taps, outer = np.zeros_like(weights["depthwise"]), np.zeros_like(a.padded)
    for r in range(3):
        for c in range(3):
            taps[r, c] = (a.padded[:, r : r + 8, c : c + 8] * back).sum(axis=(0, 1, 2))
            outer[:, r : r + 8, c : c + 8] += back * weights["depthwise"][r, c]
    found["depthwise"] = taps
    flat = (outer[:, 1:-1, 1:-1] * (a.conv > 0)).reshape(-1, CONV)
    found |= {"conv": (a.windows.reshape(-1, 9).T @ flat).reshape(3, 3, CONV), "conv_bias": flat.sum(axis=0)}
    return {name: value.astype(np.float32) for name, value in found.items()}


def train(images: Array, labels: npt.NDArray[Any], *, seed: int, epochs: int, batch: int = 50) -> Weights:
    """Adam with a falling rate."""
    rng = np.random.default_rng(seed)
    weights = initial_weights(rng)
    means = {name: np.zeros_like(value) for name, value in weights.items()}
    squares = {name: np.zeros_like(value) for name, value in weights.items()}
    steps = epochs * (len(images) // batch)
    step = 0
    for _ in range(epochs):
        for chosen in np.array_split(rng.permutation(len(images)), len(images) // batch):
            step += 1
            rate = 0.01 * (1 - step / (steps + 1))
            found = gradients(weights, forward(weights, images[chosen]), labels[chosen])
            for name, gradient in found.items():
                means[name] = 0.9 * means[name] + 0.1 * gradient
                squares[name] = 0.99 * squares[name] + 0.01 * gradient**2
                mean, square = means[name] / (1 - 0.9**step), squares[name] / (1 - 0.99**step)
                weights[name] = (weights[name] - rate * mean / (np.sqrt(square) + 1e-6)).astype(np.float32)
    return weights
