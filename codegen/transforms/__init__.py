"""Rewrites of the graph that keep every output byte: one file each, in the order of PIPELINE."""

from __future__ import annotations

from collections.abc import Callable

from ..graph import Graph
from .resources import resources
from .state import state

Transform = Callable[[Graph], Graph]

PIPELINE: tuple[Transform, ...] = (
    resources,  # variables in place of handles: all later steps see plain tensors
    state,  # last: rewrites before it may drop or join stateful operators
)


def legalise(graph: Graph) -> Graph:
    """`graph` after every transform of the pipeline."""
    for transform in PIPELINE:
        graph = transform(graph)
    return graph
