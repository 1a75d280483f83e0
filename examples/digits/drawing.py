"""Hand-like digits drawn from strokes: the training set, made here and nowhere copied from.

A digit is a few polylines in the unit square. A sample distorts them (every corner moves a little, then rotation,
shear, size, place) and paints them with a round pen of varying width into 16 x 16 grey values of 0 (paper) to 1
(ink), with some noise.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SIDE = 16
Point = tuple[float, float]
Line = tuple[Point, ...]


def arc(centre: Point, radii: Point, start: float, stop: float, corners: int = 9) -> Line:
    """Part of an ellipse, angles in degrees, clockwise from the right (y points down)."""
    angles = np.radians(np.linspace(start, stop, corners))
    return tuple((centre[0] + radii[0] * float(np.cos(a)), centre[1] + radii[1] * float(np.sin(a))) for a in angles)


STROKES: tuple[tuple[tuple[Line, ...], ...], ...] = (
    ((arc((0.5, 0.5), (0.3, 0.42), 0, 360, 13),), (arc((0.5, 0.5), (0.22, 0.44), 0, 360, 13),)),
    ((((0.5, 0.08), (0.5, 0.92)),), (((0.33, 0.25), (0.53, 0.08), (0.53, 0.92)),)),
    (((*arc((0.5, 0.3), (0.28, 0.22), 190, 385), (0.22, 0.92), (0.8, 0.92)),),),
    (
        (arc((0.46, 0.29), (0.27, 0.21), 205, 450), arc((0.46, 0.71), (0.31, 0.22), 270, 510)),
        (((0.22, 0.08), (0.74, 0.08), (0.46, 0.42)), arc((0.46, 0.68), (0.31, 0.26), 270, 510)),
    ),
    (
        (((0.62, 0.08), (0.2, 0.65), (0.82, 0.65)), ((0.64, 0.4), (0.64, 0.94))),
        (((0.25, 0.08), (0.22, 0.5), (0.76, 0.5)), ((0.74, 0.08), (0.74, 0.94))),
    ),
    ((((0.74, 0.08), (0.3, 0.08), (0.27, 0.45)), arc((0.46, 0.66), (0.3, 0.26), 230, 510)),),
    ((((0.68, 0.08), (0.36, 0.38), (0.24, 0.68)), arc((0.5, 0.69), (0.27, 0.23), 180, 540, 13)),),
    (
        (((0.22, 0.08), (0.78, 0.08), (0.42, 0.92)),),
        (((0.22, 0.1), (0.78, 0.08), (0.45, 0.92)), ((0.36, 0.5), (0.74, 0.5))),
    ),
    ((arc((0.5, 0.28), (0.23, 0.2), 0, 360, 13), arc((0.5, 0.7), (0.28, 0.23), 0, 360, 13)),),
    (
        (arc((0.48, 0.31), (0.25, 0.22), 0, 360, 13), ((0.73, 0.31), (0.7, 0.6), (0.6, 0.93))),
        (arc((0.48, 0.31), (0.25, 0.22), 0, 360, 13), ((0.73, 0.31), (0.73, 0.93))),
    ),
)
"""The ways of writing each digit."""


def segments(lines: tuple[Line, ...], jitter: float, rng: np.random.Generator) -> Iterator[tuple[Floats, Floats]]:
    """The straight pieces of `lines`, every corner moved by `jitter`."""
    for line in lines:
        corners = np.array(line) + rng.normal(0.0, jitter, (len(line), 2))
        yield from itertools.pairwise(corners)


def draw(digit: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """One sample of `digit`, [16, 16, 1]."""
    ways = STROKES[digit]
    lines = ways[int(rng.integers(len(ways)))]
    angle, shear = rng.normal(0.0, 0.12), rng.normal(0.0, 0.12)
    size = rng.uniform(10.5, 14.0, 2) * np.array([0.9, 1.0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    form = turn @ np.array([[1.0, shear], [0.0, 1.0]]) * size[:, None]
    place = SIDE / 2 + rng.uniform(-1.2, 1.2, 2)
    pen = rng.uniform(0.55, 1.1)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    pixels = np.stack([columns, rows], axis=-1) + 0.5
    distance = np.full((SIDE, SIDE), np.inf)
    for first, last in segments(lines, 0.012, rng):
        start, end = form @ (first - 0.5) + place, form @ (last - 0.5) + place
        along = end - start
        t = np.clip(((pixels - start) @ along) / max(float(along @ along), 1e-9), 0.0, 1.0)
        distance = np.minimum(distance, np.linalg.norm(pixels - start - t[..., None] * along, axis=-1))
    ink = np.clip(pen + 0.5 - distance, 0.0, 1.0) * rng.uniform(0.75, 1.0)
    ink += rng.normal(0.0, 0.03, ink.shape)
    return np.clip(ink, 0.0, 1.0).astype(np.float32)[..., None]


def samples(count: int, seed: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[Any]]:
    """(images [count, 16, 16, 1], labels [count]); the same seed gives the same samples."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % len(STROKES)
    return np.stack([draw(int(label), rng) for label in labels]), labels
