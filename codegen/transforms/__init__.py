"""Rewrites of the graph that keep every output byte: one file each, in the order of PIPELINE."""

from __future__ import annotations

from collections.abc import Callable

from ..graph import Graph

Transform = Callable[[Graph], Graph]

PIPELINE: tuple[Transform, ...] = ()
"""In order, with one line of why each."""


def legalise(graph: Graph) -> Graph:
    """`graph` after every transform of the pipeline."""
    for transform in PIPELINE:
        graph = transform(graph)
    return graph
