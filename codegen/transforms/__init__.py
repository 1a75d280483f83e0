"""Rewrites of the graph that keep every output byte: one file each, in the order of PIPELINE."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from types import MappingProxyType

from ..errors import CodegenError
from ..graph import Graph
from ..target import Objective
from .constant_channels import constant_channels
from .constants import constants
from .dead_operators import dead_operators
from .decode import decode
from .fused_activation import fused_activation
from .merged_pad import merged_pad
from .merged_quantize import merged_quantize
from .resources import resources
from .state import state
from .unpacked_weights import unpacked_weights
from .views import views

Transform = Callable[[Graph], Graph]

PIPELINE: tuple[Transform, ...] = (
    decode,  # weights are constants for all that follows
    resources,  # variables in place of handles: all later steps see plain tensors
    constants,  # first: the others see shapes, paddings and weights that are known
    unpacked_weights,  # constants by now: what follows sees weights of the type that kernels read
    merged_pad,  # by itself
    fused_activation,  # before tables: a clamp costs nothing, a table a pass
    merged_quantize,  # after it: what is left of the functions of one input
    views,  # by themselves
    constant_channels,  # after paddings and clamps are where they bound a channel
    dead_operators,  # after what makes results useless
    state,  # last: rewrites before it may drop or join stateful operators
)

NECESSARY = (decode, resources, unpacked_weights, state)
"""What later steps rely on (weights: of int16); all else can be left out, to find out what something comes from."""

OPTIONAL = MappingProxyType({step.__name__: step for step in PIPELINE if step not in NECESSARY})
"""The transforms that `--disable-transform` knows, by name."""

LATER = ("kernel_choice", "operator_order", "moves")
"""Steps of planning that the same option leaves out."""


def legalise(graph: Graph, disabled: Collection[str] = (), objective: Objective = "balanced") -> Graph:
    """`graph` after every transform of the pipeline but those of the names `disabled`. Of the objectives, `size` keeps
    weights packed where a kernel reads them so.

    Raises CodegenError for names that are no optional transforms.
    """
    for name in disabled:
        if name not in (*OPTIONAL, *LATER):
            choice = ", ".join((*OPTIONAL, *LATER))
            raise CodegenError.say(f"there is no transform {name!r} to leave out", f"choose of: {choice}")
    for _, after in steps(graph, disabled, objective):
        graph = after
    return graph


def steps(graph: Graph, disabled: Collection[str], objective: Objective) -> Iterator[tuple[str, Graph]]:
    """The name of each transform of `legalise` with the graph after it."""
    for transform in PIPELINE:
        if transform is unpacked_weights:
            graph = unpacked_weights(graph, keep=objective == "size")
        elif transform.__name__ not in disabled:
            graph = transform(graph)
        yield transform.__name__, graph
